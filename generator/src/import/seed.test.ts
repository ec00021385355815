import { expect, test } from "vitest";
import { listOperations } from "../openapi/list.ts";
import { readDocument } from "../openapi/read-document.ts";
import { filesOf, planImport } from "./plan.ts";
import { everything } from "./select.ts";

/** Import a document of these paths; gives the plan, and each file's text by its name. */
async function imported(paths: object, rest: object = {}) {
  const document = { openapi: "3.0.3", info: { title: "Acme Shop API", version: "2.1.0" }, paths, ...rest };
  const text = JSON.stringify(document);
  const { contract } = await readDocument("api.json", {
    list: async () => undefined,
    read: async () => ({ kind: "text", text }),
  });
  if (contract === undefined) throw new Error("the document of this test is not sound");
  const plan = planImport({
    root: "/p",
    folder: "/p/specs/acme",
    name: "acme",
    contract,
    selection: everything,
    source: "api.json",
  });
  const files = new Map(
    [...filesOf(plan)].map(([path, content]) => [
      path.slice(path.lastIndexOf("/") + 1).replace(/\.yaml$/, ""),
      content,
    ]),
  );
  return { plan, files, contract };
}

const ok = { responses: { 200: { description: "OK" } } };
const query = (name: string, more: object = {}) => ({ name, in: "query", schema: { type: "string" }, ...more });
const body = (schema: object, type = "application/json") => ({ required: true, content: { [type]: { schema } } });

test("writes a read that inherits everything in a handful of lines", async () => {
  const { files } = await imported({
    "/orders": {
      get: {
        operationId: "listOrders",
        tags: ["Orders"],
        summary: "List orders",
        description: "Returns the shop's orders, newest first.",
        parameters: [query("status"), query("limit")],
        ...ok,
      },
    },
  });
  expect(files.get("list_orders")).toBe(
    [
      "# yaml-language-server: $schema=../../../node_modules/@toolspec/generator/schema/tool.schema.json",
      "title: List orders",
      "description: Returns the shop's orders, newest first.",
      "scope: ORDER_READ",
      "request: GET /orders",
      "inputs: [status, limit]",
      "",
    ].join("\n"),
  );
});

test("parks what removes something or moves money, and asks before other writes", async () => {
  const { files } = await imported({
    "/orders": { post: { operationId: "createOrder", ...ok } },
    "/orders/{id}": {
      delete: {
        operationId: "deleteOrder",
        parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
        ...ok,
      },
    },
    "/orders/{id}/refund": {
      post: { parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }], ...ok },
    },
  });
  expect(files.get("create_order")).toContain("disposition: confirm\ndryRun: plan\n");
  expect(files.get("delete_order")).toContain("disposition: approval # it removes");
  expect(files.get("refund_order")).toContain("disposition: approval # it may move money");
  expect(files.get("server")).toContain("\napprovals: {}\n");
});

test("tells apart what is called alike, renames what is no identifier, and leaves out what is read only", async () => {
  const { files } = await imported({
    "/orders/{id}": {
      post: {
        operationId: "changeOrder",
        parameters: [
          { name: "id", in: "path", required: true, schema: { type: "string" } },
          query("filter[name]"),
          query("confirm"),
        ],
        requestBody: body({
          type: "object",
          required: ["id"],
          properties: {
            id: { type: "string" },
            made: { type: "string", readOnly: true },
            password: { type: "string" },
          },
        }),
        ...ok,
      },
    },
  });
  expect(files.get("update_order")).toContain(
    [
      "inputs:",
      "  id:",
      "  filter_name?: { as: 'filter[name]' }",
      "  query_confirm?: { as: confirm }",
      "  body_id: { in: body, as: id }",
      "  password?: { sensitive: true }",
      "",
    ].join("\n"),
  );
});

