import { always, type LintRule } from "./rule.ts";

/** Whoever is told that a tool goes is told what to use then. */
export const deprecatedWithoutUse: LintRule = {
  id: "deprecated-without-use",
  levels: always("warning"),
  check: ({ tools }) =>
    tools
      .filter(({ ir }) => ir.deprecated !== undefined && ir.deprecated.use === undefined)
      .map(({ file }) => ({
        file,
        path: ["deprecated"],
        part: "key",
        message: "the tool is deprecated, and says not what to use instead",
        mend: "add use: with another tool's name, or ignore this with the reason that there is none",
      })),
};
