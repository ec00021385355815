import { mayEndIn } from "../ir/disposition.ts";
import { always, type LintRule } from "./rule.ts";

/** Between a model and what cannot be undone stands a person, or at least a look at what would happen. */
export const destructiveAuto: LintRule = {
  id: "destructive-auto",
  levels: always("warning"),
  check: ({ tools }) =>
    tools
      .filter(
        ({ ir }) =>
          ir.access === "write" &&
          ir.annotations.destructiveHint &&
          ir.request?.method !== "put" &&
          ir.request?.method !== "patch" &&
          ir.dryRun === "none" &&
          !mayEndIn(ir.disposition, "confirm") &&
          !mayEndIn(ir.disposition, "approval"),
      )
      .map(({ file }) => ({
        file,
        path: ["disposition"],
        message: "what this removes is gone, it runs at once, and it cannot be tried before",
        mend: "write disposition: confirm or approval, or give it a dry run",
      })),
};