test("sends a body that is no plain object as one input, and names other media types", async () => {
  const { files } = await imported({
    "/a": {
      put: { operationId: "updateTags", requestBody: body({ type: "array", items: { type: "string" } }), ...ok },
    },
    "/b": {
      post: {
        operationId: "uploadPhoto",
        requestBody: body(
          { type: "object", properties: { file: { type: "string", format: "binary" } } },
          "multipart/form-data",
        ),
        ...ok,
      },
    },
    "/c": {
      post: { operationId: "uploadImage", requestBody: body({ type: "string", format: "binary" }, "image/png"), ...ok },
    },
  });
  expect(files.get("update_tags")).toContain("inputs:\n  body: { in: requestBody }\n");
  expect(files.get("upload_photo")).toContain(
    "request: { method: POST, path: /b, contentType: multipart/form-data }\ninputs: [file]\n",
  );
  expect(files.get("upload_image")).toMatch(/# Look: the body is image\/png.*\nrequest: .*contentType: image\/png/);
});

test("sends what never differs as a constant, and repeats writes under the upstream's own key", async () => {
  const { files } = await imported({
    "/a": {
      post: {
        operationId: "createA",
        parameters: [
          { name: "X-Version", in: "header", required: true, schema: { type: "string", enum: ["2025.0"] } },
          { name: "Idempotency-Key", in: "header", schema: { type: "string" } },
        ],
        ...ok,
      },
    },
  });
  expect(files.get("create_a")).toContain(
    "idempotency: { header: Idempotency-Key }\nrequest: { method: POST, path: /a, headers: { X-Version: '2025.0' } }\n",
  );
  expect(files.get("create_a")).not.toContain("inputs");
});

test("asks for the scopes that the contract names, any or all of them, and describes them", async () => {
  const flows = {
    clientCredentials: {
      tokenUrl: "https://x.example/t",
      scopes: { "orders:read": "Read orders.", "orders:all": "All." },
    },
  };
  const { files } = await imported(
    {
      "/a": { get: { operationId: "getA", security: [{ login: ["orders:read"] }, { login: ["orders:all"] }], ...ok } },
      "/b": { get: { operationId: "getB", security: [{ login: ["orders:read", "orders:all"] }], ...ok } },
    },
    { components: { securitySchemes: { login: { type: "oauth2", flows } } } },
  );
  expect(files.get("get_a")).toContain("scope: { anyOf: [orders:read, orders:all] }");
  expect(files.get("get_b")).toContain("scope: { allOf: [orders:read, orders:all] }");
  expect(files.get("server")).toContain("scopes:\n  orders:all: All.\n  orders:read: Read orders.\n");
});

test("signs in as the contract says, and fills in the server's variables", async () => {
  const { files } = await imported(
    {
      "/a": {
        get: {
          operationId: "getA",
          parameters: [{ name: "X-Key", in: "header", required: true, schema: { type: "string" } }],
          ...ok,
        },
      },
    },
    {
      servers: [{ url: "https://{region}.acme.example/v2/", variables: { region: { default: "eu" } } }],
      security: [{ key: [] }],
      components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Key" } } },
    },
  );
  expect(files.get("server")).toContain("url: ${ACME_API_URL:-https://eu.acme.example/v2}");
  expect(files.get("server")).toContain("service: { header: X-Key, secret: '${ACME_API_KEY}' }");
  // What the server sends itself is no input.
  expect(files.get("get_a")).not.toContain("inputs");
});

test("writes the contract without what it does not need, with a record, the same bytes each time", async () => {
  const paths = { "/a": { get: { operationId: "getA", ...ok } }, "/a#c": { get: { operationId: "getB", ...ok } } };
  const { plan, files } = await imported(paths);
  expect(plan.refused.map(({ operation, reason }) => [operation.path, reason])).toEqual([
    ["/a#c", expect.stringMatching(/query or fragment/)],
  ]);
  const document = JSON.parse(files.get("openapi.json") ?? "");
  expect(Object.keys(document.paths)).toEqual(["/a"]);
  expect(document["x-toolspec-import"]).toEqual({
    source: "api.json",
    title: "Acme Shop API",
    version: "2.1.0",
    select: {},
    tools: { "get /a": "get_a" },
  });
  expect((await imported(paths)).files).toEqual(files);
});

test("mends what no tool could inherit: patterns, defaults and hidden letters", async () => {
  const schema = {
    type: "object",
    properties: {
      code: { type: "string", pattern: "(" },
      at: { type: "string", pattern: "^\\d\\:\\d$" },
      count: { type: "integer", default: "many" },
      fine: { type: "integer", default: 3 },
    },
  };
  const { plan, files } = await imported({
    "/a": { post: { operationId: "createA", requestBody: body(schema), ...ok } },
  });
  const { properties } = JSON.parse(files.get("openapi.json") ?? "").paths["/a"].post.requestBody.content[
    "application/json"
  ].schema;
  expect(properties).toEqual({
    code: { type: "string" },
    at: { type: "string", pattern: "^\\d:\\d$" },
    count: { type: "integer" },
    fine: { type: "integer", default: 3 },
  });
  expect(plan.mended.map(({ at }) => at.slice(-2).join("."))).toEqual(["code.pattern", "count.default"]);
});

test("leaves out defaults that cannot be filled in, where a schema is one part of another", async () => {
  const schemas = {
    Base: {
      type: "object",
      additionalProperties: false,
      properties: {
        speed: { type: "integer", default: 1 },
        size: { $ref: "#/components/schemas/Size" },
        default: { type: "string" },
      },
    },
    Size: { type: "string", default: "4x6" },
    Video: {
      allOf: [
        { type: "object", additionalProperties: false, properties: { src: { type: "string" } } },
        { $ref: "#/components/schemas/Base" },
      ],
    },
  };
  const { plan, files } = await imported(
    {
      "/a": {
        post: {
          operationId: "createA",
          requestBody: body({ type: "object", properties: { video: { $ref: "#/components/schemas/Video" } } }),
          ...ok,
        },
      },
    },
    { components: { schemas } },
  );
  const written = JSON.parse(files.get("openapi.json") ?? "").components.schemas;
  expect(written.Base.properties).toEqual({
    speed: { type: "integer" },
    size: { $ref: "#/components/schemas/Size" },
    default: { type: "string" },
  });
  expect(written.Size).toEqual({ type: "string" });
  expect(plan.mended.map(({ at }) => at.join("."))).toEqual(["components.schemas.Base"]);
});

test("writes a contract that readers of types take: no id twice, nothing to fetch, no example that refers", async () => {
  const content = {
    "application/json": {
      schema: { type: "object" },
      examples: {
        far: { externalValue: "https://x.example/e.json" },
        near: { value: { $ref: "#/components/schemas/Gone" } },
      },
    },
  };
  const responses = { 200: { description: "OK", content } };
  const { files } = await imported({
    "/a": { get: { operationId: "same", responses } },
    "/b": { get: { operationId: "same", "x-null": null, responses } },
  });
  const { paths } = JSON.parse(files.get("openapi.json") ?? "");
  expect([paths["/a"].get.operationId, paths["/b"].get.operationId]).toEqual(["same", undefined]);
  expect(paths["/b"].get).not.toHaveProperty("x-null");
  expect(paths["/a"].get.responses[200].content["application/json"].examples).toEqual({ far: {}, near: {} });
});

test("refuses an operation with a reason, and takes the rest", async () => {
  const { plan } = await imported({
    "/${b}": { get: { operationId: "getB", ...ok } },
    "/c": {
      get: {
        operationId: "getC",
        parameters: [{ name: "Cookie", in: "header", required: true, schema: { type: "string" } }],
        ...ok,
      },
    },
    "/d": { get: { operationId: "getD", ...ok } },
  });
  expect(plan.seeds.map(({ name }) => name)).toEqual(["get_d"]);
  expect(plan.refused).toHaveLength(2);
});

test("names stay whatever is chosen", async () => {
  const paths = {
    "/x/list": { get: { operationId: "listPets", ...ok } },
    "/y/z/list": { get: { operationId: "listPets2", tags: ["T"], ...ok } },
  };
  const { contract, plan } = await imported(paths);
  const some = planImport({
    root: "/p",
    folder: "/p/s",
    name: "acme",
    contract,
    selection: { ...everything, tags: ["T"] },
    source: "api.json",
  });
  expect(listOperations(contract)).toHaveLength(2);
  expect(some.seeds.map(({ name }) => name)).toEqual(plan.seeds.slice(1).map(({ name }) => name));
});
