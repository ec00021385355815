import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { UnreadableContract, upstreamTypes } from "./types.ts";

const document = Object.freeze({
  openapi: "3.1.0",
  info: { title: "T", version: "1.0.0" },
  paths: {
    "/v": {
      get: {
        parameters: [{ name: "limit", in: "query", schema: { type: "integer", default: 20 } }],
        responses: { 200: { description: "OK", content: { "application/json": { schema: { type: "string" } } } } },
      },
    },
  },
});

test("writes the same types for the same document, and leaves the document alone", async () => {
  const before = JSON.stringify(document);
  const text = await upstreamTypes(document);
  expect(text).toContain("export interface paths");
  // A parameter with a default may be left out of a request.
  expect(text).toContain("limit?: number");
  expect(await upstreamTypes(document)).toBe(text);
  expect(JSON.stringify(document)).toBe(before);
});

test("takes nothing along from one document to the next", async () => {
  const components = { schemas: { Named: { type: "object", properties: { name: { type: "string" } } } } };
  const schema = { allOf: [{ $ref: "#/components/schemas/Named" }], required: ["name"] };
  const post = { requestBody: { content: { "application/json": { schema } } }, responses: {} };
  expect(await upstreamTypes({ ...document, components, paths: { "/v": { post } } })).toContain("WithRequired<");
  expect(await upstreamTypes(document)).not.toContain("WithRequired");
});

test("says which path it stumbles over", async () => {
  const broken = {
    ...document,
    paths: { ...document.paths, "/broken": { get: { parameters: [null], responses: {} } } },
  };
  const error = await upstreamTypes(broken).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(UnreadableContract);
  expect((error as UnreadableContract).at).toEqual(["paths", "/broken"]);
});

test("leaves replies out, and what only they lead to", async () => {
  const schemas = {
    Asked: { type: "object", properties: { name: { type: "string" }, responses: { type: "string" } } },
    Told: { type: "string" },
  };
  const content = (name: string) => ({ "application/json": { schema: { $ref: `#/components/schemas/${name}` } } });
  const post = {
    requestBody: { required: true, content: content("Asked") },
    responses: { 200: { description: "OK", content: content("Told") } },
  };
  const text = await upstreamTypes({ ...document, paths: { "/v": { post } }, components: { schemas } });
  expect(text).toContain("Asked: {");
  // A property may have the name of a member.
  expect(text).toContain("responses?: string");
  expect(text).not.toContain("Told");
});

test("fetches nothing, whatever the document names", async () => {
  let asked = 0;
  const server = createServer((_, response) => {
    asked++;
    response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`;
  const outside = { outside: { externalValue: url } };
  const schema = {
    type: "object",
    default: { $ref: url },
    enum: [{ externalValue: url }],
    discriminator: { propertyName: "kind", mapping: { a: url } },
    "x-data": { $ref: url },
    unknown: { $ref: url },
  };
  const get = {
    parameters: [{ name: "limit", in: "query", examples: outside, schema }],
    requestBody: { content: { "application/json": { schema, examples: outside } } },
    responses: { 200: { description: "OK", content: { "application/json": { schema, examples: outside } } } },
  };
  try {
    await upstreamTypes({ ...document, paths: { "/v": { get } }, components: { examples: outside } });
  } finally {
    server.close();
  }
  expect(asked).toBe(0);
});
