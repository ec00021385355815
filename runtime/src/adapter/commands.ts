import type { Access } from "./access.ts";
import { AdapterError, printable } from "./adapter-error.ts";
import { discover, revoke } from "./authority.ts";
import type { Grant, GrantStore, Tokens } from "./grant-store.ts";
import { isObject } from "./message.ts";
import { type AdapterDefinition, toolsetsVariable, urlVariable } from "./options.ts";

/** What the commands work on, and how they answer. */
export interface CommandContext {
  readonly definition: AdapterDefinition;
  readonly url: string;
  readonly store: GrantStore;
  readonly access: Access;
  /** One line to stdout. */
  print(line: string): void;
}

/** Log in anew, whatever grant there is. */
export async function loginCommand({ access, definition, print }: CommandContext): Promise<void> {
  const grant = await access.logIn();
  print(`Logged in to ${definition.title}${suffix(" as ", whoIs(grant.tokens))}.`);
  print(`Granted: ${describeScopes(grant)}`);
}

/**
 * Give the grant back to the authorization server and delete the file: the file also where the server cannot be told.
 *
 * @throws AdapterError when the grant may still be good there
 */
export async function logoutCommand({ store, url, print }: CommandContext): Promise<void> {
  let grant: Grant | undefined;
  try {
    grant = store.read();
  } finally {
    // Whatever is wrong with the file: who logs out wants it gone.
    if (store.delete()) print(`Deleted ${store.file}`);
    else print("You were not logged in.");
  }
  if (grant?.tokens === undefined) return;
  const authority = await discover(url, grant.metadataUrl);
  if (authority.metadata.issuer !== grant.issuer)
    throw new AdapterError(
      "failed",
      `the grant could not be revoked: ${grant.issuer} is no longer in charge of ${url}.`,
    );
  const isRevoked = await revoke(authority, grant.client, grant.tokens);
  print(isRevoked ? `Revoked at ${grant.issuer}` : `${grant.issuer} revokes nothing: the grant ends by itself.`);
}

/** Say who is logged in where, with what and until when; never the token. Throws where nobody is. */
export function statusCommand({ store, url, print }: CommandContext): void {
  print(`Endpoint: ${url}`);
  print(`Grant:    ${store.file}`);
  const grant = store.read();
  if (grant?.tokens === undefined)
    throw new AdapterError("failed", "nobody is logged in: start the adapter with `login`.");
  print(`Issuer:   ${printable(grant.issuer)}`);
  print(`User:     ${whoIs(grant.tokens) ?? "unknown: the token does not say"}`);
  print(`Scopes:   ${describeScopes(grant)}`);
  print(`Expires:  ${describeEnd(grant.tokens)}`);
}

/** What `--help` prints. */
export function helpText(definition: AdapterDefinition): string {
  return `${definition.title} MCP adapter ${definition.version}: serves ${definition.url} to a client that speaks stdio only.

Usage: [command] [options]

Commands:
  (none)            serve the endpoint over stdin and stdout; logs in through the browser when that is needed
  login             log in now, or as somebody else
  logout            revoke the grant and delete it from this machine
  status            who is logged in where, with which scopes and until when

Options:
  --url <url>       another endpoint (or ${urlVariable(definition)})
  --scopes <list>   what to ask for, separated by commas (default: ${definition.scopes.join(",")})
  --toolsets <list> some of the tools alone, by the endpoint's names of toolsets; all gives every tool (or ${toolsetsVariable(definition)})
  -h, --help        this text
  -V, --version     the version

The grant lies in your configuration directory, readable for you alone. Exit codes: 0 fine, 1 failed, 2 usage.
`;
}

function describeScopes({ tokens }: Grant): string {
  return printable(tokens?.scopes.join(" ") ?? "") || "none";
}

function describeEnd({ expiresAt, refreshToken }: Tokens): string {
  const renewal = refreshToken === undefined ? "then log in again" : "renewed by itself";
  return expiresAt === undefined ? `not stated; ${renewal}` : `${new Date(expiresAt).toISOString()}; ${renewal}`;
}

/**
 * Whose token it is, where it is a JWT that says so. For display alone: nothing is verified, and nothing depends on it.
 */
function whoIs(tokens: Tokens | undefined): string | undefined {
  const [, payload = ""] = tokens?.accessToken.split(".") ?? [];
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    if (!isObject(claims)) return undefined;
    const { name, sub } = claims;
    const shown = typeof name === "string" && typeof sub === "string" ? `${name} (${sub})` : (name ?? sub);
    return typeof shown === "string" ? printable(shown) : undefined;
  } catch {
    return undefined;
  }
}

function suffix(before: string, text: string | undefined): string {
  return text === undefined ? "" : before + text;
}
