import { expect, test } from "vitest";
import { problemsOf } from "../../../test/golden/folder.ts";

test("refuses headers that frame the message or carry credentials", async () => {
  const server = "";
  const long =
    "description: R.\nrequest: { method: GET, path: /v, headers: { Host: x, X-Fine: y } }\ninputs: { a: { type: string, in: header, as: authorization } }\n";
  expect(await problemsOf({ server, tools: { a: long } })).toEqual([
    "tools/a.yaml:2:46 reserved-header: the header Host is set by the server itself | remove it",
    "tools/a.yaml:3:11 reserved-header: the header authorization is set by the server itself | remove it",
  ]);
});
