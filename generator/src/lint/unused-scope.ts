import { always, type LintRule } from "./rule.ts";

/** A scope that no tool asks for can be granted, and allows nothing: somebody believes otherwise. */
export const unusedScope: LintRule = {
  id: "unused-scope",
  levels: always("warning"),
  check: ({ server, ir }) => {
    const used = new Set(
      ir.tools.flatMap(({ scope }) => (typeof scope === "object" ? Object.values(scope).flat() : [scope])),
    );
    return Object.keys(ir.scopes)
      .filter((scope) => !used.has(scope))
      .map((scope) => ({
        file: server.file,
        path: ["scopes", scope],
        part: "key",
        message: `no tool asks for the scope ${scope}`,
        mend: "remove it, or say scope: in the tools that it is for",
      }));
  },
};
