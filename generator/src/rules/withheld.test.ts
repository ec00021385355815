import { expect, test } from "vitest";
import { problemsOf } from "../../../test/golden/folder.ts";

const get = "description: Read one.\nscope: READ\nrequest: GET /v/{code}\ninputs: { code: string }\n";

test("refuses to withhold what a tool offers", async () => {
  const server =
    "withheld:\n  - { capability: Get it, reason: None. }\n  - { capability: Mint keys, reason: They last. }\n";
  expect(await problemsOf({ server, tools: { get_it: get } })).toEqual([
    'server.yaml:11:19 withheld: "Get it" is withheld, and s/tools/get_it.yaml offers it | remove one of the two',
  ]);
});
