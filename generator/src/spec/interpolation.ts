import type { Path } from "./positions.ts";
import { dotted, type Problem, shown } from "./problem.ts";

/** `${NAME}` or `${NAME:-default}`. */
const variable = /^\$\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\}/;
/** A secret: a variable alone, without a default. */
const secretVariable = /^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/;
/** What looks like a variable in a place where there are none. */
const anyVariable = /\$\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\}/;

/** Check `${…}` in server.yaml: only below `upstream`, `relay` and `oauth`, where it is resolved when the server starts; secrets only so. */
export function checkServerVariables(data: unknown): readonly Problem[] {
  return textsOf(data, []).flatMap(({ path, text }) => {
    if (isSecret(path)) return checkSecret(path, text);
    if (!text.includes("${")) return [];
    return isResolvedAtStart(path) ? checkSyntax(path, text) : misplaced(path, text);
  });
}

/** Refuse `${NAME}` in a tool file: what a tool is does not depend on where it runs. */
export function checkToolVariables(data: unknown): readonly Problem[] {
  return textsOf(data, []).flatMap(({ path, text }) => misplaced(path, text));
}

function isSecret(path: Path): boolean {
  return (path[0] === "upstream" || path[0] === "relay") && holdsSecret(path);
}

/** Whether a secret belongs here, so that what stands here instead is never shown. */
export function holdsSecret(path: Path): boolean {
  const key = path.at(-1);
  // Of HTTP Basic the user too: some APIs take their key there.
  return (
    key === "secret" || key === "clientSecret" || (path.at(-2) === "basic" && (key === "user" || key === "password"))
  );
}

function isResolvedAtStart(path: Path): boolean {
  if (path[0] === "relay") return path[1] === "keyId";
  if (path[0] === "auth") return path[2] === "oauth" && path.length === 4 && oauthAddresses.has(path[3]);
  return path[0] === "upstream" && (path[1] === "url" || path[1] === "credentials");
}

const oauthAddresses: ReadonlySet<unknown> = new Set(["issuer", "audience", "jwksUrl"]);

/** The value of a literal secret is never part of a message. */
function checkSecret(path: Path, text: string): Problem[] {
  if (secretVariable.test(text)) return [];
  const withDefault = variable.test(text);
  return [
    {
      rule: withDefault ? "secret-default" : "literal-secret",
      path,
      message: `${dotted(path)}: ${withDefault ? "a secret has no default" : "a secret does not stand in the file"}`,
      mend: "write the name of an environment variable alone: ${NAME}",
    },
  ];
}

function checkSyntax(path: Path, text: string): Problem[] {
  for (let at = text.indexOf("${"); at >= 0; at = text.indexOf("${", at + 2)) {
    if (variable.test(text.slice(at))) continue;
    const message = `${dotted(path)}: ${shown(text.slice(at))} is no variable`;
    return [{ rule: "interpolation", path, message, mend: "write ${NAME} or ${NAME:-default}" }];
  }
  return [];
}

function misplaced(path: Path, text: string): Problem[] {
  const [found] = anyVariable.exec(text) ?? [];
  if (found === undefined) return [];
  const message = `${dotted(path)}: ${shown(found)} would stay as it is: variables are resolved in upstream, relay and the addresses of oauth in server.yaml only`;
  return [{ rule: "interpolation", path, message, mend: "write the value itself" }];
}

function textsOf(data: unknown, path: Path): { readonly path: Path; readonly text: string }[] {
  if (typeof data === "string") return [{ path, text: data }];
  if (Array.isArray(data)) return data.flatMap((item, index) => textsOf(item, [...path, index]));
  if (typeof data !== "object" || data === null) return [];
  return Object.entries(data).flatMap(([key, value]) => textsOf(value, [...path, key]));
}
