import { always, type LintRule } from "./rule.ts";

const assuring =
  /\b(nothing|does not|do not|doesn't|without \w+ing|no change|never (?:writes|changes)|read-only|only (?:checks|reads|searches|computes))\b/i;

/** A read by another method than GET says why it changes nothing: nobody else can know. */
export const readMethod: LintRule = {
  id: "read-method",
  levels: always("warning"),
  check: ({ tools }) =>
    tools.flatMap(({ file, ir, draft }) => {
      const method = ir.request?.method;
      if (ir.access !== "read" || method === undefined || method === "get" || method === "head") return [];
      if (draft.spec.notes !== undefined || assuring.test(ir.description)) return [];
      const message = `a read by ${method.toUpperCase()}, and nothing says that it changes nothing`;
      return [
        { file, path: ["access"], message, mend: "say so in the description, or write under notes: how you know" },
      ];
    }),
};
