import { expect, test } from "vitest";
import { problemsOf } from "../../../test/golden/folder.ts";

const get = "description: Read one.\nscope: READ\nrequest: GET /v/{code}\ninputs: { code: string }\n";

test("refuses to point from a deprecated tool to itself or to none", async () => {
  const tools = {
    get_it: get,
    old: `${get}deprecated: { since: 1.0.0, use: get_ti }\n`,
    self: `${get}deprecated: { since: 1.0.0, use: self }\n`,
    fine: `${get}deprecated: { since: 1.0.0, use: get_it }\n`,
  };
  expect(await problemsOf({ tools })).toEqual([
    'tools/old.yaml:5:34 deprecated-use: there is no other tool "get_ti" | did you mean "get_it"?',
    'tools/self.yaml:5:34 deprecated-use: there is no other tool "self" | known: fine, get_it, old',
  ]);
});
