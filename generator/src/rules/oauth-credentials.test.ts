import { expect, test } from "vitest";
import { authProblems, key, oauth } from "../../../test/golden/folder.ts";

const audience = "audience: https://x.example/mcp";
const exchange =
  "{ exchange: { tokenUrl: https://x.example/token, clientId: shop, clientSecret: '${SHOP_SECRET}', audience: api } }";

test("never sends an access token on, whoever else calls", async () => {
  const refused =
    "server.yaml:6:54 oauth-credentials: an access token is for this server alone and is never sent on | write service: { header, secret, identity }, or exchange: { … } for a token that is for the upstream";
  expect(await authProblems([oauth(audience)], "", "forward")).toEqual([refused]);
  expect(await authProblems([key, oauth(`path: /people, ${audience}`)], "", "forward")).toEqual([refused]);
  expect(await authProblems([key], "", "forward")).toEqual([]);
});

test("exchanges access tokens only", async () => {
  expect(await authProblems([key], "", exchange)).toEqual([
    "server.yaml:6:56 oauth-credentials: there are no access tokens to exchange, because nobody logs in with OAuth | add - oauth: { … } under auth, or write service: { header, secret }",
  ]);
  expect(await authProblems([key, oauth(`path: /people, ${audience}`)], "", exchange)).toEqual([
    "server.yaml:6:56 oauth-credentials: keys and tokens of this server cannot be exchanged, only access tokens | write service: { header, secret, identity }, or take OAuth alone",
  ]);
  expect(await authProblems([oauth(audience)], "", exchange)).toEqual([]);
});
