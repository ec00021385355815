import { parseArgs } from "node:util";
import { isSafeAddress } from "../safe-address.ts";
import { AdapterError } from "./adapter-error.ts";

/** What a generated package says about itself. */
export interface AdapterDefinition {
  /** Kebab-case: names the command, the folder of grants and the environment variable. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  readonly version: string;
  /** The hosted MCP endpoint. */
  readonly url: string;
  /** What to ask for where nothing else is said. */
  readonly scopes: readonly string[];
}

const commands = ["serve", "login", "logout", "status"] as const;

/** What one start is to do. */
export interface AdapterOptions {
  readonly command: (typeof commands)[number] | "help" | "version";
  /** Normalized: the same endpoint always has the same grant. */
  readonly url: string;
  readonly scopes: readonly string[];
  /** Toolsets to ask the endpoint for, comma-separated; absent: what it gives those who ask for none. */
  readonly toolsets: string | undefined;
}

/** The variable that names another endpoint: `PERKAMO_MCP_URL`. */
export function urlVariable(definition: AdapterDefinition): string {
  return variable(definition, "URL");
}

/** The variable that names toolsets: `PERKAMO_MCP_TOOLSETS`. */
export function toolsetsVariable(definition: AdapterDefinition): string {
  return variable(definition, "TOOLSETS");
}

function variable({ name }: AdapterDefinition, what: string): string {
  return `${name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_")}_MCP_${what}`;
}

/**
 * Read the arguments of one start. A flag wins over the environment, which wins over the definition.
 *
 * @throws AdapterError of kind `usage`
 */
export function readOptions(
  definition: AdapterDefinition,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): AdapterOptions {
  const { values, positionals } = parse(args);
  const [command = "serve", ...more] = positionals;
  if (more.length > 0 || !isCommand(command))
    throw usage(`there is no command "${positionals.join(" ")}". Commands: login, logout, status, or none to serve.`);
  const scopes = values.scopes === undefined ? definition.scopes : checkScopes(values.scopes);
  // Asked how it works, whatever else is wrong.
  if (values.help || values.version)
    return { command: values.help ? "help" : "version", url: definition.url, scopes, toolsets: undefined };
  const url = checkUrl(...chooseUrl(definition, values.url, env));
  return { command, url, scopes, toolsets: chooseToolsets(definition, values.toolsets, env) };
}

function chooseUrl(
  definition: AdapterDefinition,
  flag: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): readonly [url: string, whence: string] {
  if (flag !== undefined) return [flag, "--url"];
  const variable = urlVariable(definition);
  const set = env[variable];
  return set ? [set, variable] : [definition.url, "the package's URL"];
}

/** They go out as a header. Which of them there are, the endpoint says. */
function chooseToolsets(
  definition: AdapterDefinition,
  flag: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const whence = flag === undefined ? toolsetsVariable(definition) : "--toolsets";
  const names = (flag ?? env[whence] ?? "").split(/[\s,]+/).filter(Boolean);
  if (names.some((name) => !/^[\w-]{1,64}$/.test(name)))
    throw usage(`${whence} holds what is no name of a toolset. It is a list such as billing,refunds, or all.`);
  return names.length === 0 ? undefined : names.join(",");
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        url: { type: "string" },
        scopes: { type: "string" },
        toolsets: { type: "string" },
        help: { type: "boolean", short: "h" },
        version: { type: "boolean", short: "V" },
      },
    });
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    // Node's own first sentence: `Unknown option '--urll'`.
    throw usage(`${error.message.split(". ")[0]}.`);
  }
}

function isCommand(word: string): word is (typeof commands)[number] {
  return (commands as readonly string[]).includes(word);
}

function checkUrl(text: string, whence: string): string {
  const url = URL.parse(text);
  if (url === null)
    throw usage(`${whence} is not a URL. It is the address of an MCP endpoint, as in https://example.com/mcp.`);
  if (url.username !== "" || url.password !== "")
    throw usage(`${whence} holds a user name or a password. Log in with the login command instead.`);
  if (!isSafeAddress(url))
    throw usage(`${whence} must be an https URL: only on this machine may a token travel in the clear.`);
  url.hash = "";
  return url.href;
}

/** A scope is printable ASCII without quotes and backslashes (RFC 6749, section 3.3). */
function checkScopes(list: string): readonly string[] {
  const scopes = [...new Set(list.split(/[\s,]+/).filter(Boolean))];
  const wrong = scopes.find((scope) => !/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope));
  if (wrong !== undefined) throw usage("--scopes holds a character that no scope has.");
  if (scopes.length === 0) throw usage("--scopes names no scope. Leave it out to ask for the usual ones.");
  return scopes;
}

function usage(message: string): AdapterError {
  return new AdapterError("usage", message);
}
