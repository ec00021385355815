import { expect, test } from "vitest";
import { loadExample } from "../../../test/golden/lint.ts";
import { type Example, server, tool } from "../explain/explanation.ts";
import { edited } from "./edits.ts";
import { lintServer } from "./lint.ts";

/** `rule severity` of each finding of one rule or of comments, and the file as --fix would leave it. */
async function seen(example: Example, rule = "input-description") {
  const linted = lintServer(await loadExample(example));
  const found = linted.diagnostics.filter((one) => one.rule === rule || one.rule.startsWith("ignore-"));
  const [path = "", edits = []] = [...linted.edits][0] ?? [];
  const text = example[path.replace("s/", "")] ?? "";
  return {
    found: found.map(({ rule: id, severity, span }) => `${span.start.line} ${severity} ${id}`),
    after: edited(text, edits),
  };
}

const bare = ["description: List the vouchers of a shop with their codes.", "request: GET /v1/vouchers"];
const comment = "# toolspec-ignore input-description: names say it";

test("an ignore at the end of a line is about that line alone", async () => {
  const example = tool(
    "list_vouchers",
    ...bare,
    "inputs:",
    `  a?: { type: string } ${comment}`,
    "  b?: { type: string }",
  );
  expect((await seen(example)).found).toEqual(["5 warning input-description"]);
});

test("an ignore on a line of its own is about the next, and what is indented below it", async () => {
  const inputs = ["inputs:", "  a?: { type: string }", "", "  b?:", "    type: string"];
  expect((await seen(tool("list_vouchers", ...bare, comment, ...inputs))).found).toEqual([]);
  const oneOnly = ["inputs:", `  ${comment}`, "  # and more", "  a?: { type: string }", "  b?: { type: string }"];
  expect((await seen(tool("list_vouchers", ...bare, ...oneOnly))).found).toEqual(["7 warning input-description"]);
});

test("an ignore before the first key is about the whole file", async () => {
  const example = tool("list_vouchers", "# a modeline", comment, ...bare, "inputs: { a?: { type: string } }");
  expect((await seen(example)).found).toEqual([]);
});

test("takes several rules, and says which of them finds nothing", async () => {
  const both = "# toolspec-ignore input-description, enum-size: names say it";
  const example = tool("list_vouchers", both, ...bare, "inputs: { a?: { type: string } }");
  const { found, after } = await seen(example);
  expect(found).toEqual(["1 warning ignore-unused"]);
  expect(after).toBe("");
});

test("a # inside a text is no comment", async () => {
  const description = ["description: >-", `  ${comment}`, "request: GET /v1/vouchers"];
  const example = tool("list_vouchers", ...description, "inputs: { a?: { type: string } }");
  expect((await seen(example)).found).toEqual(["4 warning input-description"]);
});

test("without a reason it still ignores, and is an error itself", async () => {
  const example = tool(
    "list_vouchers",
    ...bare,
    "inputs: { a?: { type: string } } # toolspec-ignore input-description",
  );
  expect((await seen(example)).found).toEqual(["3 error ignore-reason"]);
});

test.for(["\n", "\r\n"])("an ignore that ignores nothing can be taken out, byte for byte (%j)", async (end) => {
  const lines = ["# one", ...bare, comment, `inputs: { a?: { type: string, description: A. } } ${comment}`, ""];
  const { found, after } = await seen({ "tools/list_vouchers.yaml": lines.join(end) });
  expect(found).toEqual(["4 warning ignore-unused", "5 warning ignore-unused"]);
  expect(after).toBe(["# one", ...bare, "inputs: { a?: { type: string, description: A. } }", ""].join(end));
});

test("levels stand in server.yaml: presets, and single rules", async () => {
  const folder = (lint: string) => ({
    ...server(lint),
    ...tool("list_vouchers", ...bare, "inputs: { a?: { type: string } }"),
  });
  const off = folder("lint: { rules: { input-description: off } }");
  expect((await seen(off)).found).toEqual([]);
  const harder = folder("lint: { extends: imported, rules: { input-description: error } }");
  expect((await seen(harder)).found).toEqual(["3 error input-description"]);
  const strict = await seen(folder("lint: { extends: strict }"), "string-bounds");
  expect(strict.found).toEqual(["3 warning string-bounds"]);
});

test("--rule runs one rule alone, also one that is off, and judges no other rule's ignores", async () => {
  const example = tool("list_vouchers", comment, ...bare, "inputs: { a?: { type: string } }");
  const found = lintServer(await loadExample(example), ["string-bounds"]).diagnostics;
  expect(found.map(({ rule, severity }) => `${rule} ${severity}`)).toEqual(["string-bounds warning"]);
});
