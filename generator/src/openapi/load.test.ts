import { expect, test } from "vitest";
import { memoryHost } from "../../../test/golden/folder.ts";
import { listOperations } from "./list.ts";
import { loadContract } from "./load.ts";
import { prune } from "./prune.ts";
import { readDocument } from "./read-document.ts";
import { partAt } from "./resolve.ts";

const load = async (text: string) => {
  const { contract, diagnostics } = await loadContract("c", memoryHost({ c: text }));
  return {
    contract,
    lines: diagnostics.map(({ span, rule, message }) => `${span.start.line}:${span.start.column} ${rule}: ${message}`),
  };
};
const head = "openapi: 3.1.0\ninfo: { title: T, version: 1.0.0 }\n";

test.for([
  [
    "swaggerVersion: '1.2'\npaths: {}\n",
    "invalid-contract: expected Swagger 2.0 or OpenAPI 3.0 or 3.1, got no version",
  ],
  ["openapi: 4.0.0\npaths: {}\n", 'invalid-contract: expected Swagger 2.0 or OpenAPI 3.0 or 3.1, got "4.0.0"'],
  ["[1]", "invalid-contract: expected an OpenAPI document, got a list"],
  [head, "invalid-contract: paths: expected a map, got nothing"],
])("refuses %j", async ([text = "", line]) => {
  const { contract, lines } = await load(text);
  expect(contract).toBeUndefined();
  expect(lines).toEqual([expect.stringContaining(line as string)]);
});

test.for([
  ["https://evil.example/x.json", "remote-ref", "is outside this document"],
  ["other.yaml#/x", "remote-ref", "is outside this document"],
  ["file:///etc/passwd", "remote-ref", "is outside this document"],
  ["#/components/schemas/Gone", "unknown-ref", "leads nowhere"],
  ["#/constructor", "unknown-ref", "leads nowhere"],
  ["#node", "unknown-ref", "leads nowhere"],
])("makes what needs the reference %s unusable, and nothing else", async ([ref = "", rule, why]) => {
  const text = `${head}paths:
  /a: { get: { responses: {} }, post: { requestBody: { $ref: '#/components/requestBodies/B' }, responses: {} } }
components: { requestBodies: { B: { content: { application/json: { schema: { $ref: '${ref}' } } } } } }
`;
  const { contract, lines } = await load(text);
  expect(lines).toEqual([expect.stringContaining(`5:84 ${rule}: "${ref}" ${why}: left out`)]);
  const listed = contract === undefined ? [] : listOperations(contract);
  expect(listed.map(({ method, reason }) => [method, reason])).toEqual([
    ["get", undefined],
    ["post", `POST /a needs "${ref}", which ${why}`],
  ]);
});

test("finds positions in JSON too", async () => {
  const text =
    '{\n  "openapi": "3.0.3", "info": { "title": "T", "version": "1" },\n  "paths": { "/a": { "$ref": "#/nowhere" } }\n}\n';
  expect((await load(text)).lines).toEqual(['3:30 unknown-ref: "#/nowhere" leads nowhere: left out']);
});

test("refuses deep and broken JSON by name", async () => {
  expect((await load(`{"a":${"[".repeat(100_000)}`)).lines).toEqual([
    "1:255 yaml-depth: maps and lists nest deeper than 200",
  ]);
  expect((await load('{ "openapi": }x')).lines[0]).toContain("yaml-syntax");
});

test("refuses a file above the limit without parsing it", async () => {
  const { diagnostics } = await loadContract("c", memoryHost({ c: `${head}${" ".repeat(9 * 1024 * 1024)}` }));
  expect(diagnostics[0]).toMatchObject({ rule: "file-size", mend: "convert it to JSON" });
});

test("follows aliases and merges, and refuses a bomb of them", async () => {
  const merged = await load(`${head}paths: {}\nx-a: &a { b: 1, c: 2 }\nx-b: { <<: *a, b: 3 }\n`);
  expect(merged.lines).toEqual([]);
  expect(merged.contract?.document["x-b"]).toEqual({ b: 3, c: 2 });
  expect((await load(`${head}paths: {}\nx-a: &a [1]\nx-b: [${"*a, ".repeat(1_001)}]\n`)).lines).toEqual([
    expect.stringContaining("yaml-alias: alias *a is not followed"),
  ]);
});

test("says each kind of repair once for a contract that lies among specs, and every one to import", async () => {
  const text = `${head}paths: { '/a/{b}/{c}': { get: { requestBody: {}, responses: {} }, trace: {} } }\n`;
  expect((await load(text)).lines.map((line) => line.replace(/^\S+ /, ""))).toEqual([
    "unsupported-method: no tool can call TRACE /a/{b}/{c}: left out",
    "body-of-get: GET /a/{b}/{c} has a body, which HTTP gives no meaning: left out",
    "undeclared-path-parameter: {b} of the path is not declared: taken for a text (and 1 more like it)",
  ]);
  const { diagnostics } = await readDocument("c", memoryHost({ c: text }));
  expect(diagnostics).toHaveLength(4);
});

