import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { serverYaml } from "../../../test/golden/folder.ts";
import { lint } from "./run.ts";

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "toolspec-lint-"));
  put("specs/shop/server.yaml", serverYaml);
});
afterEach(() => rmSync(cwd, { recursive: true }));

const path = "specs/shop/tools/create_voucher.yaml";

function put(file: string, text: string): void {
  mkdirSync(dirname(join(cwd, file)), { recursive: true });
  writeFileSync(join(cwd, file), text);
}

const read = (file = path) => readFileSync(join(cwd, file), "utf8");

test("mends keys, orders and blanks in one go, and leaves every other byte", async () => {
  const letters = (order: string) => [...order].map((letter) => `'${letter}x'`).join(", ");
  const text = (title: string, scope: string, order: string) =>
    `# mine\ntitle:   ${title}   # stays\ndescription: Create one voucher of a campaign, and return it.\n${scope}: WRITE\n` +
    `disposition: auto\ndryRun: plan\nrequest: POST /v1/v\ninputs:\n  kind: { description: Kind., enum: [ ${letters(order)} ] }   # too\n`;
  put(path, text('" Create a voucher "', "scop", "nbacdefghijklm"));
  const { fixed } = await lint({ cwd, fix: true });
  expect(fixed).toEqual([join(cwd, path)]);
  expect(read()).toBe(text('"Create a voucher"', "scope", "abcdefghijklmn"));
  expect((await lint({ cwd, fix: true })).fixed).toEqual([]);
});

test("does not sort values between which a comment stands", async () => {
  const values = [..."nbacdefghijklm"]
    .map((letter) => `      - ${letter}x`)
    .join("\n")
    .replace("- cx", "- cx # the usual one");
  put(
    path,
    `description: Create one.\nscope: WRITE\ndisposition: auto\nrequest: POST /v1/v\ninputs:\n  kind:\n    enum:\n${values}\n`,
  );
  const before = read();
  const { diagnostics } = await lint({ cwd, fix: true });
  expect(diagnostics.map(({ rule }) => rule)).toContain("enum-order");
  expect(read()).toBe(before);
});

test("writes nothing where a mended key would break more than it mends", async () => {
  put(path, "description: Create one.\nrequest: GET /v1/v\ninputz: { dry_run: string, confirm: string }\n");
  const before = read();
  expect((await lint({ cwd, fix: true })).fixed).toEqual([]);
  expect(read()).toBe(before);
});

test("hides a secret in code frames, ignored or not", async () => {
  const secret = `ghp_${"a1".repeat(18)}`;
  put(
    path,
    `# toolspec-ignore secret-in-text: a test\ndescription: Like ${secret}.\nscope: WRITE\ndisposition: auto\nrequest: POST /v1/v\n`,
  );
  const { sources, diagnostics } = await lint({ cwd });
  expect(sources.get(path)).not.toContain(secret);
  expect(JSON.stringify(diagnostics)).not.toContain(secret);
});
