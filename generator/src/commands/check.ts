import { createProgress } from "../terminal.ts";
import type { AddCommand } from "./command.ts";
import { codeOf, isEmpty, reportNoSpecs, type SpecsOptions, someSpecs, withSpecsOptions } from "./specs-options.ts";

/** `toolspec check`. */
export const addCheck: AddCommand = (program, { finish }) => {
  withSpecsOptions(program.command("check"))
    .summary("say whether the generated code is up to date, as a diff")
    .description(
      "Compare the generated code with what the specs say. Writes nothing; ends with 1 if they differ, or if a definition is not as toolspec.lock has it.",
    )
    .action(async (specs: string[], { out, format }: SpecsOptions) => {
      const { check, isSound } = await import("../generate.ts");
      const progress = createProgress();
      const report = await check({ ...someSpecs(specs), out, onStep: progress.step }).finally(progress.end);
      const { showReport } = await import("../report.ts");
      if (isEmpty(report)) return finish(reportNoSpecs());
      showReport(report, { format, kind: "stale" });
      const isCurrent =
        isSound(report) &&
        report.servers.every((server) => server.changes.length === 0 && server.unlocked.length === 0);
      finish(codeOf(report, isCurrent));
    });
};
