import { expect, test } from "vitest";
import { authProblems, key, oauth } from "../../../test/golden/folder.ts";

const url = "mcp: { path: /v1/mcp, url: https://api.shop.example/shop/v1/mcp }\n";

test("wants to know for which address tokens are", async () => {
  expect(await authProblems([oauth()])).toEqual([
    "server.yaml:8:5 oauth-audience: nothing says under which address clients know this server, for which tokens must be meant | add mcp: { url: https://… }, or audience here",
  ]);
  expect(await authProblems([oauth()], url)).toEqual([]);
  expect(await authProblems([oauth("audience: '${SHOP_URL:-https://x.example/mcp}'")])).toEqual([]);
});

test("derives the address of a second path only where that is certain", async () => {
  expect(await authProblems([key, oauth("path: /people")], url)).toEqual([]);
  expect(await authProblems([key, oauth("path: /people")], url.replace("/shop/v1/mcp", "/agents"))).toEqual([
    "server.yaml:9:5 oauth-audience: the address of /people does not follow from mcp.url, which does not end with /v1/mcp | add audience: https://…",
  ]);
});

test("refuses tokens for another address than clients connect to", async () => {
  expect(await authProblems([oauth("audience: https://api.shop.example/mcp")], url)).toEqual([
    expect.stringMatching(
      /oauth-audience: clients connect to "https:\/\/api.shop.example\/shop\/v1\/mcp", and refuse a server .* \| remove it, or mend mcp.url/,
    ),
  ]);
});
