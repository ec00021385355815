import { type Contract, isObject } from "../openapi/contract.ts";
import type { ListedOperation } from "../openapi/listed.ts";
import { headersSetByServer } from "../rules/reserved-header.ts";
import { describeScopes, scopeOf } from "./scopes.ts";
import { plainText, visibleText } from "./text.ts";
import { type ToolsetSeed, toolsetsText } from "./toolsets.ts";
import { type Credentials, chooseCredentials, credentialsText } from "./upstream-credentials.ts";
import { lookLines, scalar, textBlock } from "./yaml-text.ts";

/** What server.yaml will say, and what of that the tools must know. */
export interface ServerPlan {
  readonly name: string;
  readonly credentials: Credentials;
  /** Lower-case names of headers, and `query name` or `cookie name`, that the server sets itself. */
  readonly setByServer: ReadonlySet<string>;
}

/** Decide how this server signs in at the upstream, by the security schemes that most of the operations ask for. */
export function serverPlan(name: string, contract: Contract, operations: readonly ListedOperation[]): ServerPlan {
  const credentials = chooseCredentials(contract, operations);
  const own =
    credentials.kind === "header"
      ? [credentials.name.toLowerCase()]
      : credentials.kind === "query"
        ? [`query ${credentials.name}`]
        : [];
  return { name, credentials, setByServer: new Set([...headersSetByServer({}, { withRelay: false }), ...own]) };
}

export interface ServerTextOptions {
  readonly plan: ServerPlan;
  readonly contract: Contract;
  /** Those that become tools. */
  readonly operations: readonly ListedOperation[];
  readonly toolsets: readonly ToolsetSeed[];
  /** Of server.schema.json, as the modeline names it. */
  readonly schemaPath: string;
  /** Where the document was read from, for relative addresses of servers; nothing for a file. */
  readonly baseUrl?: string | undefined;
}

/** The text of server.yaml. */
export function serverText(options: ServerTextOptions): string {
  const { plan, contract, operations, toolsets, schemaPath } = options;
  const info = isObject(contract.document.info) ? contract.document.info : {};
  const title = clean(info.title, titleMax) || plan.name;
  const scopes = operations.map((operation) => scopeOf(operation, contract));
  const guessed = scopes.some((scope) => scope.guessed);
  const description = firstSentences(clean(info.description, Number.POSITIVE_INFINITY)) || `Tools over ${title}.`;
  return [
    `# yaml-language-server: $schema=${schemaPath}\n`,
    "toolspec: 1\n",
    `name: ${plan.name}\n`,
    `title: ${scalar(title)}\n`,
    `version: 0.1.0\n`,
    textBlock("description", description),
    lookLines(["what should a model know before it calls anything? Words of the field, order of calls, units, limits"]),
    textBlock("instructions", `${sentence(description)}`),
    "\n",
    upstreamText(options),
    "\n",
    authText(plan.name),
    "\n",
    scopes.length === 0 ? "" : scopesText(describeScopes(scopes, contract), guessed),
    operations.some(({ method }) => method !== "get" && method !== "head") ? "\napprovals: {}\n" : "",
    toolsetsText(toolsets),
    "\nlint: { extends: imported } # recommended, once a person has been through the tools\n",
  ].join("");
}

/** Characters of a title (language: at most 120). */
const titleMax = 80;
/** Characters of the server's description. */
const descriptionMax = 300;

function clean(text: unknown, max: number): string {
  if (typeof text !== "string") return "";
  const plain = plainText(visibleText(text).text).replaceAll(/\s+/g, " ").trim();
  return plain.length <= max ? plain : plain.slice(0, max).replace(/\s+\S*$/, "");
}

/** As many whole sentences as fit. */
function firstSentences(text: string): string {
  if (text.length <= descriptionMax) return text;
  const end = [...text.slice(0, descriptionMax).matchAll(/[.!?](?=\s)/g)].at(-1)?.index;
  return end === undefined ? clean(text, descriptionMax - 1) : text.slice(0, end + 1);
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** `acme-billing`: `ACME_BILLING`. */
export function variablePrefix(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_");
}

function upstreamText({ plan, contract, baseUrl }: ServerTextOptions): string {
  const prefix = variablePrefix(plan.name);
  const { url, look } = upstreamUrl(contract, baseUrl);
  const address = url === undefined ? `\${${prefix}_API_URL}` : `\${${prefix}_API_URL:-${url}}`;
  return [
    "upstream:\n",
    lookLines(look === undefined ? [] : [look], "  "),
    `  url: ${scalar(address)}\n`,
    "  openapi: openapi.json\n",
    credentialsText(plan.credentials, prefix),
  ].join("");
}

/** The first server's address with its variables filled in. */
function upstreamUrl(
  contract: Contract,
  baseUrl: string | undefined,
): { readonly url?: string; readonly look?: string } {
  const [first, ...others] = Array.isArray(contract.document.servers) ? contract.document.servers.filter(isObject) : [];
  if (first === undefined || typeof first.url !== "string")
    return { look: "the contract names no server; set the variable, or write a default" };
  const variables = isObject(first.variables) ? first.variables : {};
  const filled = first.url.replaceAll(/\{([^{}]+)\}/g, (whole, name: string) => {
    const variable = Object.hasOwn(variables, name) ? variables[name] : undefined;
    return isObject(variable) && variable.default !== undefined ? String(variable.default) : whole;
  });
  const url = absolute(filled.trim(), baseUrl);
  if (url === undefined)
    return {
      look: `the contract's server is ${JSON.stringify(visibleText(filled).text.slice(0, 100))}, which is no whole address; set the variable, or write a default`,
    };
  return { url, ...(others.length > 0 ? { look: `the first of ${others.length + 1} servers of the contract` } : {}) };
}

function absolute(text: string, baseUrl: string | undefined): string | undefined {
  const withScheme = text.startsWith("//") ? `https:${text}` : text;
  if (/[{}\s"'\\]/.test(withScheme) || !URL.canParse(withScheme, baseUrl)) return undefined;
  const url = new URL(withScheme, baseUrl);
  if (url.protocol !== "http:" && url.protocol !== "https:") return undefined;
  if (url.username !== "" || url.password !== "") return undefined;
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
}

/** Callers show a key of this server; `toolspec keys create` makes one. */
export function authText(name: string): string {
  const prefix = name.replaceAll(/[^a-z0-9]/g, "").slice(0, keyPrefixMax);
  return `auth:\n  - apiKey:\n      header: X-API-Key\n      kinds:\n        agent: { prefix: ${prefix}_ak_, scoped: true, ttlDays: { default: 30, max: 365 } }\n`;
}

/** Characters of a key's prefix that come from the server's name. */
const keyPrefixMax = 12;

function scopesText(scopes: ReadonlyMap<string, string>, guessed: boolean): string {
  const look = guessed
    ? lookLines(["the contract names no scopes for some operations; theirs come from tags and methods"])
    : "";
  const lines = [...scopes].map(([name, text]) => `  ${scalar(name)}: ${scalar(text)}\n`);
  return `${look}scopes:\n${lines.join("")}`;
}
