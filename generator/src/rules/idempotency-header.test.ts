import { expect, test } from "vitest";
import { problemsOf } from "../../../test/golden/folder.ts";

const write = (header: string, more = "") =>
  `description: W.\nrequest: POST /v\ndisposition: auto\nidempotency: { header: ${header} }\n${more}`;

test("takes a header of the upstream's own", async () => {
  expect(await problemsOf({ server: "", tools: { a: write("Idempotency-Key") } })).toEqual([]);
});

test.each([
  ["authorization", "the header authorization is set by the server itself"],
  ["X-Request-Id", "the header X-Request-Id is set by the server itself"],
  ["Content-Digest", "the header Content-Digest is set by the server itself"],
  ["a b", '"a b" is no header name'],
])("refuses %s", async (header, message) => {
  expect(await problemsOf({ server: "", tools: { a: write(header) } })).toEqual([
    `tools/a.yaml:4:24 idempotency-header: ${message} | name the header that the upstream's documentation names, such as Idempotency-Key`,
  ]);
});

test("refuses one that something else sets, and one of a read", async () => {
  const twice = write("Once", "inputs: { key: { type: string, in: header, as: once } }\n");
  const read = "description: R.\nrequest: GET /v\nidempotency: { header: Once }\n";
  expect(await problemsOf({ server: "", tools: { a: twice, b: read } })).toEqual([
    "tools/a.yaml:4:24 idempotency-header: the header Once is also set by an input or a constant | keep one of them",
    "tools/b.yaml:3:24 idempotency-header: a read needs no idempotency header, because it changes nothing | remove idempotency",
  ]);
});
