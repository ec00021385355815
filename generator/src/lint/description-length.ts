import { type LintRule, whenCurated } from "./rule.ts";

/** Below that, a description says no more than the name does. */
const minChars = 40;

/** Every conversation pays for it, and some clients cut at 1,024. */
const maxChars = 1_024;

/** A description is long enough to say something, and no longer than models are shown. */
export const descriptionLength: LintRule = {
  id: "description-length",
  // Import marks what says too little with a comment, which rule look-comment tells of.
  levels: whenCurated,
  check: ({ tools }) =>
    tools.flatMap(({ file, ir, draft }) => {
      const written = (draft.spec.description ?? "").trim().length;
      const at = { file, path: ["description"] };
      if (written < minChars) {
        const message = `the description has ${written} characters: too few for a model to tell when to call the tool`;
        return [{ ...at, message, mend: "say what it does, what it returns, and when another tool is better" }];
      }
      if (ir.description.length <= maxChars) return [];
      const added = ir.description.length - written;
      const more = added > 0 ? `, ${added} of them for plan, constraints and paging,` : "";
      const message = `the description has ${ir.description.length} characters${more} and some clients cut at ${maxChars}`;
      return [{ ...at, message, mend: "move what one input means to that input, and what people need to notes:" }];
    }),
};
