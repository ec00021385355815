import { expect, test } from "vitest";
import { authProblems, oauth } from "../../../test/golden/folder.ts";

test("refuses to let a role use a scope that is not declared", async () => {
  const role =
    "audience: https://x.example/mcp, role: { claim: role, scopes: { viewer: [READ], owner: [READ, WRIET] } }";
  const problems = await authProblems([oauth(role)]);
  expect(problems).toEqual([
    expect.stringMatching(/^server.yaml:8:\d+ oauth-scopes: scope "WRIET" is not declared \| did you mean "WRITE"\?$/),
  ]);
});
