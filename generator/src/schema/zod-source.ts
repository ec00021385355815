/** JSON Schema → zod 4 source that accepts the same values and returns them unaltered, defaults apart. */
import type { JsonSchema, JsonSchemaObject } from "../ir/tool.ts";
import { literal } from "../literal.ts";
import { type Doc, list } from "../print.ts";
import { apply, call, type Expression, isBare, named, toDoc, z } from "./expression.ts";
import { fillsDefaults } from "./fills.ts";
import { type JsonType, jsonTypes } from "./json-type.ts";
import { declaredTypes, speaksAbout } from "./keywords.ts";
import { leaf } from "./leaf.ts";
import type { Part } from "./part.ts";
import { partsOf, possibleTypes, valuesOf } from "./parts.ts";
import type { Place } from "./place.ts";
import { type SchemaScope, targetOf } from "./scope.ts";
import { unevaluatedCheck } from "./unevaluated.ts";
import { writeArray } from "./zod-array.ts";
import { writeNumber } from "./zod-number.ts";
import { writeObject } from "./zod-object.ts";
import { writeString } from "./zod-string.ts";

/**
 * Write the zod schema of a JSON Schema that has passed `checkSchema`.
 *
 * Adds to `scope.imports` what the source needs from `@toolspec/runtime/codegen`; `z` is `import * as z from "zod"`.
 */
export function zodSource(schema: JsonSchema, scope: SchemaScope): Doc {
  const place = (isChecking: boolean): Place => ({
    ...scope,
    isChecking,
    write: (inner) => write(inner, isChecking ? checking : filling),
    check: (inner) => toDoc(write(inner, checking)),
    use: (name) => {
      scope.imports.add(name);
      return name;
    },
  });
  const [filling, checking] = [place(scope.side === "output"), place(true)];
  return toDoc(write(schema, filling));
}

function write(schema: JsonSchema, place: Place): Expression {
  const [first, ...others] = partsOf(schema, place);
  if (first === undefined) return leaf("unknown");
  if (first.kind === "not" || first.kind === "if" || first.kind === "unevaluated") {
    return [first, ...others].reduce((base, part) => withCheck(base, part, place), leaf("unknown"));
  }
  const base = writePart(first, place);
  if (others.length === 0) return base;
  if (place.isChecking || !fillsDefaults(first.schema, place)) {
    return others.reduce((expression, part) => withCheck(expression, part, place), base);
  }
  // Checks see what the caller sent: a default that is filled in first could change their answer.
  const checked = others.reduce((expression, part) => withCheck(expression, part, place), leaf("unknown"));
  return call(checked, "pipe", toDoc(base));
}

function writePart(part: Part, place: Place): Expression {
  switch (part.kind) {
    case "ref":
      return writeRef(part.schema, place);
    case "values":
      return writeValues(valuesOf(part.schema) ?? [], place);
    case "oneOf":
      return writeAlternatives("oneOf", part.schema.oneOf as readonly JsonSchema[], place);
    case "anyOf":
      return writeAlternatives("anyOf", part.schema.anyOf as readonly JsonSchema[], place);
    case "typed":
      return writeTyped(part.schema, place);
    case "not":
    case "if":
    case "unevaluated":
      return withCheck(leaf("unknown"), part, place);
  }
}

/** A part as a check of a value that another part has already typed. */
function withCheck(base: Expression, part: Part, place: Place): Expression {
  const check = (schema: unknown) => place.check((schema ?? true) as JsonSchema);
  switch (part.kind) {
    case "not":
      return call(
        base,
        "refine",
        apply(place.use("matchesNot"), check(part.schema.not)),
        literal("must not match what is excluded"),
      );
    case "if": {
      const condition = [check(part.schema.if), check(part.schema.then), check(part.schema.else)];
      return call(
        base,
        "refine",
        apply(place.use("matchesWhen"), ...condition),
        literal("must match the branch of its condition"),
      );
    }
    case "unevaluated":
      return call(
        base,
        "refine",
        unevaluatedCheck(part.schema, place),
        literal("must not have members or items beyond those described"),
      );
    case "oneOf":
    case "anyOf":
    case "ref":
    case "typed":
    case "values":
      return call(base, "refine", apply(place.use("matches"), place.check(part.schema)), literal(messages[part.kind]));
  }
}

