import { expect, test } from "vitest";
import { authProblems, key, oauth } from "../../../test/golden/folder.ts";

const url = "mcp: { url: https://api.shop.example/mcp }\n";

test("wants a path of its own beside keys", async () => {
  expect(await authProblems([key, oauth()], url)).toEqual([
    "server.yaml:9:5 oauth-path: beside keys or tokens, oauth needs a path of its own: several clients drop a key where they find OAuth | add path: /mcp/oauth",
  ]);
});

test("refuses the path of the keys, default or not", async () => {
  const message = (path: string) =>
    `oauth-path: keys or tokens are served at ${path}, and several clients drop a key where they find OAuth | write another path, e.g. ${path}/oauth`;
  expect(await authProblems([oauth("path: /mcp"), key], url)).toEqual([expect.stringContaining(message("/mcp"))]);
  const elsewhere = "mcp: { path: /v1, url: https://api.shop.example/v1 }\n";
  expect(await authProblems([oauth("path: /v1"), key], elsewhere)).toEqual([expect.stringContaining(message("/v1"))]);
});

test("refuses a path of its own where OAuth is alone, but not mcp.path said twice", async () => {
  expect(await authProblems([oauth("path: /login")], url)).toEqual([
    "server.yaml:8:83 oauth-path: nobody would be served at /mcp, because there are neither keys nor tokens | remove it, or write mcp: { path: /login } instead",
  ]);
  expect(await authProblems([oauth("path: /mcp")], url)).toEqual([]);
});

test("takes two paths", async () => {
  expect(await authProblems([key, oauth("path: /people")], url)).toEqual([]);
});
