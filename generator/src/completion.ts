/** Candidates for a command line, by the scripts of `toolspec completion`: the commands themselves, and names that lie here. */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Complete, Command as CompletedCommand, RootCommand } from "@bomb.sh/tab";
import tab from "@bomb.sh/tab/commander";
import { Command } from "commander";
import { storeCommands } from "./commands/store-commands.ts";
import { catalogue } from "./explain/catalogue.ts";
import { findSpecs } from "./folders.ts";
import { lintRuleIds } from "./lint/ids.ts";

/** Print the candidates for the last word, as the scripts read them. */
export function complete(program: Command, words: readonly string[]): void {
  // The adapter adds commands of its own, so it gets a program that no one runs.
  const shown = new Command(program.name()).enablePositionalOptions();
  for (const command of program.commands) {
    if (["complete", "completion"].includes(command.name())) continue;
    // Shells show one line beside each.
    shown.addCommand(command.description(command.summary() || command.description()));
  }
  const root = tab(shown, { completionCommandName: "completion" });
  for (const command of root.commands.values()) fill(command);
  addStoreCommands(root);
  root.parse([...words]);
}

/** Names of arguments and options that the tree of commands cannot list; with their command's name where that makes a difference. */
const candidates: Readonly<Record<string, () => readonly string[]>> = {
  specs: () => findSpecs(process.cwd()),
  from: () => findSpecs(process.cwd()),
  tool: () => toolNames(process.cwd()),
  "lint rule": () => lintRuleIds,
  "explain rule": () => catalogue.flatMap(({ explanations }) => explanations.map(({ rule }) => rule)),
  against: () => revisions(process.cwd()),
};

function fill(command: CompletedCommand): void {
  for (const argument of command.arguments.values()) {
    const find = candidatesFor(command, argument.name.toLowerCase());
    if (find !== undefined) argument.handler ??= offer(find);
  }
  for (const option of command.options.values()) {
    const find = candidatesFor(command, option.value);
    if (find !== undefined) option.handler = offer(find);
  }
}

function candidatesFor({ value }: CompletedCommand, name: string): (() => readonly string[]) | undefined {
  return candidates[`${value} ${name}`] ?? candidates[name];
}

/** These are the runtime's: what they can do is known here, and their options are not. */
function addStoreCommands({ commands }: RootCommand): void {
  for (const { name, verbs } of storeCommands) {
    const command = commands.get(name);
    command?.arguments.clear();
    command
      ?.argument(
        "verb",
        offer(() => verbs),
      )
      .argument(
        "specs",
        offer(() => findSpecs(process.cwd())),
      );
  }
  const [serve, call] = [commands.get("serve"), commands.get("call")];
  serve?.arguments.clear();
  serve?.argument(
    "specs",
    offer(() => findSpecs(process.cwd())),
  );
  call?.arguments.clear();
  // The tool comes first; its inputs and the specs follow in any order.
  call
    ?.argument(
      "tool",
      offer(() => toolNames(process.cwd())),
    )
    .argument(
      "specs",
      offer(() => findSpecs(process.cwd())),
      true,
    );
}

/** A name with anything but these in it could not be typed as it stands. */
const plain = /^[\w@./-]+$/;

function offer(find: () => readonly string[]): (complete: Complete) => void {
  return (complete) => {
    for (const name of find().filter((one) => plain.test(one))) complete(name, "");
  };
}

/** Of all servers here; the file name is the tool's. */
function toolNames(cwd: string): readonly string[] {
  const names = findSpecs(cwd).flatMap((folder) => {
    try {
      return readdirSync(join(cwd, folder, "tools"));
    } catch {
      // A server may have no tools yet.
      return [];
    }
  });
  return [...new Set(names.filter((name) => name.endsWith(".yaml")).map((name) => name.slice(0, -".yaml".length)))];
}

/** Branches and tags, the newest first; nothing where there is no git. */
function revisions(cwd: string): readonly string[] {
  const args = [
    "for-each-ref",
    "--sort=-creatordate",
    "--count=50",
    "--format=%(refname:short)",
    "refs/heads",
    "refs/tags",
  ];
  const { status, stdout } = spawnSync("git", ["-C", cwd, ...args], { encoding: "utf8", stdio: "pipe" });
  return status === 0 ? ["HEAD", ...stdout.split("\n").filter(Boolean)] : [];
}
