import { expect, test } from "vitest";
import { problemsOf } from "../../../test/golden/folder.ts";

const tool = (constraints: string) =>
  `description: R.\nrequest: GET /v\ninputs: { name: string, a?: number, b?: number }\nconstraints:\n  - ${constraints}\n`;

test("refuses constraints on inputs that there are not, wherever they are named", async () => {
  const tools = {
    one: tool("exactlyOneOf: [a, bb]"),
    two: tool("{ when: { c: 1 }, require: [a] }"),
    three: tool("{ when: zzz, then: { a: [1] } }"),
  };
  expect(await problemsOf({ tools })).toEqual([
    'tools/one.yaml:5:23 constraint-inputs: there is no input "bb" | did you mean "b"?',
    'tools/three.yaml:5:13 constraint-inputs: there is no input "zzz" | known: name, a, b',
    'tools/two.yaml:5:15 constraint-inputs: there is no input "c" | did you mean "a"?',
  ]);
});

test("refuses a choice among inputs of which one is in every call", async () => {
  expect(await problemsOf({ tools: { one: tool("atLeastOneOf: [name, a]") } })).toEqual([
    'tools/one.yaml:5:20 constraint-inputs: "name" is in every call, so there is nothing to choose | write name?: without a default, or leave it out here',
  ]);
});

test("takes conditions on required inputs", async () => {
  expect(await problemsOf({ tools: { one: tool("{ when: { name: x }, require: [a], forbid: [b] }") } })).toEqual([]);
});
