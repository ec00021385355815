import { always, type LintRule } from "./rule.ts";

/** Whoever may read may not write for that reason alone: a write asks for a scope. */
export const writeScope: LintRule = {
  id: "write-scope",
  levels: { ...always("warning"), strict: "error" },
  check: ({ tools }) =>
    tools
      .filter(({ ir }) => ir.access === "write" && ir.scope === undefined)
      .map(({ file }) => ({
        file,
        path: ["request"],
        message: "a write without a scope: every caller may use it",
        mend: "add scope: with a name that server.yaml declares under scopes:",
      })),
};
