import { expect, test } from "vitest";
import { writeContract as openapi, problemsOf, writeTool as write } from "../../../test/golden/folder.ts";

test("refuses fields that the operation does not have, in every place", async () => {
  const inputs =
    "inputs:\n  name:\n  nmae?: string\n  q?: { type: string, in: query }\n  h?: { type: string, in: header, as: X-Trac }\n  f?: { as: fee.valeu }\n";
  expect(await problemsOf({ openapi, tools: { a: write("POST", inputs) } })).toEqual([
    'tools/a.yaml:6:3 unknown-upstream-field: POST /v has no body field "nmae" | did you mean "name"?',
    'tools/a.yaml:7:3 unknown-upstream-field: POST /v has no query parameter "q" | known: dry_run',
    'tools/a.yaml:8:3 unknown-upstream-field: POST /v has no header "X-Trac" | did you mean "X-Trace"?',
    'tools/a.yaml:9:3 unknown-upstream-field: POST /v has no body field "fee.valeu" | did you mean "fee.value"?',
  ]);
});

test("refuses constants that the operation does not have", async () => {
  const text =
    "description: W.\ndisposition: auto\nrequest: { method: POST, path: /v, query: { dryrun: true }, body: { name: x, sise: 2 } }\n";
  expect(await problemsOf({ openapi, tools: { a: text } })).toEqual([
    'tools/a.yaml:3:45 unknown-upstream-field: POST /v has no query parameter "dryrun" | did you mean "dry_run"?',
    'tools/a.yaml:3:78 unknown-upstream-field: POST /v has no body field "sise" | did you mean "size"?',
  ]);
});
