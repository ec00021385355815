import { expect, test } from "vitest";
import { authProblems, oauth } from "../../../test/golden/folder.ts";

const audience = "audience: https://x.example/mcp";

test("refuses a second authorization server", async () => {
  expect(await authProblems([oauth(audience), oauth(`${audience}, algorithms: [ES256]`)])).toEqual([
    "server.yaml:9:5 oauth-once: there is an oauth scheme already, and a server trusts one authorization server | keep one of them",
  ]);
});
