/** Refuses, by name, every construct that the door cannot hold exactly. Nothing is silently widened. */
import type { JsonSchema, JsonSchemaObject } from "../ir/tool.ts";
import { defaultProblems } from "./check-defaults.ts";
import { keywordProblems } from "./check-keyword.ts";
import { type Evaluated, evaluatedBy } from "./evaluated.ts";
import { children, inPlace } from "./keywords.ts";
import { patternProblem } from "./pattern.ts";
import { toPointer } from "./pointer.ts";
import type { SchemaProblem } from "./problem.ts";
import { type Definitions, type Side, targetOf } from "./scope.ts";
import { definitionsUsedBy, isRecursive } from "./used.ts";

/** Levels of schemas within schemas. What people write stays below ten; a reader's arguments below 40. */
export const schemaDepthMax = 40;

/**
 * Every problem of a schema, in the order in which it is written.
 *
 * Shared schemas are not looked into: check each of them once, on the side where it is used. A schema without problems can
 * be written by `zodSource` and `typeSource`.
 */
export function checkSchema(
  schema: JsonSchema,
  scope: { readonly definitions: Definitions; readonly side: Side },
): readonly SchemaProblem[] {
  if (scope.side === "output") return structureProblems(schema, scope.definitions);
  return kept(checkedInputs, schema, scope.definitions, () => inputProblems(schema, scope));
}

function inputProblems(schema: JsonSchema, scope: Parameters<typeof checkSchema>[1]): readonly SchemaProblem[] {
  const problems = structureProblems(schema, scope.definitions);
  if (problems.length > 0) return problems;
  // Defaults are read against the schema, which must be sound for that, and so must what it refers to.
  const used = definitionsUsedBy([schema], scope.definitions).map((name) => scope.definitions[name] as JsonSchema);
  if (used.some((definition) => structureProblems(definition, scope.definitions).length > 0)) return problems;
  return [...defaultProblems(schema, scope)];
}

type Checked = WeakMap<Definitions, WeakMap<object, readonly SchemaProblem[]>>;

/** Shared schemas are asked about by everything that uses them, and in `dev` few schemas change between two runs. */
const checkedStructures: Checked = new WeakMap();
const checkedInputs: Checked = new WeakMap();

function structureProblems(schema: JsonSchema, definitions: Definitions): readonly SchemaProblem[] {
  return kept(checkedStructures, schema, definitions, () => [...walk(schema, [], definitions)]);
}

/** What was found out with the same shared schemas. */
function kept(
  checked: Checked,
  schema: JsonSchema,
  definitions: Definitions,
  find: () => readonly SchemaProblem[],
): readonly SchemaProblem[] {
  if (typeof schema !== "object" || schema === null) return find();
  const known = checked.get(definitions) ?? new WeakMap<object, readonly SchemaProblem[]>();
  checked.set(definitions, known);
  const problems = known.get(schema) ?? find();
  known.set(schema, problems);
  return problems;
}

function* walk(schema: JsonSchema, path: readonly string[], definitions: Definitions): Generator<SchemaProblem> {
  if (typeof schema === "boolean") return;
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) {
    yield problem(
      path,
      "schema-type",
      `a schema is an object, true or false, not ${JSON.stringify(schema)}`,
      "write a schema such as { type: string }",
    );
    return;
  }
  if (path.length > schemaDepthMax * 2) {
    yield problem(
      path,
      "schema-depth",
      `schemas may be nested ${schemaDepthMax} deep`,
      "move inner schemas to the shared ones and refer to them",
    );
    return;
  }
  const own = [...keywordProblems(schema)].map((each) =>
    problem([...path, ...each.path], each.rule, each.message, each.mend),
  );
  yield* own;
  yield* refProblems(schema, path, definitions);
  yield* patternProblems(schema, path);
  yield* unevaluatedProblems(schema, path, definitions);
  // A keyword of the wrong shape holds nothing that could be walked.
  const broken = new Set(own.map((each) => each.pointer));
  for (const child of children(schema)) {
    if (!broken.has(toPointer([...path, child.keyword])))
      yield* walk(child.schema, [...path, ...child.path], definitions);
  }
}

