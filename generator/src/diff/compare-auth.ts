import type { ApiKeyAuthIr, AuthIr, OAuthAuthIr, ServerIr, TokenAuthIr } from "../ir/tool.ts";
import type { Change, TellServer } from "./change.ts";
import { isSame } from "./schema-change.ts";

/** What changed of who may call, and with which credentials. */
export function compareAuth(before: ServerIr, after: ServerIr, tellServer: TellServer): readonly Change[] {
  const told: TellAuth = (rule, message, values = {}) => tellServer(rule, message, { ...values, path: ["auth"] });
  const old = new Map(before.auth.map((scheme) => [keyOf(scheme), scheme]));
  const changes = after.auth.flatMap((scheme): readonly Change[] => {
    const earlier = old.get(keyOf(scheme));
    old.delete(keyOf(scheme));
    if (earlier === undefined) return [told("auth-added", `auth: ${keyOf(scheme)} is accepted now`)];
    return compareScheme(earlier, scheme, told);
  });
  return [...changes, ...[...old.keys()].map((key) => told("auth-removed", `auth: ${key} is no longer accepted`))];
}

type TellAuth = (
  rule: Parameters<TellServer>[0],
  message: string,
  values?: { readonly before?: unknown; readonly after?: unknown },
) => Change;

function keyOf(scheme: AuthIr): string {
  if (scheme.kind === "oauth") return `oauth by ${scheme.issuer}`;
  return scheme.kind === "apiKey" ? `apiKey in ${scheme.header}` : `token ${scheme.prefix}…`;
}

function compareScheme(before: AuthIr, after: AuthIr, told: TellAuth): readonly Change[] {
  if (before.kind === "apiKey" && after.kind === "apiKey") return compareKinds(before, after, told);
  if (before.kind === "token" && after.kind === "token") return compareTokens(before, after, told);
  if (before.kind === "oauth" && after.kind === "oauth") return compareOAuth(before, after, told);
  return [];
}

function compareKinds(before: ApiKeyAuthIr, after: ApiKeyAuthIr, told: TellAuth): readonly Change[] {
  const names = [...new Set([...Object.keys(before.kinds), ...Object.keys(after.kinds)])];
  return names.flatMap((name): readonly Change[] => {
    const [was, is] = [before.kinds[name], after.kinds[name]];
    const where = `auth: keys of kind ${name}`;
    if (was === undefined || (was.refused && is?.refused === false))
      return is?.refused === true ? [] : [told("auth-added", `${where} are accepted now`)];
    if (is === undefined || (is.refused && !was.refused))
      return [told("auth-removed", `${where} are no longer accepted`)];
    return [
      ...(was.prefix === is.prefix
        ? []
        : [told("auth-removed", `${where} begin with ${is.prefix} now`, { before: was.prefix, after: is.prefix })]),
      ...is.bypasses
        .filter((bypass) => !was.bypasses.includes(bypass))
        .map((bypass) => told("bypass-added", `${where} bypass ${bypass} now`)),
      ...was.bypasses
        .filter((bypass) => !is.bypasses.includes(bypass))
        .map((bypass) => told("bypass-removed", `${where} no longer bypass ${bypass}`)),
      ...(was.scoped === is.scoped
        ? []
        : [
            told(
              is.scoped ? "bypass-removed" : "bypass-added",
              `${where} ${is.scoped ? "need" : "need no"} scopes now`,
            ),
          ]),
      ...compareTtl(where, was.ttlDays, is.ttlDays, told),
    ];
  });
}

type Ttl = TokenAuthIr["ttlDays"];

/** Days that a credential may last; without a limit it never ends by itself. */
function compareTtl(where: string, before: Ttl, after: Ttl, told: TellAuth): readonly Change[] {
  return (["default", "max"] as const).flatMap((end): readonly Change[] => {
    const [was, is] = [before?.[end] ?? Number.POSITIVE_INFINITY, after?.[end] ?? Number.POSITIVE_INFINITY];
    if (was === is) return [];
    const days = (count: number) => (Number.isFinite(count) ? `${count} days` : "no end");
    const message = `${where}: ttlDays.${end} is ${days(is)}, it was ${days(was)}`;
    return [told(is > was ? "ttl-longer" : "ttl-shorter", message, { before: days(was), after: days(is) })];
  });
}

function compareTokens(before: TokenAuthIr, after: TokenAuthIr, told: TellAuth): readonly Change[] {
  const where = `auth: tokens ${after.prefix}…`;
  const granted = after.grants.filter((scope) => !before.grants.includes(scope));
  const lost = before.grants.filter((scope) => !after.grants.includes(scope));
  const [was, is] = [before, after].map(({ maxActivePerTenant }) => maxActivePerTenant ?? Number.POSITIVE_INFINITY);
  return [
    ...(granted.length === 0 ? [] : [told("role-widened", `${where} may ${granted.join(", ")} now`)]),
    ...(lost.length === 0 ? [] : [told("role-narrowed", `${where} may no longer ${lost.join(", ")}`)]),
    ...(before.validation === after.validation
      ? []
      : [told("auth-changed", `${where} are validated ${after.validation}, it was ${before.validation}`)]),
    ...(was === is || was === undefined || is === undefined
      ? []
      : [told(is > was ? "ttl-longer" : "ttl-shorter", `${where}: maxActivePerTenant is ${is}, it was ${was}`)]),
    ...compareTtl(where, before.ttlDays, after.ttlDays, told),
  ];
}

function compareOAuth(before: OAuthAuthIr, after: OAuthAuthIr, told: TellAuth): readonly Change[] {
  const facts = ["path", "audience", "jwksUrl", "algorithms", "clockSkewSeconds", "tenant"] as const;
  const changed = facts
    .filter((fact) => !isSame(before[fact] ?? null, after[fact] ?? null))
    .map((fact) => told("auth-changed", `auth: oauth.${fact} changed`, { before: before[fact], after: after[fact] }));
  return [...changed, ...compareRoles(before, after, told)];
}

function compareRoles({ role: before }: OAuthAuthIr, { role: after }: OAuthAuthIr, told: TellAuth): readonly Change[] {
  if (before === undefined || after === undefined) {
    if (before === after) return [];
    return after === undefined
      ? [told("role-widened", "auth: roles no longer limit what a grant may")]
      : [told("role-narrowed", "auth: roles limit what a grant may now")];
  }
  const names = [...new Set([...Object.keys(before.scopes), ...Object.keys(after.scopes)])];
  const claim =
    before.claim === after.claim
      ? []
      : [told("auth-changed", `auth: the role is read from ${after.claim}, it was ${before.claim}`)];
  return [
    ...claim,
    ...names.flatMap((name): readonly Change[] => {
      const [was, is] = [before.scopes[name] ?? [], after.scopes[name] ?? []];
      const more = is.filter((scope) => !was.includes(scope));
      const less = was.filter((scope) => !is.includes(scope));
      return [
        ...(more.length === 0 ? [] : [told("role-widened", `auth: the role ${name} may ${more.join(", ")} now`)]),
        ...(less.length === 0
          ? []
          : [told("role-narrowed", `auth: the role ${name} may no longer ${less.join(", ")}`)]),
      ];
    }),
  ];
}
