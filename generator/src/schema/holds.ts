/** Whether a value fits a schema: a plain reading of JSON Schema 2020-12, for defaults and examples while generating. */
import type { JsonSchema, JsonSchemaObject } from "../ir/tool.ts";
import { type Condition, type Evaluated, evaluatedBy } from "./evaluated.ts";
import { usuallyFits } from "./formats.ts";
import { type JsonType, jsonTypeOf } from "./json-type.ts";
import { toRegExp } from "./pattern.ts";
import { type Definitions, type Side, targetOf } from "./scope.ts";

/** What a value is read against. */
export interface Reading {
  readonly definitions: Definitions;
  readonly side: Side;
  /** Leave formats of strings out, which can only be told in part; see `usuallyFits`. */
  readonly formats?: "ignored";
}

/** Verdicts on shared schemas of one reading: one that is reached on many ways is read once for each value. */
interface Remembering extends Reading {
  readonly known: Map<string, Map<unknown, boolean>>;
}

/** Whether the schema accepts the value. The schema must have passed `checkSchema`, its defaults apart. */
export function holds(schema: JsonSchema, value: unknown, asked: Reading): boolean {
  if (typeof schema === "boolean") return schema;
  const reading: Remembering = "known" in asked ? (asked as Remembering) : { ...asked, known: new Map() };
  return (
    fitsReference(schema, value, reading) &&
    fitsType(schema, value, reading.side) &&
    fitsValues(schema, value) &&
    fitsCombination(schema, value, reading) &&
    fitsUnevaluated(schema, value, reading) &&
    (reading.formats === "ignored" || usuallyFits(schema.format, value)) &&
    readers[jsonTypeOf(value)](schema as Keywords, value as never, reading)
  );
}

function fitsReference(schema: JsonSchemaObject, value: unknown, reading: Remembering): boolean {
  const target = targetOf(schema, reading.definitions);
  if (target === undefined) return true;
  const verdicts = reading.known.get(target.name) ?? new Map<unknown, boolean>();
  reading.known.set(target.name, verdicts);
  const verdict = verdicts.get(value) ?? holds(target.schema, value, reading);
  verdicts.set(value, verdict);
  return verdict;
}

/** Whether two JSON values are equal: members in any order, numbers by value. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  return (
    left.size === right.size && [...left].every(([name, member]) => right.has(name) && isEqual(member, right.get(name)))
  );
}

type Keywords = {
  readonly [Name in "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf"]?: number;
} & {
  readonly [Name in "minLength" | "maxLength" | "minItems" | "maxItems" | "minContains" | "maxContains"]?: number;
} & {
  readonly [Name in "minProperties" | "maxProperties"]?: number;
} & {
  readonly [Name in "items" | "contains" | "additionalProperties" | "propertyNames"]?: JsonSchema;
} & {
  readonly [Name in "properties" | "patternProperties" | "dependentSchemas"]?: Readonly<Record<string, JsonSchema>>;
} & {
  readonly pattern?: string;
  readonly prefixItems?: readonly JsonSchema[];
  readonly uniqueItems?: boolean;
  readonly required?: readonly string[];
  readonly dependentRequired?: Readonly<Record<string, readonly string[]>>;
};

type Reader = (schema: Keywords, value: never, reading: Reading) => boolean;

const readers: Readonly<Record<JsonType, Reader>> = {
  null: () => true,
  boolean: () => true,
  number: fitsNumber,
  string: fitsString,
  array: fitsArray,
  object: fitsObject,
};

/** Whether `type` lets the value through. */
export function fitsType(schema: JsonSchemaObject, value: unknown, side: Side): boolean {
  if (schema.type === undefined) return true;
  const names = Array.isArray(schema.type) ? schema.type : [schema.type];
  const isWhole = side === "input" ? Number.isSafeInteger(value) : Number.isInteger(value);
  return names.some((name) => (name === "integer" ? isWhole : name === jsonTypeOf(value)));
}

function fitsValues(schema: JsonSchemaObject, value: unknown): boolean {
  if ("const" in schema && !isEqual(schema.const, value)) return false;
  return !Array.isArray(schema.enum) || schema.enum.some((allowed) => isEqual(allowed, value));
}

function fitsCombination(schema: JsonSchemaObject, value: unknown, reading: Reading): boolean {
  const fits = (part: unknown) => holds(part as JsonSchema, value, reading);
  const { allOf, anyOf, oneOf } = schema as Record<string, readonly JsonSchema[] | undefined>;
  if (allOf !== undefined && !allOf.every(fits)) return false;
  if (anyOf !== undefined && !anyOf.some(fits)) return false;
  if (oneOf !== undefined && oneOf.filter(fits).length !== 1) return false;
  if (schema.not !== undefined && fits(schema.not)) return false;
  if (schema.if === undefined) return true;
  return fits((fits(schema.if) ? schema.then : schema.else) ?? true);
}

