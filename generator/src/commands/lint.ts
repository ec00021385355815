import { InvalidArgumentError, Option } from "commander";
import type { LintRuleId } from "../lint/ids.ts";
import type { LintReport } from "../lint/run.ts";
import { createProgress } from "../terminal.ts";
import { type AddCommand, exit } from "./command.ts";
import { type Format, reportNoSpecs, someSpecs, withFormat } from "./specs-options.ts";

interface LintOptions {
  readonly format: Format;
  readonly fix: boolean;
  readonly rule: readonly string[];
  readonly maxWarnings?: number;
  readonly tokens: boolean;
}

/** `toolspec lint`. */
export const addLint: AddCommand = (program, { finish }) => {
  withFormat(
    program
      .command("lint")
      .argument("[specs...]", "specs folders; default: every folder in ./specs with a server.yaml"),
  )
    .summary("say what makes tools hard for models or unsafe for people")
    .description(
      "Look at specs with rules that are a matter of judgement. Ends with 1 if a finding is an error, or if there are too many warnings, " +
        "and with 3 if the specs are invalid. Levels stand under lint: in server.yaml; `# toolspec-ignore RULE: reason` ignores one finding.",
    )
    .option("--fix", "write what changes no meaning: misspelt keys, unsorted values, useless ignores", false)
    .addOption(
      new Option("--rule <id>", "only this rule; may be repeated")
        .default([], "every rule that is on")
        .argParser(gather),
    )
    .addOption(new Option("--max-warnings <n>", "end with 1 if there are more").argParser(wholeNumber))
    .option("--tokens", "show instead what tools/list and llms/mcp.txt cost a model, tool by tool", false)
    .option("--debug", "print the stack of an internal error")
    .action(async (specs: string[], options: LintOptions) => {
      const wrong = await usageProblem(options);
      if (wrong !== undefined) {
        process.stderr.write(`toolspec lint: ${wrong}\n`);
        return finish(exit.usage);
      }
      const { lint } = await import("../lint/run.ts");
      const progress = createProgress();
      const only = options.rule as readonly LintRuleId[];
      const chosen = { ...someSpecs(specs), only, fix: options.fix, onStep: progress.step };
      const report = await lint(chosen).finally(progress.end);
      if (report.folders === 0) return finish(reportNoSpecs());
      const { showCosts, showLint } = await import("../lint/report.ts");
      if (options.tokens) showCosts(report, options.format);
      else showLint(report, options.format);
      finish(codeOfLint(report, options.maxWarnings));
    });
};

function gather(value: string, before: readonly string[]): readonly string[] {
  return [...before, ...value.split(",").filter((id) => id !== "")];
}

function wholeNumber(value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new InvalidArgumentError("It is a whole number from 0.");
  return Number(value);
}

async function usageProblem({ rule, tokens, format }: LintOptions): Promise<string | undefined> {
  const { lintRuleIds } = await import("../lint/ids.ts");
  const { didYouMean } = await import("../spec/near.ts");
  const known: readonly string[] = lintRuleIds;
  const unknown = rule.find((id) => !known.includes(id));
  if (unknown !== undefined)
    return `there is no lint rule ${unknown}: ${didYouMean(unknown, known) ?? "see toolspec explain"}`;
  if (tokens && format !== "pretty" && format !== "json") return "--tokens is shown as pretty or json";
  return undefined;
}

/** What the generator finds comes first; of lint's own, errors and too many warnings count. */
function codeOfLint({ diagnostics, costs, folders }: LintReport, maxWarnings = Number.POSITIVE_INFINITY): number {
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  if (costs.length < folders) return exit.invalidSpecs;
  return errors > 0 || diagnostics.length - errors > maxWarnings ? exit.findings : exit.fine;
}
