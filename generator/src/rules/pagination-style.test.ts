import { expect, test } from "vitest";
import { problemsOf } from "../../../test/golden/folder.ts";

const server = "pagination: { offset: { inputs: { page: page }, items: items, total: total } }\n";
const tool = (rest: string) => `description: R.\nrequest: GET /v\ninputs: { page?: integer }\n${rest}`;

test("refuses a style that server.yaml does not have", async () => {
  expect(await problemsOf({ server, tools: { a: tool("pagination: offsets\n") } })).toEqual([
    'tools/a.yaml:4:13 pagination-style: there is no pagination style "offsets" | did you mean "offset"?',
  ]);
});

test("refuses a reply without the members that the style speaks of", async () => {
  const output = "output: { type: object, properties: { items: { type: array }, totals: { type: integer } } }\n";
  expect(await problemsOf({ server, tools: { a: tool(`pagination: offset\n${output}`) } })).toEqual([
    'tools/a.yaml:4:13 pagination-style: the output has no member "total", which the style offset speaks of | did you mean "totals"?',
  ]);
});

test("asks for the type of an input that the style adds and no contract describes", async () => {
  expect(await problemsOf({ server, tools: { a: "description: R.\nrequest: GET /v\npagination: offset\n" } })).toEqual([
    "tools/a.yaml:3:1 input-without-type: page has no type, and the server has no contract to take it from | write page: string, or a schema",
  ]);
});
