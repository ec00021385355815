import { expect, test } from "vitest";
import { problemsWith } from "../../../test/golden/folder.ts";

const listTokens = () => [
  { name: "a", tokens: 30 },
  { name: "b", tokens: 50 },
];
const tools = { a: "description: A.\nrequest: GET /a\n", b: "description: B.\nrequest: GET /b\n" };

test("refuses a tool, and a list, above its budget, and names the dearest", async () => {
  const server = "lint: { budgets: { toolTokens: 40, listTokens: 79 } }\n";
  expect(await problemsWith({ server, tools }, { listTokens })).toEqual([
    "server.yaml:10:48 token-budget: tools/list would be 80 tokens, 1 above its budget | begin with the dearest: b (50), a (30); toolspec lint --tokens shows all",
    "tools/b.yaml:1:1 token-budget: b takes 50 tokens of tools/list, 10 above the budget of a tool | shorten descriptions, leave out inputs that nobody needs, or trim output",
  ]);
});

test("takes what stays within, and counts nothing without budgets", async () => {
  const server = "lint: { budgets: { toolTokens: 50, listTokens: 80 } }\n";
  expect(await problemsWith({ server, tools }, { listTokens })).toEqual([]);
  const counting = () => {
    throw new Error("nobody asked");
  };
  expect(await problemsWith({ server: "lint: { extends: strict }\n", tools }, { listTokens: counting })).toEqual([]);
});
