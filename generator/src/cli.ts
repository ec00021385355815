#!/usr/bin/env node
/**
 * The command `toolspec`. Reading specs, ts-morph and the runtime are imported only by the command that needs them,
 * so that `--help` is there at once.
 */
import { Command, CommanderError, Option } from "commander";
import type { Report } from "./generate.ts";
import type { Administration } from "./handover.ts";
import { version } from "./version.ts";

/** Exit codes, the same for every command. */
const exit = { fine: 0, findings: 1, usage: 2, invalidSpecs: 3, bug: 70, interrupted: 130 } as const;

type Format = "pretty" | "json" | "github";
interface SpecsOptions {
  readonly out: string;
  readonly format: Format;
}

/** Commands that the runtime knows all about; here they have their line of help. */
const administration: readonly {
  readonly name: Administration;
  readonly usage: string;
  readonly description: string;
}[] = [
  { name: "keys", usage: "<create|list|revoke> [options]", description: "Create, list and revoke API keys." },
  { name: "tokens", usage: "<command> [options]", description: "Create, list, rotate and revoke tokens." },
  { name: "tenants", usage: "<command> [options]", description: "Suspend tenants and let them in again." },
  { name: "approvals", usage: "<command> [options]", description: "Decide on calls that wait for an operator." },
  { name: "policy", usage: "<command> [options]", description: "Say which calls of a tenant wait, and why." },
  { name: "audit", usage: "<command> [options]", description: "Read the audit trail." },
  { name: "webhooks", usage: "<command> [options]", description: "Tell other systems of calls that wait." },
  { name: "operators", usage: "<command> [options]", description: "Say who may sign in to the console." },
];

const interruption = new AbortController();

process.exitCode = await run(process.argv.slice(2));

async function run(argv: readonly string[]): Promise<number> {
  let code: number = exit.fine;
  const program = createProgram((result) => {
    code = result;
  });
  try {
    await program.parseAsync(argv, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit.fine : exit.usage;
    if (interruption.signal.aborted) return exit.interrupted;
    if (isDiskError(error)) return reportDisk(error);
    return reportBug(error, argv.includes("--debug"));
  }
}

function createProgram(finish: (code: number) => void): Command {
  const program = new Command("toolspec")
    .description("Turn declarative tool specs into typed MCP servers over REST APIs.")
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .option("--debug", "print the stack of an internal error")
    .enablePositionalOptions()
    .exitOverride();
  withSpecsOptions(program.command("generate"))
    .summary("write the generated code")
    .description("Write the generated code of these specs folders, or of every folder in ./specs.")
    .action(async (specs: string[], options: SpecsOptions) => finish(await generateCommand(specs, options)));
  withSpecsOptions(program.command("check"))
    .summary("say whether the generated code is up to date, as a diff")
    .description("Compare the generated code with what the specs say. Writes nothing; ends with 1 if they differ.")
    .action(async (specs: string[], options: SpecsOptions) => finish(await checkCommand(specs, options)));
  handedOver(program.command("serve"))
    .usage("<specs> [options of the server]")
    .description("Serve the generated code of one specs folder, if it is up to date.")
    .action(async (args: string[]) => finish(await serveCommand(args)));
  for (const { name, usage, description } of administration) {
    handedOver(program.command(name))
      .usage(usage)
      .description(description)
      .action(async (args: string[]) => finish(await administrationCommand(name, args)));
  }
  return program;
}

function withSpecsOptions(command: Command): Command {
  return command
    .argument("[specs...]", "specs folders; default: every folder in ./specs with a server.yaml")
    .option("--out <folder>", "folder of the generated servers", "generated")
    .addOption(
      new Option("--format <format>", "how problems are shown").choices(["pretty", "json", "github"]).default("pretty"),
    )
    .option("--debug", "print the stack of an internal error");
}

/** All arguments, `--help` too, are the runtime's. */
function handedOver(command: Command): Command {
  return command.argument("[args...]").allowUnknownOption().passThroughOptions().helpOption(false);
}

async function generateCommand(specs: readonly string[], { out, format }: SpecsOptions): Promise<number> {
  // The first Ctrl-C ends between two steps, so that every file is whole; a second one ends at once.
  process.once("SIGINT", () => interruption.abort());
  const { generate, isSound } = await import("./generate.ts");
  const report = await generate({ ...someSpecs(specs), out, signal: interruption.signal });
  const { showReport } = await import("./report.ts");
  if (isEmpty(report)) return reportNoSpecs();
  showReport(report, { format, kind: "written" });
  return codeOf(report, isSound(report));
}

async function checkCommand(specs: readonly string[], { out, format }: SpecsOptions): Promise<number> {
  const { check, isSound } = await import("./generate.ts");
  const report = await check({ ...someSpecs(specs), out });
  const { showReport } = await import("./report.ts");
  if (isEmpty(report)) return reportNoSpecs();
  showReport(report, { format, kind: "stale" });
  const isCurrent = isSound(report) && report.servers.every((server) => server.changes.length === 0);
  return codeOf(report, isCurrent);
}

async function serveCommand(args: readonly string[]): Promise<number> {
  const { serve } = await import("./handover.ts");
  return serve(args);
}

async function administrationCommand(name: Administration, args: readonly string[]): Promise<number> {
  const { administer } = await import("./handover.ts");
  return administer(name, args);
}

function someSpecs(specs: readonly string[]): { readonly specs?: readonly string[] } {
  return specs.length === 0 ? {} : { specs };
}

function isEmpty(report: Report): boolean {
  return report.servers.length === 0 && report.diagnostics.length === 0;
}

function reportNoSpecs(): number {
  process.stderr.write(
    "toolspec: there are no specs: ./specs has no folder with a server.yaml; name a folder, or add one\n",
  );
  return exit.usage;
}

function codeOf(report: Report, isFine: boolean): number {
  if (report.diagnostics.some((diagnostic) => diagnostic.severity === "error")) return exit.invalidSpecs;
  return isFine ? exit.fine : exit.findings;
}

/** What the operating system refused: no bug, and its message says what and where. */
function isDiskError(error: unknown): error is Error {
  return error instanceof Error && "syscall" in error && "path" in error;
}

function reportDisk(error: Error): number {
  process.stderr.write(`toolspec: ${error.message}\nNothing else was changed. Mend it and run the command again.\n`);
  return exit.findings;
}

function reportBug(error: unknown, withStack: boolean): number {
  const message = error instanceof Error ? (withStack ? (error.stack ?? error.message) : error.message) : String(error);
  process.stderr.write(
    `toolspec ${version()} failed, and that is a bug: ${message}\n` +
      (withStack ? "" : "Run it again with --debug for the stack. ") +
      "Please open an issue with the command and, if you can, the spec.\n",
  );
  return exit.bug;
}
