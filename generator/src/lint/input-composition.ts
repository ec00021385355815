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
  for (const keyword of ["oneOf", "anyOf"] as const) {
    const branches = ((schema[keyword] ?? []) as readonly JsonSchema[]).filter((branch) => !isNull(branch));
    if (branches.length > 1) return keyword;
  }
  if (((schema.allOf ?? []) as readonly unknown[]).length > 1) return "allOf";
  return ["not", "if"].find((keyword) => schema[keyword] !== undefined);
}

function isNull(schema: JsonSchema): boolean {
  return typeof schema === "object" && (schema.type === "null" || schema.const === null);
}
