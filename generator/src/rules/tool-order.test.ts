import { expect, test } from "vitest";
import { problemsOf } from "../../../test/golden/folder.ts";

const get = "description: Read one.\nscope: READ\nrequest: GET /v/{code}\ninputs: { code: string }\n";

test("refuses a listed tool that is not there or listed twice", async () => {
  expect(await problemsOf({ server: "tools: [get_it, get_ti, get_it]\n", tools: { get_it: get } })).toEqual([
    'server.yaml:10:17 tool-order: there is no tool "get_ti" | did you mean "get_it"?',
    'server.yaml:10:25 tool-order: "get_it" is listed twice | keep one of them',
  ]);
});

test("knows a tool whose file is broken", async () => {
  const found = await problemsOf({ server: "tools: [get_it]\n", tools: { get_it: "a: b: c" } });
  expect(found.filter((line) => line.includes("tool-order"))).toEqual([]);
});

test("refuses groups that leave a tool out, or name one twice", async () => {
  const tools = { one: "description: R.\nrequest: GET /v\n", two: "description: R.\nrequest: GET /w\n" };
  expect(await problemsOf({ server: "tools: { First: [one], Second: [one] }\n", tools })).toEqual([
    'server.yaml:10:1 tool-order: the tool "two" stands in no group | add it to one of the groups',
    'server.yaml:10:33 tool-order: "one" is listed twice | keep one of them',
  ]);
});
