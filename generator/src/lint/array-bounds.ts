import { isListed, isOf, type Part, partsOf } from "./parts.ts";
import { type LintRule, whenCurated } from "./rule.ts";
import { some } from "./words.ts";

/** A list that is written has a greatest number of items: one call is one request, and somebody has to look through it. */
export const arrayBounds: LintRule = {
  id: "array-bounds",
  levels: whenCurated,
  check: ({ tools, drafts }) =>
    tools.flatMap(({ file, draft }) =>
      draft.inputs
        // A query is bounded by what an address may hold.
        .filter(({ place }) => place === "body" || place === "requestBody")
        .flatMap((input) => {
          const open = partsOf(input, drafts.shared).filter(isUnbounded);
          const [first] = open;
          if (first === undefined) return [];
          const message = `${some(open.map(({ name }) => name))} may hold any number of items`;
          return [{ file, path: first.path, part: "key", message, mend: "add maxItems: …" }];
        }),
    ),
};

function isUnbounded({ schema }: Part): boolean {
  const { items, uniqueItems, maxItems } = schema;
  // Each of a few values once is bounded by their number.
  const isListOfFew = typeof items === "object" && items !== null && "enum" in items && uniqueItems !== false;
  return isOf(schema, "array") && !isListed(schema) && maxItems === undefined && !isListOfFew;
}
