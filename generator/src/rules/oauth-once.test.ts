import { expect, test } from "vitest";
import { authProblems, oauth } from "../../../test/golden/folder.ts";

test("refuses a second authorization server", async () => {
  expect(await authProblems([oauth(), oauth("algorithms: [ES256]")])).toEqual([
    "server.yaml:8:5 oauth-once: there is an oauth scheme already, and a server trusts one authorization server | keep one of them",
  ]);
});
