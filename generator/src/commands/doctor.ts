import { existsSync } from "node:fs";
import { join } from "node:path";
import { InvalidArgumentError, Option } from "commander";
import { findSpecs } from "../folders.ts";
import { hasColours } from "../terminal.ts";
import { type AddCommand, exit } from "./command.ts";

interface DoctorFlags {
  readonly url?: string;
  readonly header: readonly string[];
  readonly format: "pretty" | "json";
}

/** `toolspec doctor`. */
export const addDoctor: AddCommand = (program, { finish }) => {
  program
    .command("doctor")
    .summary("look for what keeps a server from working here, and say how to mend it")
    .description(
      "Look at Node, the packages, the specs and what was generated from them, variables, the upstream, the port and the store; with --url at a server that runs, as a client sees it. Changes nothing. Ends with 1 if there is a problem, and with 4 if all that is wrong is that something cannot be reached.",
    )
    .argument("[specs...]", "specs folders; default: every folder in ./specs with a server.yaml")
    .addOption(new Option("--url <url>", "address of an MCP server to look at").argParser(webAddress))
    .addOption(
      new Option(
        "--header <header>",
        "what a client sends: 'X-API-Key: ${NAME}', with the name of a variable; may be repeated",
      )
        .argParser((value: string, before: readonly string[]) => [...before, header(value)])
        .default([], "none"),
    )
    .addOption(
      new Option("--format <format>", "how the checks are shown").choices(["pretty", "json"]).default("pretty"),
    )
    .option("--debug", "print the stack of an internal error")
    .action(async (specs: string[], { url, header: headers, format }: DoctorFlags) => {
      const cwd = process.cwd();
      const stray = specs.find((folder) => !existsSync(join(folder, "server.yaml")));
      if (stray !== undefined) {
        process.stderr.write(`toolspec doctor: ${stray} has no server.yaml: name a specs folder\n`);
        return finish(exit.usage);
      }
      const { doctorText, examine } = await import("../doctor/doctor.ts");
      const folders = specs.length > 0 ? specs : findSpecs(cwd);
      const checks = await examine({ folders, url, headers, cwd, environment: process.env });
      const colour = hasColours(process.stdout);
      process.stdout.write(format === "json" ? `${JSON.stringify({ checks }, null, 2)}\n` : doctorText(checks, colour));
      const problems = checks.filter(({ state }) => state === "problem");
      if (problems.length === 0) return finish(exit.fine);
      finish(problems.every(({ unreachable }) => unreachable === true) ? exit.unreachable : exit.findings);
    });
};

function webAddress(value: string): string {
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol))
    throw new InvalidArgumentError("It is an address such as http://127.0.0.1:3900/mcp.");
  return value;
}

function header(value: string): string {
  if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]+:/.test(value))
    throw new InvalidArgumentError("It is a name, a colon and a value: 'X-API-Key: ${NAME}'.");
  return value;
}
