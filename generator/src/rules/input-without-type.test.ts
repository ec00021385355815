import { expect, test } from "vitest";
import { problemsOf } from "../../../test/golden/folder.ts";

test("refuses an empty input where there is no contract to inherit from", async () => {
  const text = (inputs: string) => `description: Read.\nrequest: GET /v\ninputs: ${inputs}\n`;
  expect(await problemsOf({ tools: { a: text("{ q: }"), b: text("[q]"), c: text("{ q: string }") } })).toEqual([
    "tools/a.yaml:3:11 input-without-type: q has no type, and the server has no contract to take it from | write q: string, or a schema",
    "tools/b.yaml:3:10 input-without-type: q has no type, and the server has no contract to take it from | write inputs: as a map, q: string",
  ]);
});
