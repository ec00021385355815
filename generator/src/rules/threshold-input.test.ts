import { expect, test } from "vitest";
import { problemsOf } from "../../../test/golden/folder.ts";

const create = "description: Create one.\nscope: WRITE\nrequest: POST /v\n";

const above = (inputs: string, of = "count") =>
  `${create}disposition: { upTo: 9, of: ${of}, beyond: approval }\ninputs: ${inputs}\n`;

test("refuses a threshold on what is not always a number", async () => {
  const tools = {
    a: above("{ count: string }"),
    b: above("{ count: { type: [integer, string] } }"),
    c: above("{ count: true }"),
  };
  expect(await problemsOf({ server: "approvals: {}\n", tools })).toEqual([
    'tools/a.yaml:4:29 threshold-input: "count" is string, and only a number can be compared | add an input of type integer or number',
    'tools/b.yaml:4:29 threshold-input: "count" may be more than a number, and only a number can be compared | add an input of type integer or number',
    'tools/c.yaml:4:29 threshold-input: "count" may be more than a number, and only a number can be compared | add an input of type integer or number',
  ]);
});

test("refuses a threshold on an input that is not there", async () => {
  expect(await problemsOf({ server: "approvals: {}\n", tools: { a: above("{ count: integer }", "cuont") } })).toEqual([
    'tools/a.yaml:4:29 threshold-input: there is no input "cuont" | did you mean "count"?',
  ]);
});

test("takes numbers, behind a reference too", async () => {
  const server = "approvals: {}\nschemas: { Count: { type: integer } }\n";
  const tools = {
    a: above("{ count: integer }"),
    b: above("{ count: { $ref: '#/schemas/Count' } }"),
    c: above("{ count?: number }"),
  };
  expect(await problemsOf({ server, tools })).toEqual([]);
});
