import { expect, test } from "vitest";
import { problemsOf } from "../../../test/golden/folder.ts";

const openapi = `openapi: 3.1.0
info: { title: T, version: 1.0.0 }
paths:
  /v:
    post:
      parameters: [{ name: dry_run, in: query, schema: { type: boolean } }, { name: X-Trace, in: header, schema: { type: string } }]
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [name]
              properties:
                name: { type: string }
                size: { type: integer, default: 1 }
                fee: { type: object, required: [value], properties: { value: { type: number }, currency: { type: string } } }
    delete: {}
`;
const write = (method: string, rest: string) =>
  `description: Write.\nrequest: ${method} /v\ndisposition: auto\n${rest}`;

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
