import { expect, test } from "vitest";
import { problemsOf } from "../../../test/golden/folder.ts";

const get = "description: Read one.\nscope: READ\nrequest: GET /v/{code}\ninputs: { code: string }\n";

test("refuses an optional path parameter, and one with a default", async () => {
  const tools = {
    a: get.replace("code: string", "code?: string"),
    b: get.replace("code: string", "code: { type: string, default: X }"),
  };
  expect(await problemsOf({ tools })).toEqual([
    "tools/a.yaml:4:11 path-parameter-optional: code is part of the path and cannot be optional | write code:",
    "tools/b.yaml:4:33 path-parameter-optional: code is part of the path and cannot be optional | remove the default",
  ]);
});
