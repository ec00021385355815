/**
 * The command `toolspec`: puts the commands together and turns what they throw into an exit code. Reading specs, ts-morph and the
 * runtime are imported only by the command that needs them, so that `--help` is there at once.
 */
import { Command, CommanderError } from "commander";
import { addAdd } from "./commands/add.ts";
import { addCall } from "./commands/call.ts";
import { addCheck } from "./commands/check.ts";
import { type AddCommand, exit, type Shell } from "./commands/command.ts";
import { addCompletion } from "./commands/completion.ts";
import { addDev } from "./commands/dev.ts";
import { addDiff } from "./commands/diff.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addExplain } from "./commands/explain.ts";
import { addGenerate } from "./commands/generate.ts";
import { addHandedOver } from "./commands/handed-over.ts";
import { addImport } from "./commands/import.ts";
import { addInit } from "./commands/init.ts";
import { addLint } from "./commands/lint.ts";
import { addLock } from "./commands/lock.ts";
import { addMock } from "./commands/mock.ts";
import { version } from "./version.ts";

/** In the order of the help. */
const commands: readonly AddCommand[] = [
  addInit,
  addImport,
  addAdd,
  addGenerate,
  addCheck,
  addLint,
  addExplain,
  addDiff,
  addLock,
  addDev,
  addMock,
  addCall,
  addDoctor,
  addHandedOver,
  addCompletion,
];

/**
 * Run one command in this process.
 *
 * @param argv the arguments after the program's name
 * @returns the exit code
 */
export async function run(argv: readonly string[]): Promise<number> {
  const interruption = new AbortController();
  let code: number = exit.fine;
  const program = createProgram({
    finish: (result) => {
      code = result;
    },
    interruptible: () => {
      process.once("SIGINT", () => interruption.abort());
      return interruption.signal;
    },
  });
  try {
    await program.parseAsync(argv, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit.fine : exit.usage;
    if (interruption.signal.aborted) return exit.interrupted;
    if (isDiskError(error)) return reportDisk(error);
    if (isOldNode(process.versions.node)) return reportOldNode();
    return reportBug(error, argv.includes("--debug"));
  }
}

function createProgram(shell: Shell): Command {
  const program = new Command("toolspec")
    .description("Turn declarative tool specs into typed MCP servers over REST APIs.")
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .option("--debug", "print the stack of an internal error")
    .enablePositionalOptions()
    .exitOverride();
  for (const add of commands) add(program, shell);
  return program;
}

/** What the operating system refused: no bug, and its message says what and where. */
function isDiskError(error: unknown): error is Error {
  return error instanceof Error && "syscall" in error && "path" in error;
}

function reportDisk(error: Error): number {
  process.stderr.write(`toolspec: ${error.message}\nNothing else was changed. Mend it and run the command again.\n`);
  return exit.findings;
}

/** Whether this Node lacks what toolspec needs (package.json, "engines"): what then fails is no bug. */
function isOldNode(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < 22 || (major === 22 && minor < 19);
}

function reportOldNode(): number {
  process.stderr.write(
    `toolspec needs Node 22.19 or newer, and this is ${process.versions.node}. Install one from https://nodejs.org and run the command again.\n`,
  );
  return exit.usage;
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
