import type { JsonSchema, JsonSchemaObject } from "../ir/tool.ts";
import { type LintRule, whenCurated } from "./rule.ts";

/** Many clients hand schemas to model APIs that know types, properties and enums, and drop alternatives without a word. */
export const inputComposition: LintRule = {
  id: "input-composition",
  levels: whenCurated,
  check: ({ tools, drafts }) =>
    tools.flatMap(({ file, draft }) =>
      draft.inputs.flatMap((input) => {
        const schema = drafts.shared.resolve(input.schema);
        const keyword = typeof schema === "boolean" ? undefined : composedBy(schema);
        if (keyword === undefined) return [];
        const message = `${input.name} is a schema with ${keyword}, which some clients drop, so that their models guess`;
        const mend = "write one plain type, or one input for each alternative and a constraint: exactlyOneOf";
        return [{ file, path: input.path, part: "key", message, mend }];
      }),
    ),
};

function composedBy(schema: JsonSchemaObject): string | undefined {
  // Whoever drops the alternatives still has the type that stands beside them.
  if (typeof schema.type === "string" && schema.type !== "object" && schema.type !== "array") return undefined;
  for (const keyword of ["oneOf", "anyOf"] as const) {
    const branches = ((schema[keyword] ?? []) as readonly JsonSchema[]).filter((branch) => !isNull(branch));
    if (branches.length > 1 && !areOfOneType(branches)) return keyword;
  }
  if (((schema.allOf ?? []) as readonly unknown[]).length > 1) return "allOf";
  return ["not", "if"].find((keyword) => schema[keyword] !== undefined);
}

/** Texts in one of several forms, say a day or an instant: whoever drops that still sees from the description what is meant. */
function areOfOneType(branches: readonly JsonSchema[]): boolean {
  const types = new Set(branches.map((branch) => (typeof branch === "object" ? branch.type : undefined)));
  const [only] = types;
  return types.size === 1 && typeof only === "string" && only !== "object" && only !== "array";
}

function isNull(schema: JsonSchema): boolean {
  return typeof schema === "object" && (schema.type === "null" || schema.const === null);
}