const swagger = `swagger: 2.0
info: { title: T, version: 1 }
host: api.example
securityDefinitions: { k: { type: apiKey, name: X, in: header }, other: { type: basic } }
parameters: { B: { name: b, in: body, required: true, schema: { $ref: '#/definitions/A' } } }
definitions: { A: { type: object, properties: { self: { $ref: '#/definitions/A' } } }, Z: { type: string } }
paths:
  /a: { post: { tags: [t], security: [{ k: [] }], parameters: [{ $ref: '#/parameters/B' }], responses: { 200: { description: D } } } }
  /z: { get: { responses: { default: { description: D, schema: { $ref: '#/definitions/Z' } } } } }
tags: [{ name: t }, { name: u }]
x-long: ${"x".repeat(300)}
`;

test("upgrades Swagger 2.0, keeps what the chosen operations need, and finds nothing to mend in that", async () => {
  const { contract, version, diagnostics } = await readDocument("c", memoryHost({ c: swagger }));
  expect([version, diagnostics]).toEqual(["2.0", []]);
  if (contract === undefined) throw new Error("it has been read");
  const pruned = prune(contract.document, [{ method: "post", path: "/a" }]) as Record<string, Record<string, object>>;
  expect(Object.keys(pruned).sort()).toEqual(["components", "info", "openapi", "paths", "servers", "tags"]);
  expect(Object.keys(pruned.paths as object)).toEqual(["/a"]);
  expect(pruned.tags).toEqual([{ name: "t" }]);
  expect(Object.keys(pruned.components?.schemas as object)).toEqual(["A"]);
  expect(Object.keys(pruned.components?.securitySchemes as object)).toEqual(["k"]);
  const again = await readDocument("c", memoryHost({ c: JSON.stringify(pruned) }));
  expect(again.diagnostics).toEqual([]);
  expect(again.contract?.document).toEqual(pruned);
});

test("moves parts of other operations that a chosen one refers to", async () => {
  const text = `${head}paths:
  /a: { get: { responses: { default: { description: D, content: { application/json: { schema: { type: string } } } } } } }
  /b: { get: { responses: { default: { $ref: '#/paths/~1a/get/responses/default' } } } }
`;
  const { contract } = await load(text);
  if (contract === undefined) throw new Error("it has been read");
  const pruned = prune(contract.document, [{ method: "get", path: "/b" }]) as Record<string, unknown>;
  expect(pruned.paths).toEqual({
    "/b": { get: { responses: { default: { $ref: "#/components/responses/a_get_responses_default" } } } },
  });
  expect(pruned.components).toMatchObject({ responses: { a_get_responses_default: { description: "D" } } });
});

test("writes references by address and by anchor as paths, so that nothing behind needs to know names", async () => {
  const text = `${head}paths: { /a: { get: { responses: { default: { description: D, content: { application/json: {
  schema: { $id: 'https://x.example/s', $ref: 'pet#/$defs/legs', $defs: { o: { $anchor: o }, p: { $ref: '#o' } } } } } } } } } }
components: { schemas: {
  Pet: { $id: 'https://x.example/pet', $defs: { legs: { $anchor: legs } }, items: { $ref: '#legs' }, examples: [{ $id: x }] },
  Meta: { $ref: 'https://json-schema.org/draft/2020-12/schema' }, Node: { $anchor: node, items: { $ref: '#node' } } } }
`;
  const { contract, lines } = await load(text);
  expect(lines).toEqual([]);
  const { components, paths } = (contract?.document ?? {}) as Record<string, Record<string, object>>;
  expect(components?.schemas).toEqual({
    Pet: {
      $defs: { legs: {} },
      items: { $ref: "#/components/schemas/Pet/$defs/legs" },
      examples: [{ $id: "x" }],
    },
    Meta: { $ref: "https://json-schema.org/draft/2020-12/schema" },
    Node: { items: { $ref: "#/components/schemas/Node" } },
  });
  const inline = "/paths/~1a/get/responses/default/content/application~1json/schema";
  expect(JSON.stringify(paths)).toContain(`"p":{"$ref":"#${inline}/$defs/o"}`);
  expect(JSON.stringify(paths)).toContain('"$ref":"#/components/schemas/Pet/$defs/legs"');
});

test("mends patterns and defaults of a raw contract, tells each kind once, and leaves import's alone", async () => {
  const parameters = `[
    { name: a, in: query, schema: { type: string, pattern: '^\\d\\:$', default: 5 } },
    { name: b, in: query, schema: { type: integer, default: '5' } }, { name: c, in: query, schema: { type: integer, default: 5 } } ]`;
  const text = `${head}paths: { /a: { get: { parameters: ${parameters}, responses: {} } } }\n`;
  const { contract, lines } = await load(text);
  expect(lines).toEqual([
    '4:60 invalid-pattern: "^\\\\d\\\\:$" is no Unicode regular expression: read as "^\\\\d:$"',
    "4:79 invalid-default: the default 5 does not fit its own schema: left out (and 1 more like it)",
  ]);
  expect(partAt(contract?.document, ["paths", "/a", "get", "parameters"])?.value).toMatchObject([
    { schema: { type: "string", pattern: "^\\d:$" } },
    { schema: { type: "integer" } },
    { schema: { type: "integer", default: 5 } },
  ]);
  expect((await load(`${text}x-toolspec-import: {}\n`)).lines).toEqual([]);
});
