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

test("refuses to forward a flag when server.yaml does not say where it goes", async () => {
  expect(await problemsOf({ tools: { a: write("POST", "dryRun: forward\n") } })).toEqual([
    "tools/a.yaml:4:9 dry-run-parameter: the upstream's dry-run flag is unknown: s/server.yaml has no dryRunParameter | add dryRunParameter: { query: dry_run } there, or write dryRun: plan",
  ]);
});

test("refuses to forward a flag that the operation does not have", async () => {
  const tools = { a: write("DELETE", "dryRun: forward\n"), b: write("POST", "dryRun: forward\ninputs: [name]\n") };
  expect(await problemsOf({ server: "dryRunParameter: { query: dry_run }\n", openapi, tools })).toEqual([
    "tools/a.yaml:4:9 dry-run-parameter: DELETE /v has no query parameter dry_run, which would make it run dry | write dryRun: plan or none",
  ]);
});
