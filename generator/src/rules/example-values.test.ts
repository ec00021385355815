import { expect, test } from "vitest";
import { load } from "../../../test/golden/folder.ts";
import { fits } from "../schema/fits.ts";

const tool = (example: string, inputs = "{ count: { type: integer, maximum: 9 }, note?: string }") =>
  `description: R.\nrequest: POST /v\ndisposition: auto\ndryRun: plan\ninputs: ${inputs}\nexamples: [{ title: E, ${example} }]\n`;

const problems = async (...text: Parameters<typeof tool>) => {
  const { diagnostics } = await load({ tools: { x: tool(...text) } }, { fits });
  return diagnostics.map(({ rule, message, span }) => `${span.start.line}:${span.start.column} ${rule}: ${message}`);
};

test("refuses a value that its input does not take", async () => {
  expect(await problems("inputs: { count: 10, note: 3, dry_run: maybe }")).toEqual([
    "6:41 example-values: 10 is no value that count takes",
    "6:51 example-values: 3 is no value that note takes",
    '6:63 example-values: "maybe" is no value that dry_run takes',
  ]);
});

test("takes confirm as a boolean where there is one", async () => {
  const text = tool("inputs: { count: 1, confirm: yes please }").replace("disposition: auto", "disposition: confirm");
  const { diagnostics } = await load({ tools: { x: text } }, { fits });
  expect(diagnostics.map(({ message }) => message)).toEqual(['"yes please" is no value that confirm takes']);
});

test("refuses to expect invalid_argument of inputs that nothing is wrong with", async () => {
  expect(await problems("inputs: { count: 9, note: x }, expect: invalid_argument")).toEqual([
    "6:63 example-values: nothing is wrong with these inputs",
  ]);
});

test.for([
  ["a value that does not fit", "inputs: { count: 10 }"],
  ["an input that is missing", "inputs: { note: x }"],
  ["an input that there is not", "inputs: { count: 1, other: 2 }"],
])("takes invalid_argument for %s", async ([, inputs]) => {
  expect(await problems(`${inputs}, expect: invalid_argument`)).toEqual([]);
});

test("leaves alone what cannot be told: formats, and places that refuse more than schemas", async () => {
  expect(await problems("inputs: { a: x@y }", "{ a: { type: string, format: email } }")).toEqual([]);
  const inQuery = "{ a: { type: string, in: query } }";
  expect(await problems('inputs: { a: "a/b" }, expect: invalid_argument', inQuery)).toEqual([]);
});

test("judges constraints too: an example keeps to them, or expects to be refused", async () => {
  const inputs = "{ a?: integer, b?: { type: integer, default: 1 } }\nconstraints: [{ when: a, forbid: [b] }]";
  expect(await problems("inputs: { a: 1 }", inputs)).toEqual([
    "7:24 example-values: when a is given, b must be left out",
  ]);
  expect(await problems("inputs: { a: 1 }, expect: invalid_argument", inputs)).toEqual([]);
});
