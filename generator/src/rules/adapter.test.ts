import { expect, test } from "vitest";
import { authProblems, key, oauth } from "../../../test/golden/folder.ts";

const adapter = "adapter: { package: '@shop/mcp' }\n";
const audience = "audience: '${SHOP_URL:-https://x.example/mcp}'";

test("wants OAuth", async () => {
  expect(await authProblems([key], adapter)).toEqual([
    "server.yaml:10:1 adapter: an adapter logs in with OAuth, which this server does not take | add - oauth: { … } under auth, or remove it",
  ]);
});

test("wants the address that it is to lead to", async () => {
  expect(await authProblems([oauth(audience)], adapter)).toEqual([
    "server.yaml:10:1 adapter: an adapter is published, and needs to know the address of this server | add mcp: { url: https://… }",
  ]);
  const url = "mcp: { url: https://x.example/agents }\n";
  expect(await authProblems([oauth(`path: /people, ${audience}`), key], url + adapter)).toEqual([
    "server.yaml:12:1 adapter: the address of /people does not follow from mcp.url, which does not end with /mcp | write an mcp.url that ends with /mcp",
  ]);
  expect(await authProblems([oauth()], `mcp: { url: https://x.example/mcp }\n${adapter}`)).toEqual([]);
});

test("refuses a name that npm does not take, and says nothing more of it", async () => {
  expect(await authProblems([key], "adapter: { package: Shop MCP }\n")).toEqual([
    'server.yaml:10:21 invalid-value: adapter.package: "Shop MCP" does not fit | write a name for npm like @acme/mcp',
  ]);
});
