import { globSync } from "node:fs";
import { Command } from "commander";
import { expect, it } from "vitest";
import type { AddCommand } from "./command.ts";
import { storeCommands } from "./store-commands.ts";

/** Commands whose output is no result, and why. */
const withoutFormat: Readonly<Record<string, string>> = {
  completion: "prints a script for a shell",
  complete: "prints what the shells' scripts read",
  serve: "the runtime's: writes a log, whose form is --log-format",
  call: "prints the tool's own result",
  dev: "runs until it is stopped",
  mock: "runs until it is stopped",
  ...Object.fromEntries(storeCommands.map(({ name }) => [name, "the runtime's, which has a test of its own"])),
};

it("every command that prints a result prints it for programs too", async () => {
  const program = new Command("toolspec").enablePositionalOptions();
  for (const file of globSync("*.ts", { cwd: import.meta.dirname }).sort()) {
    if (file.endsWith(".test.ts")) continue;
    // Vite need not tell what may be imported: the folder's files are read when the test runs.
    const exported = (await import(/* @vite-ignore */ `./${file}`)) as Readonly<Record<string, unknown>>;
    for (const [name, add] of Object.entries(exported)) {
      if (/^add[A-Z]/.test(name))
        (add as AddCommand)(program, { finish: () => {}, interruptible: () => new AbortController().signal });
    }
  }
  const leaves = (command: Command): readonly Command[] =>
    command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
  const commands = leaves(program);
  expect(commands.map((command) => command.name())).toEqual(
    expect.arrayContaining(["generate", "check", "diff", "lock"]),
  );
  const silent = commands.filter((command) => {
    const format = command.options.find(({ long }) => long === "--format");
    const isForPrograms = format?.argChoices?.includes("json") ?? format?.description.includes("json") ?? false;
    return !isForPrograms && withoutFormat[command.name()] === undefined;
  });
  expect(silent.map((command) => command.name())).toEqual([]);
});
