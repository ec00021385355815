import { expect, test } from "vitest";
import { load, problemsWith } from "../../../test/golden/folder.ts";

const folder = { server: "manifest: { budgetTokens: 100 }\n", tools: { a: "description: R.\nrequest: GET /v\n" } };

test("refuses a manifest above the budget that server.yaml states", async () => {
  expect(await problemsWith(folder, { manifestTokens: () => 130 })).toEqual([
    "server.yaml:10:27 manifest-budget: llms/mcp.txt would be 130 tokens, 30 above its budget | shorten descriptions and constraints, or raise the budget",
  ]);
  expect((await load(folder, { manifestTokens: () => 130 })).server).toBeUndefined();
});

test("takes a manifest that is just within it", async () => {
  expect(await problemsWith(folder, { manifestTokens: () => 100 })).toEqual([]);
});