function* refProblems(
  schema: JsonSchemaObject,
  path: readonly string[],
  definitions: Definitions,
): Generator<SchemaProblem> {
  if (typeof schema.$ref !== "string") return;
  if (targetOf(schema, definitions) === undefined) {
    const names = Object.keys(definitions).slice(0, 10).join(", ");
    yield problem(
      [...path, "$ref"],
      "unknown-ref",
      `there is no shared schema ${JSON.stringify(schema.$ref)}`,
      names === "" ? "declare it under schemas in server.yaml" : `known are ${names}`,
    );
  } else if (isEndless(schema, definitions)) {
    yield problem(
      [...path, "$ref"],
      "endless-ref",
      `${JSON.stringify(schema.$ref)} leads back to itself without a member or an item between`,
      "refer to it from properties or items",
    );
  }
}

/** Following references and combinations only, which all speak about the same value, comes back to where it was. */
function isEndless(schema: JsonSchema, definitions: Definitions, path: ReadonlySet<string> = new Set()): boolean {
  if (typeof schema !== "object" || schema === null) return false;
  const target = targetOf(schema, definitions);
  const ending = endingIn(definitions);
  if (target !== undefined && !ending.has(target.name)) {
    if (path.has(target.name) || isEndless(target.schema, definitions, new Set([...path, target.name]))) return true;
    ending.add(target.name);
  }
  return [...children(schema)].some(
    (child) => inPlace.has(child.keyword) && isEndless(child.schema, definitions, path),
  );
}

/** Names from which following comes to an end: asked about wherever something refers to them. */
const endings = new WeakMap<Definitions, Set<string>>();

function endingIn(definitions: Definitions): Set<string> {
  const ending = endings.get(definitions) ?? new Set<string>();
  endings.set(definitions, ending);
  return ending;
}

/**
 * `unevaluated*` writes out the conditions of what stands beside it. Where those come from a schema that contains itself,
 * writing would not end.
 */
function* unevaluatedProblems(
  schema: JsonSchemaObject,
  path: readonly string[],
  definitions: Definitions,
): Generator<SchemaProblem> {
  for (const [keyword, of] of [
    ["unevaluatedItems", "items"],
    ["unevaluatedProperties", "members"],
  ] as const) {
    if (schema[keyword] === undefined || isEndless(schema, definitions)) continue;
    const isOpen = evaluatedBy(schema, of, definitions).given.some(({ then }) => isConditional(then));
    if (!isOpen || !refersToRecursive(schema, definitions)) continue;
    const message = `${keyword} cannot stand beside a reference to a schema that contains itself and has alternatives`;
    yield problem(
      [...path, keyword],
      "unsupported-keyword",
      message,
      "list the members and write additionalProperties",
    );
  }
}

/** Whether its table would have schemas written out in it. */
function isConditional({ containing, given }: Evaluated): boolean {
  return (
    containing.length > 0 || given.some(({ condition, then }) => condition.kind !== "always" || isConditional(then))
  );
}

function refersToRecursive(schema: JsonSchema, definitions: Definitions): boolean {
  if (typeof schema !== "object") return false;
  const target = targetOf(schema, definitions);
  if (target !== undefined && isRecursive(target.name, definitions)) return true;
  if (target !== undefined && refersToRecursive(target.schema, definitions)) return true;
  return [...children(schema)].some(
    (child) => inPlace.has(child.keyword) && refersToRecursive(child.schema, definitions),
  );
}

function* patternProblems(schema: JsonSchemaObject, path: readonly string[]): Generator<SchemaProblem> {
  const names = Object.keys((schema.patternProperties ?? {}) as object).map((pattern) => [
    "patternProperties",
    pattern,
  ]);
  const own = typeof schema.pattern === "string" ? [["pattern", schema.pattern]] : [];
  const { maxLength } = schema;
  for (const [keyword, pattern] of [...own, ...names] as [string, string][]) {
    const isBounded = keyword === "pattern" && typeof maxLength === "number";
    const found = patternProblem(pattern, isBounded ? maxLength : undefined);
    if (found === undefined) continue;
    yield problem(
      [...path, keyword, ...(keyword === "pattern" ? [] : [pattern])],
      found.rule,
      found.message,
      found.mend,
    );
  }
}

function problem(path: readonly string[], rule: string, message: string, mend: string): SchemaProblem {
  return { pointer: toPointer(path), rule, message, mend };
}
