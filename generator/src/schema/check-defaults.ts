/** Defaults are filled in as they stand, so each must fit its schema, and stand where it can be filled in. */
import type { JsonSchema, JsonSchemaObject } from "../ir/tool.ts";
import { defaultOf, fillsDefaults, needsOwnMembers } from "./fills.ts";
import { holds } from "./holds.ts";
import { children } from "./keywords.ts";
import { type PartScope, partsOf } from "./parts.ts";
import { toPointer } from "./pointer.ts";
import type { SchemaProblem } from "./problem.ts";
import { targetOf } from "./scope.ts";

/** Problems with the defaults of a sound schema on the input side. */
export function* defaultProblems(schema: JsonSchema, scope: PartScope): Generator<SchemaProblem> {
  yield* walk(schema, { path: [], isFilled: true }, scope);
}

interface Spot {
  readonly path: readonly string[];
  /** What the validator makes of this spot becomes part of the value; elsewhere only its verdict counts. */
  readonly isFilled: boolean;
}

function* walk(schema: JsonSchema, { path, isFilled }: Spot, scope: PartScope): Generator<SchemaProblem> {
  if (typeof schema === "boolean") return;
  if ("default" in schema && !holds(schema, schema.default, scope)) {
    yield {
      pointer: toPointer([...path, "default"]),
      rule: "invalid-default",
      message: `the default ${JSON.stringify(schema.default)} does not fit its own schema`,
      mend: "give a default that callers could send themselves, or none",
    };
  }
  const parts = partsOf(schema, scope);
  const target = targetOf(schema, scope.definitions);
  if (
    target !== undefined &&
    fillsDefaults(target.schema, scope) &&
    !(isFilled && (parts.length === 1 || parts[0]?.kind === "ref"))
  ) {
    yield unfilled([...path, "$ref"], `${target.name} has defaults, which cannot be filled in here`);
  }
  for (const child of children(schema)) {
    const isChildFilled = isFilled && fillsInto(schema, child.keyword, scope);
    const isMissed =
      isOptionalMember(schema, child.path) &&
      defaultOf(child.schema, scope.definitions) !== undefined &&
      !isChildFilled;
    if (isMissed) yield unfilled([...path, ...child.path], "its default cannot be filled in here");
    yield* walk(child.schema, { path: [...path, ...child.path], isFilled: isChildFilled }, scope);
  }
}

/** Whether values of this keyword's schemas are taken over, as `zodSource` writes them. */
function fillsInto(schema: JsonSchemaObject, keyword: string, scope: PartScope): boolean {
  const parts = partsOf(schema, scope);
  const first = parts[0]?.kind;
  if (["properties", "items", "prefixItems", "additionalProperties"].includes(keyword)) {
    return first === "typed" && !needsOwnMembers(schema);
  }
  if (keyword === "oneOf" || keyword === "anyOf") return keyword === first;
  return keyword === "allOf" && parts.length === 1;
}

function isOptionalMember(schema: JsonSchemaObject, [keyword, name]: readonly string[]): boolean {
  return keyword === "properties" && !((schema.required ?? []) as readonly unknown[]).includes(name);
}

function unfilled(path: readonly string[], message: string): SchemaProblem {
  const mend = "leave the default out, or describe the members in one plain object";
  return { pointer: toPointer(path), rule: "unfilled-default", message, mend };
}
