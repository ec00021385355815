import { type LintRule, whenCurated } from "./rule.ts";

/** Whether a write can be tried without effect is decided by a person, and stands there. */
export const dryRunDecision: LintRule = {
  id: "dry-run-decision",
  levels: { ...whenCurated, imported: "warning" },
  check: ({ tools }) =>
    tools
      .filter(({ ir, draft }) => ir.access === "write" && draft.spec.dryRun === undefined)
      .map(({ file }) => ({
        file,
        path: ["request"],
        message: "a write that does not say whether it can be tried without effect",
        mend: "add dryRun: plan (the request is shown), forward (the upstream runs dry), or none",
      })),
};
