import { isListed, isOf, partsOf } from "./parts.ts";
import { type LintRule, whenCurated } from "./rule.ts";

/** A list of what is written has a greatest number of items: one call is one request, and somebody has to look through it. */
export const arrayBounds: LintRule = {
  id: "array-bounds",
  levels: whenCurated,
  check: ({ tools, drafts }) =>
    tools.flatMap(({ file, draft }) =>
      draft.inputs.flatMap((input) =>
        partsOf(input, drafts.shared)
          .filter(
            ({ schema }) =>
              isOf(schema, "array") && !isListed(schema) && schema.maxItems === undefined && !isListOfEnum(schema),
          )
          .map(({ name, path }) => ({
            file,
            path,
            part: "key" as const,
            message: `${name} may hold any number of items`,
            mend: "add maxItems: …",
          })),
      ),
    ),
};

/** Each of a few values once is bounded by their number. */
function isListOfEnum({ items, uniqueItems }: { readonly items?: unknown; readonly uniqueItems?: unknown }): boolean {
  return typeof items === "object" && items !== null && "enum" in items && uniqueItems !== false;
}
