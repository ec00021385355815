import { execFileSync } from "node:child_process";
import { Command } from "commander";
import { expect, it, onTestFinished, vi } from "vitest";
import { bashScript } from "./bash-completion.ts";
import { addCall } from "./commands/call.ts";
import { addExplain } from "./commands/explain.ts";
import { addLint } from "./commands/lint.ts";
import { complete } from "./completion.ts";

/** What the shells' scripts read for these words. The tests run where the examples' specs lie. */
function candidates(...words: readonly string[]): readonly string[] {
  const program = new Command("toolspec").enablePositionalOptions();
  for (const add of [addCall, addExplain, addLint])
    add(program, { finish: () => {}, interruptible: () => new AbortController().signal });
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  onTestFinished(() => log.mockRestore());
  complete(program, words);
  return log.mock.calls.map(([line]) => String(line).split("\t")[0] ?? "").filter((line) => !line.startsWith(":"));
}

it.each([
  [["explain", "string-"], "string-bounds"],
  [["explain", "tool-rem"], "tool-removed"],
  [["lint", "--rule", "string-"], "string-bounds"],
  [["lint", "--max-w"], "--max-warnings"],
  [["call", "create_vou"], "create_voucher"],
  [["call", "create_voucher", "count=1", "specs/vau"], "specs/vauchflow"],
] as const)("completes %j", (words, expected) => {
  expect(candidates(...words)).toContain(expected);
});

it("completes in a bash of its own, without help, and runs nothing that was typed", () => {
  const typed = "toolspec call $(echo ran >&2) a:b=c";
  const stub = `toolspec() { printf '%s\\n' "a:b=$#" "a:b=cd\tWords." "other" ":4"; }`;
  const ask = `COMP_LINE='${typed}' COMP_POINT=${typed.length}; __toolspec_complete; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const out = execFileSync("bash", ["--norc", "-c", `${bashScript}\n${bashScript}\n${stub}\n${ask}`], {
    encoding: "utf8",
  });
  // Of the last word bash replaces what stands behind = or :.
  expect(out).toBe("cd\n");
});
