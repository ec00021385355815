import { isListed, isOf, type Part, partsOf } from "./parts.ts";
import { type LintRule, whenCurated } from "./rule.ts";
import { some } from "./words.ts";

/** A number of a write has a lowest and a highest value, so that a slip of the model is refused here and not felt there. */
export const numberBounds: LintRule = {
  id: "number-bounds",
  levels: whenCurated,
  check: ({ tools, drafts }) =>
    tools
      // A read with a number that is too large answers with nothing.
      .filter(({ ir }) => ir.access === "write")
      .flatMap((tool) =>
        tool.draft.inputs
          // What stands in the path names something: an id has no bounds.
          .filter(({ place }) => place !== "path")
          .flatMap((input) => {
            const open = partsOf(input, drafts.shared).filter(isUnbounded);
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

function isUnbounded({ schema, name }: Part): boolean {
  if (!isOf(schema, "number") || isListed(schema) || /(?:^|[._])ids?(?:\[\])?$|Ids?(?:\[\])?$/.test(name)) return false;
  return lacksMinimum(schema) || lacksMaximum(schema);
}

function lacksMinimum({ minimum, exclusiveMinimum }: Part["schema"]): boolean {
  return minimum === undefined && exclusiveMinimum === undefined;
}

function lacksMaximum({ maximum, exclusiveMaximum }: Part["schema"]): boolean {
  return maximum === undefined && exclusiveMaximum === undefined;
}
