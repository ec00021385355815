import type { JsonObject } from "../codegen.ts";
import type { Environment } from "../config.ts";
import { fillVariables, refuseSecret } from "./call-secrets.ts";
import { CommandProblem } from "./store-command.ts";

/** What a call's arguments are read from. */
export interface GivenArguments {
  /** `name=value`, in their order. */
  readonly pairs: readonly string[];
  /** An object of them, from `--input`. */
  readonly input: JsonObject;
  readonly variables: Environment;
}

/**
 * Put a call's arguments together: `--input`, and each `name=value` over it, as the tool's schema has it.
 *
 * A value is JSON where the input is no text; a list may also be given by naming it again. `\${NAME}` alone is the variable's value,
 * which is how a secret is given. Names are not judged here: the server does that, with every other problem.
 *
 * @throws CommandProblem when a value cannot be what the schema wants, or looks like a secret
 */
export function readArguments({ pairs, input, variables }: GivenArguments, schema: JsonObject): JsonObject {
  const read: Record<string, unknown> = { ...input };
  const lists = new Map<string, unknown[]>();
  for (const pair of pairs) {
    const cut = pair.indexOf("=");
    const name = pair.slice(0, cut);
    const text = pair.slice(cut + 1);
    refuseSecret(name, text, `Put it into a variable and name that, in single quotes: '${name}=\${NAME}'.`);
    const isVariable = /^\$\{\w+\}$/.test(text);
    const filled = isVariable ? fillVariables(text, variables, name) : text;
    // What came from a variable may be a secret, and is not repeated.
    const shown = isVariable ? text : JSON.stringify(text.slice(0, shownMaxChars));
    const property = resolved(propertyOf(schema, name), schema);
    const types = typesOf(property, schema);
    const isItem = types.has("array") && !types.has("string") && !filled.trimStart().startsWith("[");
    if (isItem)
      lists.set(name, [
        ...(lists.get(name) ?? []),
        toValue({ name, text: filled, shown }, typesOf(resolved(property.items, schema), schema)),
      ]);
    else define(read, name, toValue({ name, text: filled, shown }, types));
  }
  for (const [name, items] of lists) define(read, name, items);
  return read;
}

/** An own member whatever its name, so that the server sees, and refuses, `__proto__` too. */
function define(target: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}

function propertyOf({ properties }: JsonObject, name: string): unknown {
  return isObject(properties) && Object.hasOwn(properties, name) ? properties[name] : {};
}

/** References that lead to references: more is a circle. */
const hopsMax = 16;

function resolved(schema: unknown, root: JsonObject): JsonObject {
  let current: unknown = schema;
  for (let hops = 0; hops < hopsMax && isObject(current) && typeof current.$ref === "string"; hops++) {
    const name = decodeURIComponent(current.$ref.replace("#/$defs/", ""));
    const definitions = root.$defs;
    current = isObject(definitions) && Object.hasOwn(definitions, name) ? definitions[name] : {};
  }
  return isObject(current) ? current : {};
}

/** The JSON types that a value may have; empty where the schema does not say. */
function typesOf(schema: JsonObject, root: JsonObject): ReadonlySet<string> {
  const { type, enum: values, const: constant, anyOf, oneOf } = schema;
  if (type !== undefined) return new Set([type].flat().map(String));
  if (Array.isArray(values)) return new Set(values.map(jsonTypeOf));
  if (constant !== undefined) return new Set([jsonTypeOf(constant)]);
  const branches = [anyOf, oneOf].flatMap((list) => (Array.isArray(list) ? list : []));
  return new Set(branches.flatMap((branch) => [...typesOf(resolved(branch, root), root)]));
}

function jsonTypeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

interface Given {
  readonly name: string;
  readonly text: string;
  /** In messages. */
  readonly shown: string;
}

/** A text is taken as it stands where it may be one. */
function toValue({ name, text, shown }: Given, types: ReadonlySet<string>): unknown {
  if (types.has("string")) return text;
  const parsed = parse(text);
  if (types.size === 0) return parsed === undefined ? text : parsed.value;
  const kind = parsed === undefined ? "text" : jsonTypeOf(parsed.value);
  const fits = types.has(kind) || (kind === "number" && types.has("integer") && Number.isInteger(parsed?.value));
  if (parsed !== undefined && fits) return parsed.value;
  const wanted = [...types].map((type) => words[type] ?? type).join(" or ");
  throw new CommandProblem("usage", `${name} takes ${wanted}, got ${shown}.`);
}

/** Characters of a value that are repeated. */
const shownMaxChars = 60;

const words: Readonly<Record<string, string>> = {
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  array: "a list as JSON, or its values one by one (name=a name=b)",
  object: "an object as JSON, e.g. '{\"a\": 1}'",
  null: "null",
};

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
