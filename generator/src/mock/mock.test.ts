import { expect, it, onTestFinished } from "vitest";
import type { OpenApiDocument } from "../ir/tool.ts";
import { holds } from "../schema/holds.ts";
import { type Mock, type MockOptions, startMock } from "./mock.ts";
import { contractRoutes, routesOf } from "./routes.ts";
import { sample } from "./sample.ts";

const thing = {
  type: "object",
  required: ["id", "size"],
  properties: {
    id: { type: "string", format: "uuid" },
    size: { type: "integer", minimum: 3, exclusiveMaximum: true, maximum: 5 },
    parent: { $ref: "#/components/schemas/Thing" },
    note: { type: "string", nullable: true },
  },
};

const contract: OpenApiDocument = {
  openapi: "3.0.3",
  components: {
    schemas: { Thing: thing },
    securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Key" } },
  },
  security: [{ key: [] }],
  paths: {
    "/things": {
      post: {
        requestBody: {
          required: true,
          content: { "application/json": { schema: { $ref: "#/components/schemas/Thing" } } },
        },
        responses: { 201: { content: { "application/json": { schema: { $ref: "#/components/schemas/Thing" } } } } },
      },
      get: {
        security: [],
        parameters: [{ name: "limit", in: "query", required: true, schema: { type: "integer", maximum: 10 } }],
        responses: { 200: { content: { "application/json": { example: [{ id: "as the example has it" }] } } } },
      },
    },
    "/things/{id}": { delete: { responses: { 204: {} } } },
    "/things/mine": { get: { security: [{}], responses: { 200: { content: { "text/plain": { example: "mine" } } } } } },
  },
};

async function start(options: Partial<MockOptions> = {}): Promise<Mock> {
  const mock = await startMock(contractRoutes(contract), { port: 0, ...options });
  onTestFinished(() => mock.close());
  return mock;
}

const withKey = { "x-key": "any" };
const json = { ...withKey, "content-type": "application/json" };
const send = async ({ url }: Mock, method: string, path: string, headers = {}, body?: string) => {
  const response = await fetch(url + path, { method, headers, ...(body !== undefined && { body }) });
  const text = await response.text();
  return [response.status, text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : text];
};
const refused = (code: string, message: string) => ({ error: { code, message: expect.stringContaining(message) } });
const id = "00000000-0000-4000-8000-000000000009";

it.each([
  ["its example", "GET", "/things?limit=5", {}, undefined, 200, [{ id: "as the example has it" }]],
  ["a sample", "POST", "/things", json, JSON.stringify({ id, size: 4 }), 201, expect.objectContaining({ size: 3 })],
  ["nothing where nothing is declared", "DELETE", "/things/1", withKey, undefined, 204, ""],
  ["text, from the path that is no template", "GET", "/things/mine", {}, undefined, 200, "mine"],
  ["401 without a credential", "DELETE", "/things/1", {}, undefined, 401, refused("unauthenticated", "X-Key (header)")],
  [
    "400 without a required parameter",
    "GET",
    "/things",
    {},
    undefined,
    400,
    refused("invalid_parameter", "limit (query) is required"),
  ],
  [
    "400 to a parameter that does not fit",
    "GET",
    "/things?limit=11",
    {},
    undefined,
    400,
    refused("invalid_parameter", '"11"'),
  ],
  [
    "400 to a body that does not fit",
    "POST",
    "/things",
    json,
    '{"id":7,"size":4}',
    400,
    refused("invalid_body", "body.id"),
  ],
  ["400 without a body", "POST", "/things", withKey, undefined, 400, refused("missing_body", "required")],
  [
    "415 to another type",
    "POST",
    "/things",
    { ...withKey, "content-type": "text/plain" },
    "x",
    415,
    refused("unsupported_media_type", "application/json"),
  ],
  ["404 with the nearest", "GET", "/thing", {}, undefined, 404, refused("not_found", "/things")],
  ["405 with what there is", "PUT", "/things", {}, undefined, 405, refused("method_not_allowed", "GET, POST")],
])("answers %s", async (_what, method, path, headers, body, status, answer) => {
  const [got, text] = await send(await start(), method, path, headers, body);
  expect(got).toBe(status);
  expect(text).toEqual(answer);
});

it("fails as often as it is told, and alike with the same seed", async () => {
  const statuses = async () => {
    const mock = await start({ failPercent: 50, seed: 3 });
    const all = [];
    for (let turn = 0; turn < 12; turn++) all.push((await send(mock, "GET", "/things/mine"))[0]);
    return all;
  };
  const once = await statuses();
  expect(new Set(once)).toEqual(new Set([200, 503]));
  expect(await statuses()).toEqual(once);
});

it("answers tools that no contract speaks of from their output", () => {
  const tool = {
    name: "t",
    request: { method: "get", path: "/t" },
    output: { type: "object", properties: { n: { const: 7 } } },
  };
  const [route] = routesOf({ contract: undefined, tools: [tool] as never, schemas: {} });
  expect(route?.reply(0).json?.value).toEqual({ n: 7 });
});

it.each([
  [{ type: "string", pattern: "^[A-Z]{3}-\\d{4}$" }],
  [{ type: "string", minLength: 20, maxLength: 22 }],
  [{ type: "array", items: { type: "string", format: "email" }, minItems: 3, uniqueItems: true }],
  [{ type: "number", exclusiveMinimum: 0, maximum: 0.5 }],
  [{ type: "integer", minimum: 7, multipleOf: 5 }],
  [{ oneOf: [{ type: "null" }, { type: "object", required: ["kind"], properties: { kind: { const: "b" } } }] }],
  [{ allOf: [{ required: ["a"] }, { properties: { a: { type: "integer", minimum: 2 } } }], type: "object" }],
  [{ type: "object", additionalProperties: { type: "boolean" }, minProperties: 2 }],
  [{ type: ["null", "string"], enum: ["x", null] }],
])("makes a value that fits %j", (schema) => {
  expect(holds(schema, sample(schema, { definitions: {}, seed: 0 }), { definitions: {}, side: "output" })).toBe(true);
});
