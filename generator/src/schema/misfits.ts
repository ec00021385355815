/** Where a value does not fit a schema, as far as that can be said of one place. */
import type { JsonSchema, JsonSchemaObject } from "../ir/tool.ts";
import { holds } from "./holds.ts";
import { jsonTypeOf } from "./json-type.ts";
import { declaredTypes } from "./keywords.ts";
import { toRegExp } from "./pattern.ts";
import { type Definitions, targetOf } from "./scope.ts";

/** One place, as steps from the value's root, and what is wrong there. */
export interface Misfit {
  readonly path: readonly (string | number)[];
  /** The problem is the member's name, not its value. */
  readonly part?: "key";
  readonly message: string;
  readonly mend: string;
}

/** Every misfit, the innermost places first found. None where the value fits. The schema must have passed `checkSchema`. */
export function misfits(schema: JsonSchema, value: unknown, definitions: Definitions): readonly Misfit[] {
  return [...walk(schema, value, { definitions, path: [] })];
}

interface Place {
  readonly definitions: Definitions;
  readonly path: readonly (string | number)[];
}

function* walk(schema: JsonSchema, value: unknown, place: Place): Generator<Misfit> {
  const { definitions, path } = place;
  if (holds(schema, value, { definitions, side: "output" })) return;
  if (typeof schema === "boolean") {
    yield { path, message: "nothing may stand here", mend: "remove it" };
    return;
  }
  const inner = [...withinOf(schema, value, place)];
  yield* inner;
  if (inner.length === 0)
    yield { path, message: `${shownShort(value)} does not fit`, mend: `write ${wordsOf(schema, definitions)}` };
}

/** What is wrong at members, items and behind references; nothing where only the value as a whole does not fit. */
function* withinOf(schema: JsonSchemaObject, value: unknown, place: Place): Generator<Misfit> {
  const target = targetOf(schema, place.definitions);
  if (target !== undefined) yield* walk(target.schema, value, place);
  for (const part of (schema.allOf ?? []) as readonly JsonSchema[]) yield* walk(part, value, place);
  const types = declaredTypes(schema);
  const type = jsonTypeOf(value);
  if (types !== undefined && !types.includes(type as never)) return;
  if (Array.isArray(value)) yield* itemMisfits(schema, value, place);
  else if (typeof value === "object" && value !== null) yield* memberMisfits(schema, value as JsonSchemaObject, place);
}

function* itemMisfits(schema: JsonSchemaObject, value: readonly unknown[], place: Place): Generator<Misfit> {
  const prefix = (schema.prefixItems ?? []) as readonly JsonSchema[];
  const rest = (schema.items ?? true) as JsonSchema;
  for (const [index, item] of value.entries())
    yield* walk(prefix[index] ?? rest, item, { ...place, path: [...place.path, index] });
}

function* memberMisfits(schema: JsonSchemaObject, value: JsonSchemaObject, place: Place): Generator<Misfit> {
  const properties = (schema.properties ?? {}) as Readonly<Record<string, JsonSchema>>;
  for (const name of (schema.required ?? []) as readonly string[]) {
    if (Object.hasOwn(value, name)) continue;
    yield { path: [...place.path, name], part: "key", message: `${name} is missing`, mend: `add ${name}:` };
  }
  const patterns = Object.keys((schema.patternProperties ?? {}) as object).map(toRegExp);
  for (const [name, member] of Object.entries(value)) {
    const path = [...place.path, name];
    const own = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (own !== undefined) yield* walk(own, member, { ...place, path });
    else if (schema.additionalProperties === false && !patterns.some((pattern) => pattern.test(name)))
      yield { path, part: "key", message: `there is no member ${JSON.stringify(name)}`, mend: knownWords(properties) };
  }
}

function knownWords(properties: Readonly<Record<string, JsonSchema>>): string {
  const names = Object.keys(properties).slice(0, knownMax).join(", ");
  return names === "" ? "remove it" : `known: ${names}`;
}

/** Names in a hint: about one line. */
const knownMax = 16;

/** The bounds that the schema itself states, in its own words. */
function wordsOf(schema: JsonSchemaObject, definitions: Definitions): string {
  const target = targetOf(schema, definitions);
  if (target !== undefined && typeof target.schema === "object") return wordsOf(target.schema, definitions);
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(" or ");
  const stated = statedKeywords.filter((keyword) => schema[keyword] !== undefined);
  const words = stated.map((keyword) => `${keyword}: ${JSON.stringify(schema[keyword])}`).join(", ");
  return words === "" ? "another value" : `a value of ${words}`;
}

const statedKeywords = [
  "type",
  "const",
  "format",
  "pattern",
  "minLength",
  "maxLength",
  "minimum",
  "maximum",
  "minItems",
  "maxItems",
] as const;

function shownShort(value: unknown): string {
  if (Array.isArray(value)) return "this list";
  if (typeof value === "object" && value !== null) return "this map";
  const text = JSON.stringify(value);
  return text.length > shownMaxChars ? `${text.slice(0, shownMaxChars)}…` : text;
}

/** Characters of a value in a message. */
const shownMaxChars = 60;
