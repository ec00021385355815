import type { JsonSchema, JsonSchemaObject } from "../ir/tool.ts";
import { literal } from "../literal.ts";
import { braces, type Doc, list } from "../print.ts";
import { type Condition, type Evaluated, evaluatedBy } from "./evaluated.ts";
import { apply } from "./expression.ts";
import type { Place } from "./place.ts";
import { writePattern } from "./write-pattern.ts";

/** Write the check for `unevaluatedItems` and `unevaluatedProperties`: a table of what other keywords speak about. */
export function unevaluatedCheck(schema: JsonSchemaObject, place: Place): Doc {
  const parts: Doc[] = [];
  for (const [keyword, of] of [
    ["unevaluatedItems", "items"],
    ["unevaluatedProperties", "members"],
  ] as const) {
    if (schema[keyword] === undefined) continue;
    const table = writeEvaluated(evaluatedBy(schema, of, place.definitions), place);
    parts.push([of, ": ", list("[", [place.check(schema[keyword] as JsonSchema), table], "]")]);
  }
  return apply(place.use("unevaluated"), braces(parts));
}

function writeEvaluated(evaluated: Evaluated, place: Place): Doc {
  const parts: Doc[] = [];
  if (evaluated.all) parts.push("all: true");
  if (evaluated.names.length > 0) parts.push(["names: ", literal(evaluated.names)]);
  if (evaluated.patterns.length > 0) {
    const patterns = evaluated.patterns.map((pattern) => writePattern(pattern, place));
    parts.push(["patterns: ", list("[", patterns, "]")]);
  }
  if (evaluated.first > 0) parts.push(["first: ", literal(evaluated.first)]);
  if (evaluated.containing.length > 0)
    parts.push(["containing: ", list("[", evaluated.containing.map(place.check), "]")]);
  if (evaluated.given.length > 0) {
    const given = evaluated.given.map(({ condition, then }) =>
      list("[", [writeCondition(condition, place), writeEvaluated(then, place)], "]"),
    );
    parts.push(["given: ", list("[", given, "]")]);
  }
  return braces(parts);
}

function writeCondition(condition: Condition, place: Place): Doc {
  switch (condition.kind) {
    case "always":
      return "() => true";
    case "accepts":
      return apply(place.use("matches"), place.check(condition.schema));
    case "refuses":
      return apply(place.use("matchesNot"), place.check(condition.schema));
    case "has":
      return apply(place.use("hasMembers"), ["{ required: [", literal(condition.name), "] }"]);
  }
}