function fitsUnevaluated(schema: JsonSchemaObject, value: unknown, reading: Reading): boolean {
  if (typeof value !== "object" || value === null) return true;
  const of = Array.isArray(value) ? "items" : "members";
  const rest = of === "items" ? schema.unevaluatedItems : schema.unevaluatedProperties;
  if (rest === undefined) return true;
  const evaluated = evaluatedBy(schema, of, reading.definitions);
  return Object.entries(value).every(
    ([name, member]) =>
      isEvaluated(evaluated, value, [name, member], reading) || holds(rest as JsonSchema, member, reading),
  );
}

function isEvaluated(
  evaluated: Evaluated,
  whole: object,
  [name, member]: readonly [string, unknown],
  reading: Reading,
): boolean {
  return (
    evaluated.all ||
    evaluated.names.includes(name) ||
    evaluated.patterns.some((pattern) => toRegExp(pattern).test(name)) ||
    (Array.isArray(whole) && Number(name) < evaluated.first) ||
    evaluated.containing.some((schema) => holds(schema, member, reading)) ||
    evaluated.given.some(
      ({ condition, then }) => applies(condition, whole, reading) && isEvaluated(then, whole, [name, member], reading),
    )
  );
}

function applies(condition: Condition, whole: object, reading: Reading): boolean {
  switch (condition.kind) {
    case "always":
      return true;
    case "accepts":
      return holds(condition.schema, whole, reading);
    case "refuses":
      return !holds(condition.schema, whole, reading);
    case "has":
      return Object.hasOwn(whole, condition.name);
  }
}

function fitsNumber(schema: Keywords, value: number): boolean {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  return (
    (minimum === undefined || value >= minimum) &&
    (maximum === undefined || value <= maximum) &&
    (exclusiveMinimum === undefined || value > exclusiveMinimum) &&
    (exclusiveMaximum === undefined || value < exclusiveMaximum) &&
    (multipleOf === undefined || isMultiple(value, multipleOf))
  );
}

function fitsString(schema: Keywords, value: string): boolean {
  const length = [...value].length;
  return (
    length >= (schema.minLength ?? 0) &&
    length <= (schema.maxLength ?? Number.POSITIVE_INFINITY) &&
    (schema.pattern === undefined || toRegExp(schema.pattern).test(value))
  );
}

function fitsArray(schema: Keywords, value: readonly unknown[], reading: Reading): boolean {
  const prefix = schema.prefixItems ?? [];
  const { contains } = schema;
  const matching = contains === undefined ? 0 : value.filter((item) => holds(contains, item, reading)).length;
  return (
    value.length >= (schema.minItems ?? 0) &&
    value.length <= (schema.maxItems ?? Number.POSITIVE_INFINITY) &&
    value.every((item, index) => holds(prefix[index] ?? schema.items ?? true, item, reading)) &&
    (schema.uniqueItems !== true ||
      value.every((item, index) => !value.slice(0, index).some((other) => isEqual(item, other)))) &&
    (contains === undefined ||
      (matching >= (schema.minContains ?? 1) && matching <= (schema.maxContains ?? Number.POSITIVE_INFINITY)))
  );
}

function fitsObject(schema: Keywords, value: Readonly<Record<string, unknown>>, reading: Reading): boolean {
  const names = Object.keys(value);
  const has = (name: string) => Object.hasOwn(value, name);
  return (
    names.length >= (schema.minProperties ?? 0) &&
    names.length <= (schema.maxProperties ?? Number.POSITIVE_INFINITY) &&
    (schema.required ?? []).every(has) &&
    Object.entries(schema.dependentRequired ?? {}).every(([name, others]) => !has(name) || others.every(has)) &&
    Object.entries(schema.dependentSchemas ?? {}).every(([name, part]) => !has(name) || holds(part, value, reading)) &&
    names.every((name) => schema.propertyNames === undefined || holds(schema.propertyNames, name, reading)) &&
    names.every((name) => schemasOfMember(schema, name).every((part) => holds(part, value[name], reading)))
  );
}

/** The schemas that `properties`, `patternProperties` and `additionalProperties` give to one member. */
function schemasOfMember(schema: Keywords, name: string): readonly JsonSchema[] {
  const { properties = {}, patternProperties = {} } = schema;
  const own = Object.hasOwn(properties, name) ? [properties[name] as JsonSchema] : [];
  const byPattern = Object.entries(patternProperties).filter(([pattern]) => toRegExp(pattern).test(name));
  const found = [...own, ...byPattern.map(([, part]) => part)];
  return found.length > 0 ? found : [schema.additionalProperties ?? true];
}

/** By the decimal digits, as `multipleOf` of the runtime does. */
function isMultiple(value: number, divisor: number): boolean {
  const places = Math.max(decimalPlaces(value), decimalPlaces(divisor));
  return shift(value, places) % shift(divisor, places) === 0n;
}

function decimalPlaces(value: number): number {
  const [mantissa = "", exponent = "0"] = value.toExponential().split("e");
  return Math.max(0, (mantissa.split(".")[1] ?? "").length - Number(exponent));
}

function shift(value: number, places: number): bigint {
  const [mantissa = "", exponent = "0"] = value.toExponential().split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  return BigInt(whole + fraction) * 10n ** BigInt(Number(exponent) - fraction.length + places);
}
