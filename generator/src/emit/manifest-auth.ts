import { addressOf } from "../ir/lower-oauth.ts";
import type { ApiKeyAuthIr, AuthIr, OAuthAuthIr, ServerIr, TokenAuthIr } from "../ir/tool.ts";
import { oneLine } from "./header.ts";

/** Where to connect, and what a caller shows there; two endpoints where keys and OAuth are both taken. */
export function connectionFacts(server: ServerIr): string[] {
  const { auth, mcp } = server;
  const others = auth.filter((scheme) => scheme.kind !== "oauth");
  const [oauth] = auth.filter((scheme) => scheme.kind === "oauth");
  if (oauth === undefined) return [`Endpoint: ${endpointWords(mcp.path, server)}`, ...others.map(credentialWords)];
  if (others.length === 0) return [`Endpoint: ${endpointWords(oauth.path, server)}`, ...loginFacts(oauth, server)];
  const names = [...new Set(others.map(({ kind }) => (kind === "apiKey" ? "keys" : "tokens")))].join(" and ");
  return [
    `Endpoint for ${names}: ${endpointWords(mcp.path, server)}`,
    ...others.map(credentialWords),
    `Endpoint for people, with OAuth and without any key: ${endpointWords(oauth.path, server)}`,
    ...loginFacts(oauth, server),
  ];
}

function endpointWords(path: string, { mcp }: ServerIr): string {
  return addressOf(path, mcp) ?? `\`${path}\` on the host that serves this file`;
}

/** How people log in, what they may ask for, what follows from their role, and what there is for clients without HTTP. */
function loginFacts({ tenant, role }: OAuthAuthIr, { scopes, adapter }: ServerIr): string[] {
  const names = Object.entries(scopes).map(
    ([name, text]) => `\`${oneLine(name)}\` (${oneLine(text).replace(/\.$/, "")})`,
  );
  return [
    "Login: OAuth 2.1 in the browser. Configure the endpoint alone, without any header: the client finds the login through the endpoint's metadata.",
    ...(names.length === 0 ? [] : [`Scopes: ${names.join(", ")}.`]),
    ...(role === undefined ? [] : [`Roles: ${rolesWords(role.scopes)}.`]),
    `${oneLine(tenant.title)}: follows from the login; no input chooses it.`,
    ...(adapter === undefined ? [] : [`Clients that speak stdio only: run \`npx -y ${adapter.package}\`.`]),
  ];
}

/** `viewer may use mcp:read; admin and owner may use mcp:read and mcp:write`. */
function rolesWords(scopesOf: Readonly<Record<string, readonly string[]>>): string {
  const alike = Map.groupBy(Object.entries(scopesOf), ([, scopes]) => and(scopes.map(oneLine)));
  return [...alike]
    .map(
      ([scopes, roles]) => `${and(roles.map(([role]) => oneLine(role)))} may use ${scopes === "" ? "nothing" : scopes}`,
    )
    .join("; ");
}

function and(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** What to do where a scope is missing: people can log in again and ask for it, a key stays as it is. */
export function scopeFacts({ auth, errors }: ServerIr): string[] {
  const { rpc } = errors.scope_required ?? {};
  const refused = `On \`scope_required\`${rpc === undefined ? "" : ` (${rpc})`}:`;
  const [oauth] = auth.filter((scheme) => scheme.kind === "oauth");
  const sameKey = "stop and tell the user; trying again with the same key does not help.";
  if (oauth === undefined) return [`${refused} ${sameKey}`];
  const login = "the client can log in again and ask for the scope; without that, trying again does not help.";
  const forbidden =
    "On `role_forbidden`: the user's role does not allow it and no login changes that: stop and tell the user.";
  return [
    auth.length === 1 ? `${refused} ${login}` : `${refused} ${sameKey} With OAuth, ${login}`,
    ...(oauth.role === undefined ? [] : [forbidden]),
  ];
}

/** `Key: header …` or `Token: header …`: what a caller shows, and which prefixes are taken. */
function credentialWords(auth: Exclude<AuthIr, OAuthAuthIr>): string {
  return auth.kind === "token" ? tokenWords(auth) : keyWords(auth);
}

function tokenWords({ prefix, maxActivePerTenant, ttlDays }: TokenAuthIr): string {
  const active = maxActivePerTenant === undefined ? "" : `, at most ${maxActivePerTenant} active per organisation`;
  const end = ttlDays === undefined ? "" : `, ending after ${ttlDays.default} days unless it says otherwise`;
  return `Token: header \`Authorization: Bearer TOKEN\`, TOKEN being \`${prefix}…\`${active}${end}.`;
}

function keyWords({ header, kinds }: ApiKeyAuthIr): string {
  const scheme = header.toLowerCase() === "authorization" ? "Bearer " : "";
  const prefixes = (refused: boolean) =>
    Object.values(kinds)
      .filter((kind) => kind.refused === refused)
      .map((kind) => `\`${kind.prefix}…\``);
  const accepted = prefixes(false);
  const refused = prefixes(true);
  const example = `Key: header \`${header}: ${scheme}KEY\``;
  return `${example}${accepted.length > 0 ? `, KEY being ${accepted.join(" or ")}` : ""}${
    refused.length > 0 ? `; ${refused.join(" and ")} ${refused.length === 1 ? "is" : "are"} refused here` : ""
  }.`;
}
