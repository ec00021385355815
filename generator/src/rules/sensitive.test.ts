import { expect, test } from "vitest";
import { problemsOf } from "../../../test/golden/folder.ts";

test("refuses a sensitive input whose schema tells a value", async () => {
  const inputs =
    "inputs: { a?: { type: string, default: x, sensitive: true }, b: { type: string, examples: [y], sensitive: true }, c: { type: string, sensitive: true } }\n";
  expect(await problemsOf({ tools: { a: `description: R.\nrequest: GET /v\n${inputs}` } })).toEqual([
    "tools/a.yaml:3:31 sensitive: a is sensitive, and its default would be shown to every caller | remove default, or sensitive",
    "tools/a.yaml:3:81 sensitive: b is sensitive, and its examples would be shown to every caller | remove examples, or sensitive",
  ]);
});
