import { type Command, Option } from "commander";
import type { Report } from "../generate.ts";
import { exit } from "./command.ts";

/** How problems are shown: for people, for programs, for GitHub Actions, for code scanning (SARIF 2.1.0). */
export type Format = "pretty" | "json" | "github" | "sarif";
const formats: readonly Format[] = ["pretty", "json", "github", "sarif"];

export interface SpecsOptions {
  readonly out: string;
  readonly format: Format;
}

/** The arguments and options that commands on specs folders share. */
export function withSpecsOptions(command: Command): Command {
  return withFormat(
    command.argument("[specs...]", "specs folders; default: every folder in ./specs with a server.yaml"),
  )
    .option("--out <folder>", "folder of the generated servers", "generated")
    .option("--debug", "print the stack of an internal error");
}

export function withFormat(command: Command): Command {
  return command.addOption(
    new Option("--format <format>", "how problems are shown").choices(formats).default("pretty"),
  );
}

/** No names mean every folder. */
export function someSpecs(specs: readonly string[]): { readonly specs?: readonly string[] } {
  return specs.length === 0 ? {} : { specs };
}

export function isEmpty(report: Report): boolean {
  return report.servers.length === 0 && report.diagnostics.length === 0;
}

export function reportNoSpecs(): number {
  process.stderr.write(
    "toolspec: there are no specs: ./specs has no folder with a server.yaml; name a folder, or begin with `toolspec init`\n",
  );
  return exit.usage;
}

export function codeOf(report: Pick<Report, "diagnostics">, isFine: boolean): number {
  if (report.diagnostics.some((diagnostic) => diagnostic.severity === "error")) return exit.invalidSpecs;
  return isFine ? exit.fine : exit.findings;
}
