import { type LintRule, whenCurated } from "./rule.ts";

/** Tools from which on a model needs to be told how they belong together. */
const toolsFrom = 6;

/** A server of several tools says once what all of them have in common. */
export const instructionsMissing: LintRule = {
  id: "instructions-missing",
  levels: whenCurated,
  check: ({ server, ir, tools }) => {
    if (ir.instructions !== undefined || tools.length < toolsFrom) return [];
    const message = `${tools.length} tools, and no instructions say how they belong together`;
    const mend = "add instructions: what the words mean, which tool comes first, units of amounts and times";
    return [{ file: server.file, path: ["description"], part: "key", message, mend }];
  },
};
