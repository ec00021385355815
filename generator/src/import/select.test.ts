import { expect, test } from "vitest";
import type { ListedOperation } from "../openapi/listed.ts";
import { choosesAll, everything, readRecord, recorded, recordKey, selects, unmatched } from "./select.ts";

const operation: ListedOperation = {
  method: "get",
  path: "/v1/orders/{id}",
  operationId: "getOrder",
  tags: ["Orders"],
  summary: undefined,
  description: undefined,
  deprecated: false,
  security: [],
  operation: undefined,
  reason: undefined,
};

test("chooses by tag, path, method, id and reads; every kind must fit", () => {
  expect(choosesAll(everything)).toBe(true);
  expect(selects(everything, operation)).toBe(true);
  expect(selects({ ...everything, tags: ["orders", "other"] }, operation)).toBe(true);
  expect(selects({ ...everything, tags: ["orders"], methods: ["post"] }, operation)).toBe(false);
  for (const [pattern, fits] of [
    ["/v1/**", true],
    ["/v1/orders/**", true],
    ["/v1/*", false],
    ["/v1/orders/*", true],
    ["/v1/orders", false],
    ["/v1/orders/{id}", true],
  ] as const)
    expect([pattern, selects({ ...everything, paths: [pattern] }, operation)]).toEqual([pattern, fits]);
  expect(selects({ ...everything, reads: true }, { ...operation, method: "post" })).toBe(false);
  for (const excluded of ["getOrder", "Orders", "/v1/**"])
    expect(selects({ ...everything, excluded: [excluded] }, operation)).toBe(false);
});

test("names the words that nothing fits", () => {
  expect(unmatched({ ...everything, tags: ["Ordrs"], ids: ["getOrder"], paths: ["/v2/**"] }, [operation])).toEqual([
    "--tag Ordrs",
    "--path /v2/**",
  ]);
});

test("records a selection so that it can be read again", () => {
  const selection = { ...everything, tags: ["Orders"], reads: true, excluded: ["getOrder"] };
  const record = { source: "api.yaml", ...recorded(selection), tools: { "get /a": "get_a" } };
  const read = readRecord(JSON.parse(JSON.stringify({ [recordKey]: record })));
  expect(read).toEqual({ record, selection });
  expect(readRecord({})).toBeUndefined();
});
