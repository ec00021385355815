import { Option } from "commander";
import { type DiffFormat, diffFormats } from "../diff/diff-format.ts";
import { type Gate, gates } from "../diff/gate.ts";
import { createProgress, hasColours } from "../terminal.ts";
import type { AddCommand } from "./command.ts";
import { exit } from "./command.ts";
import { reportNoSpecs, someSpecs } from "./specs-options.ts";

interface DiffCommandOptions {
  readonly against: string;
  readonly from?: string;
  readonly gate: Gate;
  readonly format: DiffFormat;
}

/** `toolspec diff`. */
export const addDiff: AddCommand = (program, { finish }) => {
  program
    .command("diff")
    .summary("say what changed since a git revision, and whom it breaks")
    .description(
      "Compare specs with those of a git revision: what breaks clients, what alters what is allowed, which words changed, the version that this asks for, and lines for the changelog. Ends with 1 if a change does not pass the gate.",
    )
    .argument("[specs...]", "specs folders; default: every folder in ./specs with a server.yaml")
    .option("--against <revision>", "git revision to compare with: a commit, branch or tag", "HEAD")
    .option("--from <folder>", "the folder's name in that revision, if it was another")
    .addOption(
      new Option(
        "--gate <gate>",
        "which changes end with 1. wire: what breaks clients or loosens security; security: what loosens it; docs: words too; any; none",
      )
        .choices(gates)
        .default("wire"),
    )
    .addOption(new Option("--format <format>", "how changes are shown").choices(diffFormats).default("pretty"))
    .option("--debug", "print the stack of an internal error")
    .action(async (specs: string[], options: DiffCommandOptions) => {
      const { diffSpecs } = await import("../diff/diff.ts");
      const { GitProblem } = await import("../diff/git-host.ts");
      const { formatDiff, isBroken } = await import("../diff/diff-format.ts");
      const { against, from, gate, format } = options;
      if (from !== undefined && specs.length !== 1) {
        process.stderr.write(
          "toolspec diff: --from needs one folder of specs: toolspec diff specs/new --from specs/old\n",
        );
        return finish(exit.usage);
      }
      try {
        const progress = createProgress();
        const asked = { ...someSpecs(specs), against, ...(from !== undefined && { from }) };
        const report = await diffSpecs({ ...asked, onStep: progress.step }).finally(progress.end);
        if (report.diagnostics.length > 0) return finish(await reportInvalid(report, format));
        if (report.servers.length === 0) return finish(reportNoSpecs());
        process.stdout.write(formatDiff(report, { format, gate, color: hasColours(process.stdout) }));
        finish(isBroken(report, gate) ? exit.findings : exit.fine);
      } catch (error) {
        if (!(error instanceof GitProblem)) throw error;
        process.stderr.write(`toolspec diff: ${error.message}\n`);
        finish(exit.usage);
      }
    });
};

/** Specs of either version that do not load: there is nothing to compare. */
async function reportInvalid(
  report: Awaited<ReturnType<typeof import("../diff/diff.ts").diffSpecs>>,
  format: DiffFormat,
): Promise<number> {
  const { formatDiagnostics, summarize } = await import("../spec/diagnostics-format.ts");
  const { diagnostics, sources } = report;
  if (format === "json" || format === "github" || format === "sarif") {
    process.stdout.write(formatDiagnostics(diagnostics, { format, sources, color: false }));
    return exit.invalidSpecs;
  }
  const color = hasColours(process.stderr);
  const isOld = diagnostics.some(({ span }) => span.file.startsWith(`${report.against}:`));
  const why = isOld
    ? `The specs of ${report.against} do not load with this version of toolspec, so nothing can be compared with them: name another revision with --against.\n`
    : "";
  process.stderr.write(
    `${formatDiagnostics(diagnostics, { format: "pretty", sources, color })}\n${why}${summarize(diagnostics)}\n`,
  );
  return exit.invalidSpecs;
}
