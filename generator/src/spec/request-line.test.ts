import { expect, test } from "vitest";
import { parseRequestLine, placeholders } from "./request-line.ts";

test.for([
  "GET",
  "/v1/x",
  "get /v1/x",
  "OPTIONS /v1/x",
  "GET v1/x",
  "GET https://evil.example/x",
  "GET //evil.example/x",
  "GET /a//b",
  "GET /a/../b",
  "GET /a/%2e%2E/b",
  "GET /a?b=c",
  "GET /a#b",
  "GET /a/{b",
  "GET /a/{}",
  "GET /a/{b c}",
  "GET /a b",
  "GET /a\\b",
  `GET /${"a".repeat(600)}`,
])("refuses %s", (text) => {
  expect(parseRequestLine(text)).toMatchObject({ message: expect.any(String), mend: expect.any(String) });
});

test("reads method and path, and the names of placeholders once each", () => {
  expect(parseRequestLine("POST /v1/a/{b}/c:d/{e}.json")).toEqual({ method: "post", path: "/v1/a/{b}/c:d/{e}.json" });
  expect(placeholders("/{b}/{e}.{b}")).toEqual(["b", "e"]);
});
