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

test("refuses toolsets and the default list above their budgets, each at its own", async () => {
  const sets =
    "toolsets: { one: { description: A., tools: [a] }, two: { description: B., tools: [b], default: true } }\n";
  const problems = (budgets: string) =>
    problemsWith({ server: `${sets}lint: { budgets: { ${budgets} } }\n`, tools }, { listTokens });
  const rest = "above its budget | begin with the dearest";
  expect(await problems("toolsetTokens: 40, defaultTokens: 49")).toEqual([
    expect.stringContaining(`tools/list of the toolset two would be 50 tokens, 10 ${rest}: b (50);`),
    expect.stringContaining(`tools/list of a client that asks for no toolset would be 50 tokens, 1 ${rest}`),
  ]);
  expect(await problems("toolsetTokens: { one: 29 }, defaultTokens: 50, listTokens: 80")).toEqual([
    expect.stringContaining(
      `server.yaml:11:42 token-budget: tools/list of the toolset one would be 30 tokens, 1 ${rest}`,
    ),
  ]);
});