const messages = {
  oneOf: "must match exactly one of its alternatives",
  anyOf: "must match one of its alternatives",
  ref: "must match every part of its schema",
  typed: "must match every part of its schema",
  values: "must be one of the listed values",
} as const;

function writeRef(schema: JsonSchemaObject, place: Place): Expression {
  const { name } = targetOf(schema, place.definitions) as { name: string };
  const constant = place.constName(name);
  return place.isLater?.(name) === true ? z("lazy", ["() => ", constant]) : named(constant);
}

function writeValues(values: readonly unknown[], place: Place): Expression {
  const hasNull = values.includes(null);
  const others = values.filter((value) => value !== null);
  if (hasNull && others.length > 0) return call(writeValues(others, place), "nullable");
  // `z.enum` keeps its values as an object's keys, where `__proto__` would be lost.
  if (others.length > 0 && others.every((value) => typeof value === "string" && value !== "__proto__")) {
    return others.length === 1 ? z("literal", literal(others[0])) : z("enum", literal(others));
  }
  const scalars = values.filter((value) => typeof value !== "object" || value === null);
  const options = values
    .filter((value) => typeof value === "object" && value !== null)
    .map((value) => z("custom", apply(place.use("equals"), literal(value))));
  if (scalars.length > 0) options.unshift(z("literal", literal(scalars.length === 1 ? scalars[0] : scalars)));
  return union(options);
}

function writeAlternatives(kind: "oneOf" | "anyOf", alternatives: readonly JsonSchema[], place: Place): Expression {
  const isNull = (schema: JsonSchema) => typeof schema === "object" && JSON.stringify(schema) === '{"type":"null"}';
  const types = alternatives.map((schema) => possibleTypes(schema, place.definitions));
  const areDisjoint = types.every((set, index) => types.slice(0, index).every((other) => other.isDisjointFrom(set)));
  const others = alternatives.filter((schema) => !isNull(schema));
  if (others.length > 0 && others.length === alternatives.length - 1 && (kind === "anyOf" || areDisjoint)) {
    return nullable(writeAlternatives(kind, others, place));
  }
  const options = alternatives.map((schema) => place.write(schema));
  if (kind === "anyOf" || areDisjoint) return union(options);
  return options.length === 1 ? (options[0] as Expression) : z("xor", list("[", options.map(toDoc), "]"));
}

function writeTyped(schema: JsonSchemaObject, place: Place): Expression {
  const declared = declaredTypes(schema);
  if (declared === undefined) {
    const limited = jsonTypes.filter((type) => speaksAbout(schema, type));
    if (limited.length === 0) return leaf("unknown");
    const rest = z("custom", apply(place.use("otherThan"), ...limited.map(literal)));
    return union([...limited.map((type) => writeType(type, schema, place)), rest]);
  }
  const types = declared.filter((type) => type !== "null").map((type) => writeType(type, schema, place));
  if (types.length === 0) return leaf("null");
  return types.length < declared.length ? nullable(union(types)) : union(types);
}

function writeType(type: JsonType, schema: JsonSchemaObject, place: Place): Expression {
  switch (type) {
    case "null":
    case "boolean":
      return leaf(type);
    case "number":
      return writeNumber(schema, place);
    case "string":
      return writeString(schema, place);
    case "array":
      return writeArray(schema, place);
    case "object":
      return writeObject(schema, place);
  }
}

function union(options: readonly Expression[]): Expression {
  if (options.length === 0) return leaf("never");
  if (options.length === 1) return options[0] as Expression;
  if (options.some((option) => isBare(option, "unknown"))) return leaf("unknown");
  return z("union", list("[", options.map(toDoc), "]"));
}

function nullable(expression: Expression): Expression {
  return isBare(expression, "unknown") ? expression : call(expression, "nullable");
}
