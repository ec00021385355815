import { expect, test } from "vitest";
import { problemsOf } from "../../../test/golden/folder.ts";

const write = (method: string, rest: string) =>
  `description: Write.\nrequest: ${method} /v\ndisposition: auto\n${rest}`;

const problems = async (text: string) =>
  (await problemsOf({ tools: { a: text } })).map((line) => line.replace("tools/a.yaml:", ""));

test("refuses two inputs for one field, and one inside the other", async () => {
  const inputs =
    "inputs:\n  a: string\n  b: { type: string, as: a }\n  c: { type: object, as: d }\n  e: { type: string, as: d.e }\n";
  expect(await problems(write("POST", inputs))).toEqual([
    "6:3 input-placement: b goes to the body as a, where the input a goes too | give one of them another as: or in:",
    "8:3 input-placement: e goes to the body as d.e, where the input c goes too | give one of them another as: or in:",
  ]);
});

test("refuses an input in the place of a constant", async () => {
  const text =
    "description: Write.\nrequest: { method: POST, path: /v, query: { a: 1 }, body: { b: { c: 1 } }, headers: { X-D: e } }\ndisposition: auto\n";
  const inputs =
    "inputs:\n  a: { type: string, in: query }\n  b: object\n  c: { type: string, as: b.d }\n  x: { type: string, in: header, as: x-d }\n";
  expect((await problems(text + inputs)).map((line) => line.slice(0, 60))).toEqual([
    "5:3 input-placement: a goes to the query as a, where a const",
    "6:3 input-placement: b goes to the body as b, where a consta",
    "7:3 input-placement: c goes to the body as b.d, where the in",
    "8:3 input-placement: x goes to the header as x-d, where a co",
  ]);
});

test("refuses the same input declared as optional and as required", async () => {
  expect(await problems(write("POST", "inputs: { a: string, a?: string }\n"))).toEqual([
    "4:22 input-placement: the input a is declared twice | keep one of them",
  ]);
});

test("refuses an input without a place and a place without an input", async () => {
  const text =
    "description: Read.\nrequest: GET /v/{code}\ninputs:\n  id: { type: string, in: path }\n  b: { type: string, in: body }\n";
  expect(await problems(text)).toEqual([
    "2:10 input-placement: no input goes to {code} | add code: under inputs",
    "4:27 input-placement: /v/{code} has no {id}, so id goes nowhere | known: code",
    "5:26 input-placement: GET sends no body, so b goes nowhere | write in: query",
  ]);
});

test("takes the same name in different places, and nested fields side by side", async () => {
  const inputs =
    "inputs:\n  a: string\n  b: { type: string, in: query, as: a }\n  c: { type: number, as: fee.value }\n  d: { type: string, as: fee.currency }\n";
  expect(await problems(write("POST", inputs))).toEqual([]);
});
