import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { serverYaml } from "../../../test/golden/folder.ts";
import { addExplain } from "./explain.ts";
import { addLint } from "./lint.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "toolspec-lint-"));
  mkdirSync(join(folder, "tools"));
  writeFileSync(join(folder, "server.yaml"), serverYaml);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

function write(...lines: readonly string[]): void {
  writeFileSync(join(folder, "tools/list_vouchers.yaml"), `${lines.join("\n")}\n`);
}

/** Run one command in this process. */
async function run(...args: readonly string[]) {
  const printed = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const)
    vi.spyOn(process[stream], "write").mockImplementation((text) => {
      printed[stream] += String(text);
      return true;
    });
  let code = 0;
  const program = new Command().exitOverride();
  const finish = (result: number) => {
    code = result;
  };
  for (const add of [addLint, addExplain]) add(program, { finish, interruptible: () => new AbortController().signal });
  await program.parseAsync(args, { from: "user" });
  vi.restoreAllMocks();
  return { code, ...printed };
}

const clean = [
  "description: List the vouchers of the shop with their codes.",
  "scope: READ",
  "request: GET /v1/vouchers",
];

test("ends with 0 for warnings, with 1 for more than are allowed, or for an error", async () => {
  write(...clean);
  const usual = await run("lint", folder, "--rule", "examples-missing,list-bound");
  expect(usual).toMatchObject({ code: 0, stderr: "", stdout: expect.stringContaining("✔ 0 errors, 2 warnings") });
  expect(usual.stdout).toContain("shop: 1 tool, tools/list ");
  const rules = ["--rule", "examples-missing", "--rule", "list-bound"];
  expect((await run("lint", folder, ...rules, "--max-warnings", "1")).code).toBe(1);
  expect((await run("lint", folder, ...rules, "--max-warnings", "2")).code).toBe(0);
  write("# toolspec-ignore list-bound", ...clean);
  expect((await run("lint", folder, "--rule", "list-bound")).code).toBe(1);
});

test("ends with 3 when specs are invalid or above a budget, and 2 for a rule that there is not", async () => {
  write(...clean, "scop: READ");
  expect((await run("lint", folder)).code).toBe(3);
  write(...clean);
  writeFileSync(join(folder, "server.yaml"), `${serverYaml}lint: { budgets: { listTokens: 9 } }\n`);
  expect(await run("lint", folder)).toMatchObject({ code: 3, stdout: expect.stringContaining("token-budget") });
  const unknown = await run("lint", folder, "--rule", "list-bounds");
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('did you mean "list-bound"?') });
});

test("prints one JSON document and nothing else, of findings or of costs", async () => {
  write(...clean);
  const [first] = JSON.parse((await run("lint", folder, "--rule", "list-bound", "--format", "json")).stdout);
  expect(first).toMatchObject({ rule: "list-bound", severity: "warning", start: { line: 3, column: 10 } });
  const costs = JSON.parse((await run("lint", folder, "--tokens", "--format", "json")).stdout);
  expect(costs).toMatchObject({ servers: [{ name: "shop", tools: [{ name: "list_vouchers" }] }] });
});

test("explains a rule, lists all, and says which one was meant", async () => {
  expect((await run("explain", "list-bound")).stdout).toMatch(/^list-bound: .*\n\n/);
  expect((await run("explain")).stdout).toContain("  yaml-syntax ");
  expect(await run("explain", "list-bounds")).toMatchObject({
    code: 2,
    stdout: "",
    stderr: expect.stringContaining('did you mean "list-bound"?'),
  });
});
