import { partsOf } from "./parts.ts";
import { type LintRule, whenCurated } from "./rule.ts";

/** Maps and lists inside one another that weak models still fill in rightly. */
const depthMax = 4;

/** Inputs are flat, or nearly so. */
export const deepInput: LintRule = {
  id: "deep-input",
  levels: whenCurated,
  check: ({ tools, drafts }) =>
    tools.flatMap(({ file, draft }) =>
      draft.inputs.flatMap((input) => {
        const deep = partsOf(input, drafts.shared).find(({ depth }) => depth > depthMax);
        if (deep === undefined) return [];
        const message = `${deep.name} lies ${deep.depth} levels deep in its input; more than ${depthMax} go wrong often`;
        const mend = "make inputs of its fields: deliveryCity: { as: delivery.address.city }";
        return [{ file, path: input.path, part: "key", message, mend }];
      }),
    ),
};
