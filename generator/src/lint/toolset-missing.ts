import { always, type LintRule } from "./rule.ts";

/** Names that a message lists. */
const shownMax = 8;

/** Where some sets are the default, a tool outside of all sets is found only by those who ask for every tool. */
export const toolsetMissing: LintRule = {
  id: "toolset-missing",
  levels: always("warning"),
  check: ({ server, ir, tools }) => {
    if (!ir.toolsets.some(({ isDefault }) => isDefault)) return [];
    const inSets = new Set(ir.toolsets.flatMap((set) => set.tools));
    const left = tools.map(({ name }) => name).filter((name) => !inSets.has(name));
    if (left.length === 0) return [];
    const more = left.length > shownMax ? `, and ${left.length - shownMax} more` : "";
    const message = `${left.slice(0, shownMax).join(", ")}${more}: in no toolset, so only ?toolsets=all gives ${left.length === 1 ? "it" : "them"}`;
    const mend = "add them to a toolset, by name, pattern or tag";
    return [{ file: server.file, path: ["toolsets"], part: "key", message, mend }];
  },
};
