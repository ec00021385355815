import type { InputPlace } from "../ir/tool.ts";
import { type Contract, isObject, type Located } from "../openapi/contract.ts";
import type { Operation } from "../openapi/operation.ts";
import { followed } from "../openapi/resolve.ts";
import { placeholders } from "../spec/request-line.ts";
import type { ChosenBody } from "./body.ts";
import { looksSecret } from "./secrets.ts";
import { wordsOf } from "./words.ts";

/** One input as import writes it. */
export interface SeedInput {
  /** What the tool calls it. */
  readonly name: string;
  readonly required: boolean;
  /** What must be written; nothing where the contract says it all. */
  readonly options: Readonly<Record<string, string | boolean>>;
  readonly looks: readonly string[];
}

/** Where a value comes from, and where it goes. */
interface Source {
  readonly place: InputPlace | "requestBody";
  /** The upstream's name. */
  readonly name: string;
  readonly required: boolean;
  /** Absent for a placeholder that the operation does not declare. */
  readonly schema: Located | undefined;
}

export interface InputsOptions {
  readonly contract: Contract;
  readonly operation: Operation;
  readonly body: ChosenBody | undefined;
  /** Lower-case names of headers, and names of query parameters and cookies, that the server sets itself. */
  readonly setByServer: ReadonlySet<string>;
}

/** The inputs of a tool: path, query, headers, cookies, then the body's; each place has its required ones first, otherwise in the contract's order. */
export function seedInputs(options: InputsOptions): readonly SeedInput[] {
  const sources = sourcesOf(options);
  const taken = new Set<string>(reserved);
  // Names that are good as they are go first, so that a clash renames the newcomer.
  const natural = sources.filter((source) => isNatural(source, sources) && !taken.has(source.name));
  const named = new Map<Source, string>();
  for (const source of natural) if (!taken.has(source.name)) claim(source, source.name);
  for (const source of sources) if (!named.has(source)) claim(source, freeName(source, taken));
  return sources.map((source) => toSeed(source, named.get(source) as string, options));

  function claim(source: Source, name: string): void {
    taken.add(name);
    named.set(source, name);
  }
}

/** The language's own. */
const reserved: readonly string[] = ["confirm", "dry_run"];

/** A value that never differs, which every call sends: no input. */
export interface Constant {
  readonly place: "query" | "header";
  readonly name: string;
  readonly value: string | number | boolean;
}

/** Required parameters with one possible value, such as a version of the API. */
export function constantsOf({ contract, operation, setByServer }: Omit<InputsOptions, "body">): readonly Constant[] {
  return operation.parameters.flatMap(({ place, name, required, schema }): Constant[] => {
    if (!required || (place !== "query" && place !== "header")) return [];
    if (setByServer.has(place === "header" ? name.toLowerCase() : `${place} ${name}`)) return [];
    const value = followed(contract, schema)?.value;
    if (!isObject(value)) return [];
    const only = value.const ?? (Array.isArray(value.enum) && value.enum.length === 1 ? value.enum[0] : undefined);
    const isPlain =
      typeof only === "number" ||
      typeof only === "boolean" ||
      (typeof only === "string" && /^[\x21-\x7e]{1,100}$/.test(only));
    return isPlain ? [{ place, name, value: only }] : [];
  });
}

/** The header by which the upstream tells repetitions, where an operation may have one: the runtime fills it in. */
export function idempotencyHeader({ method, parameters }: Operation): string | undefined {
  if (method === "get" || method === "head") return undefined;
  const header = parameters.find(
    ({ place, name, required }) => place === "header" && !required && /^(x-)?idempotency-?key$/i.test(name),
  );
  return header?.name;
}

const places: readonly Source["place"][] = ["path", "query", "header", "cookie", "body", "requestBody"];

function sourcesOf(options: InputsOptions): readonly Source[] {
  const { operation, body, setByServer } = options;
  const inPath = placeholders(operation.path);
  const constants = constantsOf(options);
  const idempotency = idempotencyHeader(operation);
  const declared = operation.parameters
    .filter(({ place, name }) => place !== "path" || inPath.includes(name))
    .filter(({ place, name }) => !setByServer.has(place === "header" ? name.toLowerCase() : `${place} ${name}`))
    .filter(({ place, name }) => !constants.some((one) => one.place === place && one.name === name))
    .filter(({ place, name }) => place !== "header" || name !== idempotency)
    .map(({ place, name, required, schema }): Source => ({ place, name, required, schema }));
  const undeclared = inPath
    .filter((name) => !declared.some((one) => one.place === "path" && one.name === name))
    .map((name): Source => ({ place: "path", name, required: true, schema: undefined }));
  const all = [...undeclared, ...declared, ...bodySources(operation, body)];
  const rank = (source: Source) => places.indexOf(source.place) * 2 + (source.required ? 0 : 1);
  return all.sort((one, other) => rank(one) - rank(other));
}

