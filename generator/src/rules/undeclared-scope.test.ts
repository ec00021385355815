import { expect, test } from "vitest";
import { problemsOf } from "../../../test/golden/folder.ts";

const get = "description: Read one.\nscope: READ\nrequest: GET /v/{code}\ninputs: { code: string }\n";

test("refuses a scope that server.yaml does not declare, in both forms", async () => {
  const tools = { a: get.replace("READ", "REED"), b: get.replace("scope: READ", "scope: { anyOf: [WRITE, OTHER] }") };
  expect(await problemsOf({ tools })).toEqual([
    'tools/a.yaml:2:8 undeclared-scope: scope "REED" is not declared in s/server.yaml | did you mean "READ"?',
    'tools/b.yaml:2:25 undeclared-scope: scope "OTHER" is not declared in s/server.yaml | known: READ, WRITE',
  ]);
});

test("takes declared scopes, and no scope at all", async () => {
  expect(await problemsOf({ tools: { a: get, b: get.replace("scope: READ\n", "") } })).toEqual([]);
});
