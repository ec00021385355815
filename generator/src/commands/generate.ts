import { createProgress } from "../terminal.ts";
import type { AddCommand } from "./command.ts";
import { codeOf, isEmpty, reportNoSpecs, type SpecsOptions, someSpecs, withSpecsOptions } from "./specs-options.ts";

/** `toolspec generate`. */
export const addGenerate: AddCommand = (program, { finish, interruptible }) => {
  withSpecsOptions(program.command("generate"))
    .summary("write the generated code")
    .description("Write the generated code of these specs folders, or of every folder in ./specs.")
    .action(async (specs: string[], { out, format }: SpecsOptions) => {
      // It ends between two steps, so that every file is whole.
      const signal = interruptible();
      const { generate, isSound } = await import("../generate.ts");
      const progress = createProgress();
      const report = await generate({ ...someSpecs(specs), out, signal, onStep: progress.step }).finally(progress.end);
      const { showReport } = await import("../report.ts");
      if (isEmpty(report)) return finish(reportNoSpecs());
      showReport(report, { format, kind: "written" });
      finish(codeOf(report, isSound(report)));
    });
};
