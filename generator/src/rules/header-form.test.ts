import { expect, test } from "vitest";
import { problemsOf } from "../../../test/golden/folder.ts";

const tool = (headers: string, inputs = "{}") =>
  `description: R.\nrequest: { method: GET, path: /v, headers: ${headers} }\ninputs: ${inputs}\n`;

test("refuses header names and constant values that could begin another header", async () => {
  const text = tool('{ "X-A\\r\\nX-B": y, X-C: "a\\r\\nX-D: 1" }', '{ a: { type: string, in: header, as: "x y" } }');
  expect(await problemsOf({ tools: { a: text } })).toEqual([
    'tools/a.yaml:2:46 header-form: "X-A\\r\\nX-B" is no header name | use letters, digits and -, as in X-Request-Id',
    'tools/a.yaml:2:68 header-form: the header "X-C" cannot carry "a\\r\\nX-D: 1" | write one line of ASCII characters, without blanks at its ends',
    'tools/a.yaml:3:11 header-form: "x y" is no header name | use letters, digits and -, as in X-Request-Id',
  ]);
});

test("takes tokens, and lines of ASCII", async () => {
  expect(await problemsOf({ tools: { a: tool('{ X-A_b.1: "a, b;c=\'d\'", X-N: 3, X-T: true, X-E: "" }') } })).toEqual(
    [],
  );
});
