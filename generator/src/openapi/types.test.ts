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

test("says which path it stumbles over", async () => {
  const broken = {
    ...document,
    paths: { ...document.paths, "/broken": { get: { parameters: [null], responses: {} } } },
  };
  const error = await upstreamTypes(broken).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(UnreadableContract);
  expect((error as UnreadableContract).at).toEqual(["paths", "/broken"]);
});
