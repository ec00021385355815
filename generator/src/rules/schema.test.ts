import { expect, test } from "vitest";
import { problemsOf } from "../../../test/golden/folder.ts";
import type { CheckSchema } from "./schema.ts";

const get = "description: Read one.\nscope: READ\nrequest: GET /v/{code}\ninputs: { code: string }\n";

test("puts what the schema room finds to its place in the spec, in the contract and in server.yaml", async () => {
  const checkSchema: CheckSchema = (schema, { side }) =>
    typeof schema === "object" && schema.pattern === "(a+)+"
      ? [{ pointer: "/pattern", rule: "slow-pattern", message: `slow ${side}` }]
      : [];
  const server = "schemas: { Code: { type: string, pattern: (a+)+ } }\n";
  const tools = {
    a: get.replace("code: string", "code: { type: string, pattern: (a+)+ }"),
    b: get.replace("code: string", "code: { $ref: '#/schemas/Code' }"),
  };
  expect(await problemsOf({ server, tools }, checkSchema)).toEqual([
    "server.yaml:10:43 slow-pattern: slow input",
    "tools/a.yaml:4:42 slow-pattern: slow input",
  ]);
});
