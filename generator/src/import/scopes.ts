import type { HttpMethod } from "../ir/tool.ts";
import { type Contract, entries, isObject, type Located, member } from "../openapi/contract.ts";
import type { ListedOperation } from "../openapi/listed.ts";
import { followed } from "../openapi/resolve.ts";
import { pathWords } from "./path-words.ts";
import { plainText, visibleText } from "./text.ts";
import { singular, wordsOf } from "./words.ts";

/** What a tool asks for: the scopes of one alternative, all of them, or of several, any of them. */
export interface SeedScope {
  readonly names: readonly string[];
  readonly all: boolean;
  /** The contract names none, so that they were made from tag and method. */
  readonly guessed: boolean;
}

/** Characters of a scope's name (language, "The server"). */
const scopeMax = 64;

/** The scopes that an operation's OAuth requirement names, else `<TAG>_READ` or `<TAG>_WRITE`. */
export function scopeOf(operation: ListedOperation, contract: Contract): SeedScope {
  const kinds = schemeKinds(contract);
  const alternatives = operation.security
    .map((alternative) =>
      Object.entries(alternative)
        .filter(([scheme]) => kinds.get(scheme) === "oauth2" || kinds.get(scheme) === "openIdConnect")
        .flatMap(([, scopes]) => scopes.map(scopeName)),
    )
    .filter((scopes) => scopes.length > 0);
  const [first] = alternatives;
  if (first === undefined) return { names: [guessScope(operation)], all: false, guessed: true };
  if (alternatives.every((scopes) => scopes.length === 1))
    return { names: [...new Set(alternatives.flat())], all: false, guessed: false };
  const fewest = alternatives.reduce((one, other) => (other.length < one.length ? other : one));
  return { names: [...new Set(fewest)], all: true, guessed: false };
}

/** A scope of the contract in the letters that the language has. */
function scopeName(scope: string): string {
  const name = scope.replaceAll(/[^A-Za-z0-9_.:/-]+/g, "_").replace(/^[^A-Za-z]+/, "");
  return (name.length <= scopeMax ? name : name.slice(-scopeMax).replace(/^[^A-Za-z]+/, "")) || "scope";
}

/** `VOUCHER_READ` from the tag `Vouchers`, or from the path where there is none. */
export function guessScope({ tags, path, method }: Pick<ListedOperation, "tags" | "path" | "method">): string {
  const tag = wordsOf(tags[0] ?? "");
  const words = says(tag) ? tag : (thingsOf(path).find(says) ?? ["api"]);
  const telling = words.filter((word) => !noise.has(word) && !/^v\d+$/.test(word));
  const name = (telling.length > 0 ? telling : words)
    .map((word, index, all) => (index === all.length - 1 ? singular(word) : word))
    .join("_");
  return `${
    name
      .toUpperCase()
      .slice(0, scopeMax - writeEnding.length)
      .replace(/^[^A-Z]+|_+$/g, "") || "API"
  }${reads.has(method) ? "_READ" : writeEnding}`;
}

function says(words: readonly string[]): boolean {
  return words.join("").length > 1;
}

/** The first and the last thing that a path names. */
function thingsOf(path: string): readonly (readonly string[])[] {
  const { steps } = pathWords(path);
  const names = steps.filter(({ kind }) => kind === "name").map(({ words }) => words);
  return [...names.slice(0, 1), ...names.slice(-1)];
}

const writeEnding = "_WRITE";
const reads: ReadonlySet<HttpMethod> = new Set(["get", "head"]);
const noise: ReadonlySet<string> = new Set([
  "api",
  "controller",
  "the",
  "a",
  "of",
  "and",
  "operations",
  "operation",
  "endpoints",
  "endpoint",
]);

/** What the scopes of these tools allow: as the contract's security schemes describe them, else in words. */
export function describeScopes(scopes: readonly SeedScope[], contract: Contract): ReadonlyMap<string, string> {
  const told = toldScopes(contract);
  const names = new Set(scopes.flatMap(({ names: some }) => some));
  return new Map([...names].sort().map((name) => [name, told.get(name) ?? inWords(name)]));
}

/** Scopes that the contract describes, by the name that the language has for them. */
function toldScopes(contract: Contract): ReadonlyMap<string, string> {
  const told = new Map<string, string>();
  for (const scheme of schemes(contract)) {
    for (const [, flow] of entries(member(scheme, "flows")))
      for (const [scope, { value }] of entries(member(flow, "scopes"))) {
        const text = typeof value === "string" ? plainText(visibleText(value).text).replaceAll("\n\n", " ") : "";
        if (text !== "") told.set(scopeName(scope), text.slice(0, scopeTextMax));
      }
  }
  return told;
}

/** Characters of a scope's description: one line that people read when they consent. */
const scopeTextMax = 200;

/** `VOUCHER_READ`: `Read voucher.` */
function inWords(name: string): string {
  const guessed = /^([A-Z0-9_]+)_(READ|WRITE)$/.exec(name);
  if (guessed === null) return `What the upstream allows by ${name}.`;
  const thing = (guessed[1] ?? "").toLowerCase().replaceAll("_", " ");
  return guessed[2] === "READ" ? `Read what is under "${thing}".` : `Change what is under "${thing}".`;
}

function schemes(contract: Contract): readonly Located[] {
  const components: Located = { value: contract.document.components, at: ["components"] };
  return entries(member(components, "securitySchemes")).flatMap(([, scheme]) => followed(contract, scheme) ?? []);
}

function schemeKinds(contract: Contract): ReadonlyMap<string, unknown> {
  const components: Located = { value: contract.document.components, at: ["components"] };
  return new Map(
    entries(member(components, "securitySchemes")).map(([name, scheme]) => {
      const { value } = followed(contract, scheme) ?? { value: undefined };
      return [name, isObject(value) ? value.type : undefined];
    }),
  );
}