function bodySources({ bodyRequired }: Operation, body: ChosenBody | undefined): readonly Source[] {
  if (body === undefined) return [];
  if (body.properties === undefined)
    return [{ place: "requestBody", name: "body", required: bodyRequired, schema: body.schema }];
  return [...body.properties]
    .filter(([, { readOnly }]) => !readOnly)
    .map(([name, { schema, required }]): Source => ({ place: "body", name, required, schema }));
}

/** Letters of an input's name (language, "Inputs"). */
const inputName = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;

/** Whether the name alone says which value is meant, as the generator looks for it: the usual place first, else the only one. */
function isNatural(source: Source, sources: readonly Source[]): boolean {
  if (!inputName.test(source.name) || source.place === "requestBody") return false;
  const alike = sources.filter((other) => sameName(other.place, other.name, source.name));
  return (
    alike.length === 1 || alike[0] === source || (alike.find(({ place }) => place === "path") ?? alike[0]) === source
  );
}

function sameName(place: Source["place"], one: string, other: string): boolean {
  return one === other || (place === "header" && one.toLowerCase() === other.toLowerCase());
}

/** A name for a value whose own is taken or is no identifier: in words, then with its place. */
function freeName({ name, place }: Source, taken: ReadonlySet<string>): string {
  const bare = name.replaceAll(/\[\]$/g, "");
  const words = wordsOf(bare).join("_").slice(0, wordsMax).replace(/_+$/, "") || "value";
  const base = /^[a-z]/.test(words) ? words : `n_${words}`;
  const placed = `${place === "requestBody" ? "request" : place}_${base}`;
  for (const candidate of inputName.test(bare) ? [bare, base, placed] : [base, placed])
    if (!taken.has(candidate)) return candidate;
  for (let count = 2; ; count++) if (!taken.has(`${placed}_${count}`)) return `${placed}_${count}`;
}

/** Characters of a name made from words, so that a place and a number still fit. */
const wordsMax = 48;

function toSeed(source: Source, name: string, { contract, operation, body }: InputsOptions): SeedInput {
  const { place, schema, required } = source;
  if (place === "requestBody") return { name, required, options: { in: "requestBody" }, looks: [] };
  const written: Record<string, string | boolean> = {};
  const found = foundAt(source, operation, body);
  if (found !== place) written.in = place;
  if (name !== source.name) written.as = source.name;
  if (schema === undefined) written.type = "string";
  if (!looksSecret(source.name)) return { name, required, options: written, looks: [] };
  const { isText, shows } = secrecy(contract, schema);
  if (!isText) return { name, required, options: written, looks: [] };
  if (shows)
    return {
      name,
      required,
      options: written,
      looks: [
        `${name} looks like a secret, and the contract shows a value of it: remove that, and write sensitive: true`,
      ],
    };
  return { name, required, options: { ...written, sensitive: true }, looks: [] };
}

/** Where the generator would look for a name that says no place (`locate`). */
function foundAt(
  { name }: Source,
  { path, method, parameters }: Operation,
  body: ChosenBody | undefined,
): string | undefined {
  if (placeholders(path).includes(name)) return "path";
  const has = (place: string) =>
    place === "body"
      ? body?.has(name) === true
      : parameters.some((one) => one.place === place && sameName(place, one.name, name));
  const usual = method === "get" || method === "head" || method === "delete" ? "query" : "body";
  if (has(usual)) return usual;
  const others = ["query", "body", "header", "cookie"].filter(has);
  return others.length === 1 ? others[0] : undefined;
}

/** Whether a schema is a text, and whether it shows values: what a sensitive input must not. */
function secrecy(
  contract: Contract,
  schema: Located | undefined,
): { readonly isText: boolean; readonly shows: boolean } {
  const target = schema === undefined ? undefined : followed(contract, schema);
  if (target === undefined || !isObject(target.value)) return { isText: true, shows: false };
  const { value } = target;
  const isText =
    value.type === undefined || value.type === "string" || (Array.isArray(value.type) && value.type.includes("string"));
  return { isText, shows: ["default", "const", "examples", "example", "enum"].some((key) => value[key] !== undefined) };
}
