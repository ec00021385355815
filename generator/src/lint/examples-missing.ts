import { type LintRule, whenCurated } from "./rule.ts";

const works = new Set(["ok", "pending_approval", "planned", "confirmation_required"]);

/** An example shows a call that works. Models copy it, people read it, and it is run as a test. */
export const examplesMissing: LintRule = {
  id: "examples-missing",
  levels: whenCurated,
  check: ({ tools }) =>
    tools.flatMap(({ file, ir }) => {
      if (ir.examples.some(({ expect }) => works.has(expect))) return [];
      if (ir.examples.length === 0) {
        const mend = "add examples: with a title and inputs; values are checked when generating";
        return [{ file, path: ["title"], part: "key", message: "the tool has no example", mend }];
      }
      const message = "no example shows a call that works";
      return [{ file, path: ["examples"], part: "key", message, mend: "add one that ends well: no expect:" }];
    }),
};
