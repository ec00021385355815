import { sizeName } from "./list-bound.ts";
import { isListed, isOf, type Part, partsOf } from "./parts.ts";
import { type LintRule, type LintTool, whenCurated } from "./rule.ts";
import { some } from "./words.ts";

/** A number of a write has a lowest and a highest value, so that a slip of the model is refused here and not felt there. */
export const numberBounds: LintRule = {
  id: "number-bounds",
  levels: whenCurated,
  check: ({ tools, drafts }) =>
    tools.flatMap((tool) =>
      tool.draft.inputs.flatMap((input) => {
        const open = partsOf(input, drafts.shared).filter((part) => isUnbounded(part, tool));
        const [first] = open;
        if (first === undefined) return [];
        const lacks = [
          ...(open.some(({ schema }) => lacksMinimum(schema)) ? ["minimum"] : []),
          ...(open.some(({ schema }) => lacksMaximum(schema)) ? ["maximum"] : []),
        ];
        const names = some(open.map(({ name }) => name));
        const message = `${names} may be any number: there is no ${lacks.join(" and no ")}`;
        const mend = `add ${lacks.map((keyword) => `${keyword}: …`).join(" and ")}, as the upstream's documentation says`;
        return [{ file: tool.file, path: first.path, part: "key", message, mend }];
      }),
    ),
};

/** A read with a number that is too large answers with nothing; how much a list may bring is another rule's. */
function isUnbounded({ schema, name }: Part, { ir }: LintTool): boolean {
  if (!isOf(schema, "number") || isListed(schema)) return false;
  if (ir.access === "read") return lacksMinimum(schema) && lacksMaximum(schema) && !sizeName.test(name);
  return lacksMinimum(schema) || lacksMaximum(schema);
}

function lacksMinimum({ minimum, exclusiveMinimum }: Part["schema"]): boolean {
  return minimum === undefined && exclusiveMinimum === undefined;
}

function lacksMaximum({ maximum, exclusiveMaximum }: Part["schema"]): boolean {
  return maximum === undefined && exclusiveMaximum === undefined;
}
