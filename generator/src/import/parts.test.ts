import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { listOperations } from "../openapi/list.ts";
import { readSource } from "./source.ts";

const cwd = mkdtempSync(join(tmpdir(), "toolspec-parts-"));
afterAll(() => rmSync(cwd, { recursive: true }));

/** Write these files, and read the document that is one of them. */
async function readFiles(files: Readonly<Record<string, string>>, from = "api.yaml") {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  const { contract, diagnostics } = await readSource({ from, cwd, allowRemote: false });
  return { operations: contract === undefined ? [] : listOperations(contract), contract, diagnostics };
}

const head = "openapi: 3.0.3\ninfo: { title: Parts, version: 1.0.0 }\n";

test("operations, maps and texts may be references into other files", async () => {
  const { operations, diagnostics } = await readFiles({
    "api.yaml": `${head}paths:\n  /a: { $ref: a.yaml }\n  /b: { post: { $ref: 'b.yaml#/make' } }\n`,
    "a.yaml": "get: { operationId: getA, description: { $ref: about.md }, responses: {} }\n",
    "about.md": "# What it is\n",
    "b.yaml": `make:
  requestBody: { content: { application/json: { schema: { type: object, properties: { $ref: 'fields.yaml' } } } } }
  responses: {}
`,
    "fields.yaml": "name: { type: string }\n",
  });
  expect(operations.map(({ method, path, description }) => [method, path, description])).toEqual([
    ["get", "/a", "# What it is\n"],
    ["post", "/b", undefined],
  ]);
  expect(operations[1]?.operation?.bodies.get("application/json")?.value).toEqual({
    type: "object",
    properties: { name: { type: "string" } },
  });
  expect(diagnostics).toEqual([]);
});

test("parts of Swagger 2.0 are upgraded where they are used", async () => {
  const { operations, diagnostics } = await readFiles({
    "api.yaml": "swagger: '2.0'\ninfo: { title: Parts, version: 1.0.0 }\npaths: { /a: { $ref: two.yaml } }\n",
    "two.yaml": `post:
  parameters: [{ name: thing, in: body, required: true, schema: { type: object, properties: { size: { type: integer } } } }]
  responses: { 200: { description: made } }
`,
  });
  expect(operations[0]?.operation?.bodyRequired).toBe(true);
  expect(diagnostics).toEqual([]);
});

test("a file beside the document that cannot be read is named, and what needs it is no tool", async () => {
  const { operations, diagnostics } = await readFiles({
    "api.yaml": `${head}paths:\n  /a: { get: { $ref: 'broken.yaml#/a' } }\n  /b: { get: { responses: {} } }\n`,
    "broken.yaml": "a:\n  b: 'never closed\n",
  });
  expect(operations.map(({ path, reason }) => [path, reason])).toEqual([
    ["/a", 'GET /a needs "broken.yaml#/a", which is outside this document'],
    ["/b", undefined],
  ]);
  expect(diagnostics[0]).toMatchObject({ rule: "unreadable-file", span: { file: "broken.yaml", start: { line: 3 } } });
});
