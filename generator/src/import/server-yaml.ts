import { type Contract, entries, isObject, type Located, member, type ObjectValue } from "../openapi/contract.ts";
import type { ListedOperation } from "../openapi/listed.ts";
import { followed } from "../openapi/resolve.ts";
import { headersSetByServer } from "../rules/reserved-header.ts";
import { describeScopes, scopeOf } from "./scopes.ts";
import { plainText, visibleText } from "./text.ts";
import { lookLines, scalar, textBlock } from "./yaml-text.ts";

/** What this server sends the upstream to be let in. */
type Credentials =
  | { readonly kind: "header" | "query"; readonly name: string; readonly look?: string }
  | { readonly kind: "basic" }
  | { readonly kind: "none"; readonly look?: string };

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

function chooseCredentials(contract: Contract, operations: readonly ListedOperation[]): Credentials {
  const asked = new Map<string, number>();
  for (const { security } of operations)
    for (const alternative of security)
      for (const scheme of Object.keys(alternative))
        asked.set(scheme, (asked.get(scheme) ?? 0) + 1 / Object.keys(alternative).length);
  const components: Located = { value: contract.document.components, at: ["components"] };
  const schemes = entries(member(components, "securitySchemes")).flatMap(([name, scheme]) => {
    const value = followed(contract, scheme)?.value;
    return isObject(value) ? [{ value, weight: asked.get(name) ?? 0 }] : [];
  });
  // A document whose operations ask for nothing, and that has schemes, has forgotten to say so.
  const used = asked.size === 0 ? schemes : schemes.filter(({ weight }) => weight > 0);
  const best = used
    .map((scheme) => ({ ...scheme, ease: easeOf(scheme.value) }))
    .sort((one, other) => other.weight - one.weight || one.ease - other.ease);
  return best[0] === undefined ? { kind: "none" } : toCredentials(best[0].value);
}

/** Keys are easier to get than logins. */
function easeOf({ type, in: place, scheme }: ObjectValue): number {
  if (type === "apiKey") return place === "header" ? 0 : place === "query" ? 2 : 5;
  if (type === "http") return String(scheme).toLowerCase() === "basic" ? 3 : 1;
  return 4;
}

/** RFC 9110 section 5.1: a token. */
const headerName = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/;

function toCredentials({ type, in: place, name, scheme }: ObjectValue): Credentials {
  if (type === "apiKey" && typeof name === "string") {
    if (place === "header" && headerName.test(name)) return { kind: "header", name };
    if (place === "query" && name !== "") return { kind: "query", name };
    return {
      kind: "none",
      look: `the API wants its key in a ${place === "cookie" ? `cookie, ${visibleText(name).text}` : "place that is not known here"}; say how this server signs in`,
    };
  }
  const kind = typeof scheme === "string" ? scheme.toLowerCase() : "";
  if (type === "http" && kind === "basic") return { kind: "basic" };
  if (type === "http" && kind !== "bearer")
    return { kind: "none", look: "the API asks for a sign-in that is not known here; say how this server signs in" };
  const look =
    type === "http"
      ? undefined
      : "the API asks for OAuth; a token of this service stands here, exchange: (RFC 8693) gives each caller their own";
  return { kind: "header", name: "Authorization", ...(look === undefined ? {} : { look }) };
}

export interface ServerTextOptions {
  readonly plan: ServerPlan;
  readonly contract: Contract;
  /** Those that become tools. */
  readonly operations: readonly ListedOperation[];
  /** Of server.schema.json, as the modeline names it. */
  readonly schemaPath: string;
  /** Where the document was read from, for relative addresses of servers; nothing for a file. */
  readonly baseUrl?: string | undefined;
}

/** The text of server.yaml. */
export function serverText(options: ServerTextOptions): string {
  const { plan, contract, operations, schemaPath } = options;
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

export function credentialsText(credentials: Credentials, prefix: string): string {
  const look = "look" in credentials && credentials.look !== undefined ? lookLines([credentials.look], "  ") : "";
  switch (credentials.kind) {
    case "header": {
      const bearer = credentials.name.toLowerCase() === "authorization";
      const hint = bearer ? " # the whole value of the header: Bearer …" : "";
      const secret = bearer ? "AUTHORIZATION" : "API_KEY";
      return `${look}  credentials:\n    service: { header: ${scalar(credentials.name, { inFlow: true })}, secret: '\${${prefix}_${secret}}' }${hint}\n`;
    }
    case "query":
      return `${look}  credentials:\n    service: { query: ${scalar(credentials.name, { inFlow: true })}, secret: '\${${prefix}_API_KEY}' }\n`;
    case "basic":
      return `${look}  credentials:\n    service: { basic: { user: '\${${prefix}_USER}', password: '\${${prefix}_PASSWORD}' } }\n`;
    case "none":
      return `${look}  credentials: none\n`;
  }
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

/** A name for the server from the document's title: lower-case words, at most 15 letters where whole words allow (rule for clients that put it before each tool). */
export function serverName(title: unknown, fallback: string): string {
  const from = (text: string) =>
    text
      .normalize("NFKD")
      .replaceAll(/\p{M}/gu, "")
      .toLowerCase()
      .replaceAll(/['’]s\b/g, "")
      .replaceAll(/[^a-z0-9]+/g, "-")
      .replaceAll(/^[^a-z]+|-+$/g, "");
  const words = from(typeof title === "string" ? title : "")
    .split("-")
    .filter((word) => word !== "" && !noise.has(word) && !/^v?\d/.test(word));
  let name = words[0] ?? "";
  for (const word of words.slice(1))
    if (`${name}-${word}`.length <= nameGood) name = `${name}-${word}`;
    else break;
  return (name || from(fallback) || "api").slice(0, nameMax).replace(/-+$/, "");
}

const noise: ReadonlySet<string> = new Set([
  "api",
  "apis",
  "the",
  "rest",
  "openapi",
  "swagger",
  "specification",
  "definition",
  "for",
  "of",
  "and",
  "public",
  "service",
  "server",
  "sample",
  "simple",
]);
/** Characters of a good server's name, and of the longest (language, "The server"). */
const nameGood = 15;
const nameMax = 40;
