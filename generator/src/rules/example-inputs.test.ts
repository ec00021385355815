import { expect, test } from "vitest";
import { problemsOf } from "../../../test/golden/folder.ts";

const tool = (example: string) =>
  `description: R.\nrequest: GET /v\ninputs: { a: string, b?: string }\nexamples: [{ title: E, ${example} }]\n`;

test("refuses examples with unknown and without required inputs", async () => {
  expect(await problemsOf({ tools: { x: tool("inputs: { aa: 1 }") } })).toEqual([
    "tools/x.yaml:4:24 example-inputs: the example lacks a, which is required | add a, or write expect: invalid_argument",
    'tools/x.yaml:4:34 example-inputs: there is no input aa | did you mean "a"?',
  ]);
});

test("takes a wrong example that expects to be refused", async () => {
  expect(await problemsOf({ tools: { x: tool("inputs: { aa: 1 }, expect: invalid_argument") } })).toEqual([]);
});

test("takes dry_run only where the tool has it", async () => {
  const text = tool("inputs: { a: x, dry_run: true }");
  expect(await problemsOf({ tools: { x: `${text}dryRun: plan\n` } })).toEqual([]);
  expect(await problemsOf({ tools: { x: text } })).toHaveLength(1);
});

test("says nothing of dry_run and confirm while the keys that decide about them are wrong", async () => {
  const text = tool("inputs: { a: x, dry_run: true, confirm: true }").replace("GET", "PUT");
  const problems = await problemsOf({ tools: { x: `${text}dryRun: perhaps\ndisposition: confirmed\n` } });
  expect(problems.filter((problem) => problem.includes("example-inputs"))).toEqual([]);
});

test("takes confirm only where a person may have to say yes", async () => {
  const text = tool("inputs: { a: x, confirm: true }");
  expect(await problemsOf({ tools: { x: text } })).toEqual([
    "tools/x.yaml:4:40 example-inputs: there is no input confirm | known: a, b",
  ]);
  expect(await problemsOf({ tools: { x: `${text.replace("GET", "PUT")}disposition: confirm\n` } })).toEqual([]);
});
