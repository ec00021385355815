import type { JsonSchema, JsonSchemaObject } from "../ir/tool.ts";
import { literal, propertyName } from "../literal.ts";
import { braces, type Doc, list } from "../print.ts";
import { apply, call, type Expression, isBare, toDoc, z } from "./expression.ts";
import { defaultOf, fillsDefaults, needsOwnMembers } from "./fills.ts";
import { leaf } from "./leaf.ts";
import type { Place } from "./place.ts";
import { writePattern } from "./write-pattern.ts";

type Schemas = Readonly<Record<string, JsonSchema>>;

/** Write the objects that the schema accepts: `z.strictObject({ id: z.int() })`. */
export function writeObject(schema: JsonSchemaObject, place: Place): Expression {
  if (needsOwnMembers(schema)) return withChecks(writeMembers(schema, place), schema, place);
  const object = writeShape(schema, place);
  if (place.isChecking || !fillsDefaults(schema, place)) return withChecks(object, schema, place);
  const checked = withChecks(anyObject(), schema, place);
  // Checks see what the caller sent, before defaults are filled in.
  return checked.calls.length === anyObject().calls.length ? object : call(checked, "pipe", toDoc(object));
}

function writeShape(schema: JsonSchemaObject, place: Place): Expression {
  const properties = shapeOf(schema);
  const rest = (schema.additionalProperties ?? true) as JsonSchema;
  const shape = Object.entries(properties).map(([name, member]): Doc => {
    const isRequired = (schema.required as readonly string[] | undefined)?.includes(name) ?? false;
    return [propertyName(name), ": ", toDoc(writeMember(member, isRequired, place))];
  });
  if (rest === false) return z("strictObject", braces(shape));
  const others = place.write(rest);
  if (shape.length === 0) return z("record", toDoc(leaf("string")), toDoc(others));
  if (isBare(others, "unknown")) return z("looseObject", braces(shape));
  return call(z("object", braces(shape)), "catchall", toDoc(others));
}

/** The declared properties, and the required ones that are not declared: those are like any other. */
function shapeOf(schema: JsonSchemaObject): Schemas {
  const properties = (schema.properties ?? {}) as Schemas;
  const required = (schema.required ?? []) as readonly string[];
  const undeclared = required.filter((name) => !Object.hasOwn(properties, name));
  const rest = (schema.additionalProperties ?? true) as JsonSchema;
  return Object.fromEntries([...Object.entries(properties), ...undeclared.map((name) => [name, rest] as const)]);
}

function writeMember(schema: JsonSchema, isRequired: boolean, place: Place): Expression {
  const expression = withAbsence(place.write(schema), schema, isRequired, place);
  if (place.isChecking || typeof schema === "boolean" || typeof schema.description !== "string") return expression;
  return call(expression, "describe", literal(schema.description));
}

function withAbsence(expression: Expression, schema: JsonSchema, isRequired: boolean, place: Place): Expression {
  if (isRequired) return expression;
  const filled = place.isChecking ? undefined : defaultOf(schema, place.definitions);
  return filled === undefined ? call(expression, "optional") : call(expression, "default", literal(filled.value));
}

/** Objects whose members zod would look up by inheritance, or whose names are patterns: one check, nothing rebuilt. */
function writeMembers(schema: JsonSchemaObject, place: Place): Expression {
  const entries = (schemas: unknown): Doc[] =>
    Object.entries((schemas ?? {}) as Schemas).map(([name, member]) => [propertyName(name), ": ", place.check(member)]);
  const patterns = Object.entries((schema.patternProperties ?? {}) as Schemas).map(([pattern, member]) =>
    list("[", [writePattern(pattern, place), place.check(member)], "]"),
  );
  const parts: Doc[] = [];
  if (schema.properties !== undefined) parts.push(["properties: ", braces(entries(schema.properties))]);
  if (schema.required !== undefined) parts.push(["required: ", literal(schema.required)]);
  if (patterns.length > 0) parts.push(["patterns: ", list("[", patterns, "]")]);
  const rest = (schema.additionalProperties ?? true) as JsonSchema;
  if (rest !== true) parts.push(["rest: ", place.check(rest)]);
  return z(
    "custom",
    apply(place.use("hasMembers"), braces(parts)),
    literal("must be an object with the members described"),
  );
}

function anyObject(): Expression {
  return z("record", toDoc(leaf("string")), toDoc(leaf("unknown")));
}

function withChecks(base: Expression, schema: JsonSchemaObject, place: Place): Expression {
  let expression = base;
  const add = (name: string, args: readonly Doc[], message: string) => {
    expression = call(expression, "refine", apply(place.use(name), ...args), literal(message));
  };
  const [min, max] = [(schema.minProperties ?? 0) as number, schema.maxProperties as number | undefined];
  if (max !== undefined) add("hasProperties", [literal(min), literal(max)], `must have ${min} to ${max} members`);
  else if (min > 0) add("hasProperties", [literal(min)], `must have at least ${min} members`);
  if (schema.propertyNames !== undefined) {
    add("propertyNames", [place.check(schema.propertyNames as JsonSchema)], "must have names as described");
  }
  if (schema.dependentRequired !== undefined) {
    add("dependentRequired", [literal(schema.dependentRequired)], "must have the members that others ask for");
  }
  if (schema.dependentSchemas !== undefined) {
    const members = Object.entries(schema.dependentSchemas as Schemas).map(
      ([name, member]): Doc => [propertyName(name), ": ", place.check(member)],
    );
    add("dependentSchemas", [braces(members)], "must match what its members ask for");
  }
  return expression;
}
