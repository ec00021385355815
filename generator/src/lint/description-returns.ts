import { type LintRule, whenCurated } from "./rule.ts";

const telling =
  /\b(returns?|returned|returning|gives?|given back|answers?|replies|responds?|response|result|yields?|shows?|tells?|says?|reports?|contains?|includ(?:es|ing)|lists?|counts?|get|gets|read|reads|fetch(?:es)?|look(?:s)? up|find(?:s)?|view(?:s)?|search(?:es)?|sum(?:s)? up|compute[sd]?|check(?:s)?|with|each)\b|:/i;

/** For writes, whose first word says what they do and not what comes back. */
const tellingOfWrites =
  /\b(returns?|returned|returning|gives? back|answers?|repl(?:y|ies)|responds?|response|results?|yields?|tells?|says?|reports?|receipt|shown|computes?|checks?)\b/i;

/** A model plans with what comes back, so the description says it. Where nothing comes back there is nothing to say. */
export const descriptionReturns: LintRule = {
  id: "description-returns",
  levels: whenCurated,
  check: ({ tools }) =>
    tools.flatMap(({ file, ir }) => {
      if (ir.access === "write" && ir.output === undefined) return [];
      const pattern = ir.access === "write" ? tellingOfWrites : telling;
      if (pattern.test(ir.description)) return [];
      const message = "the description does not say what comes back";
      return [{ file, path: ["description"], message, mend: "add it: … and return the voucher with its code" }];
    }),
};
