import { expect, test } from "vitest";
import { memoryHost } from "../../../test/golden/folder.ts";
import { loadContract } from "./load.ts";

const load = async (text: string) => {
  const { contract, diagnostics } = await loadContract("c", memoryHost({ c: text }));
  return {
    contract,
    lines: diagnostics.map(({ span, rule, message }) => `${span.start.line}:${span.start.column} ${rule}: ${message}`),
  };
};
const head = "openapi: 3.1.0\ninfo: { title: T, version: 1.0.0 }\n";

test.for([
  ["swagger: '2.0'\npaths: {}\n", '1:10 invalid-contract: expected OpenAPI 3.0 or 3.1, got "2.0"'],
  ["openapi: 4.0.0\npaths: {}\n", '1:10 invalid-contract: expected OpenAPI 3.0 or 3.1, got "4.0.0"'],
  ["[1]", "1:1 invalid-contract: expected an OpenAPI document, got a list"],
  [head, "1:1 invalid-contract: paths: expected a map, got nothing"],
])("refuses %j", async ([text = "", line]) => {
  expect((await load(text)).lines).toEqual([line]);
});

test.for([
  ["https://evil.example/x.json", "remote-ref", "is outside this document"],
  ["other.yaml#/x", "remote-ref", "is outside this document"],
  ["file:///etc/passwd", "remote-ref", "is outside this document"],
  ["#/components/schemas/Gone", "unknown-ref", "leads nowhere"],
  ["#/constructor", "unknown-ref", "leads nowhere"],
])("refuses the reference %s, wherever it stands", async ([ref = "", rule, why]) => {
  const { contract, lines } = await load(`${head}paths: {}\nx-any: [{ deep: { $ref: '${ref}' } }]\n`);
  expect(contract).toBeUndefined();
  expect(lines).toEqual([`4:25 ${rule}: "${ref}" ${why}`]);
});

test("finds positions in JSON too", async () => {
  const text = '{\n  "openapi": "3.0.3",\n  "paths": { "/a": { "$ref": "#/nowhere" } }\n}\n';
  expect((await load(text)).lines).toEqual(['3:30 unknown-ref: "#/nowhere" leads nowhere']);
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

test("follows a few aliases, and refuses a bomb of them", async () => {
  expect((await load(`${head}paths: {}\nx-a: &a [1]\nx-b: *a\n`)).lines).toEqual([]);
  expect((await load(`${head}paths: {}\nx-a: &a [1]\nx-b: [${"*a, ".repeat(30)}]\n`)).lines).toEqual([
    "5:87 yaml-alias: alias *a is not followed",
  ]);
});
