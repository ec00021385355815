import { expect, test } from "vitest";
import { serverShape } from "./server-shape.ts";
import { checkShape, withoutEchoes } from "./shape.ts";
import { toolShape } from "./tool-shape.ts";

const tool = { description: "Read.", request: "GET /v" };
const inTool = (rest: object) =>
  checkShape(toolShape, { ...tool, ...rest }).map(({ path, message, mend }) => [path.join("/"), message, mend]);

test("names an unknown key, and the known one that was meant", () => {
  expect(inTool({ titel: "x", inputs: { a: { typ: "string" } } })).toEqual([
    ["inputs/a/typ", 'unknown key "typ" in inputs.a', 'did you mean "type"?'],
    ["titel", 'unknown key "titel"', 'did you mean "title"?'],
  ]);
});

test("says what was expected in the words of the language", () => {
  expect(inTool({ scope: ["A"], timeout: "10", tags: null, output: "Voucher", inputs: { "a b": "string" } })).toEqual([
    ["scope", "scope: a list does not fit", "write a scope name, { anyOf: [A, B] } or { allOf: [A, B] }"],
    [
      "inputs/a b",
      '"a b" is no name here',
      "write letters, digits, _ and -, at most 64, with ? at the end where the input is optional",
    ],
    ["output", 'output: "Voucher" does not fit', "write a schema, { $ref: … }, or a status like 200"],
    ["timeout", 'timeout: "10" does not fit', "write a duration like 500ms, 10s or 2m, at most 15m"],
    ["tags", "tags is empty", "write a list of words, or remove the key"],
  ]);
});

test("reports the branch of a union that was meant", () => {
  expect(inTool({ disposition: "aproval" })).toEqual([
    ["disposition", 'disposition: expected auto, confirm or approval, got "aproval"', 'did you mean "approval"?'],
  ]);
  expect(inTool({ disposition: { upTo: "1", of: "a", beyond: "approval" } })).toEqual([
    ["disposition/upTo", 'disposition.upTo: "1" does not fit', "write a number"],
  ]);
});

test("reports a misspelt key once, not as missing too", () => {
  const problems = checkShape(toolShape, { descripton: "x", request: "GET /v" });
  expect(withoutEchoes(problems).map(({ rule }) => rule)).toEqual(["unknown-key"]);
});

test("takes vendors' extensions and never alters what it checks", () => {
  const data = Object.freeze({
    ...tool,
    "x-team": 1,
    inputs: Object.freeze({ "a?": Object.freeze({ type: "string", "x-a": 1 }) }),
  });
  expect(checkShape(toolShape, data)).toEqual([]);
});

const service = { header: "X-Key", secret: "${KEY}" };
const exchange = { tokenUrl: "https://a.example/token", clientId: "c", clientSecret: "${SECRET}", audience: "api" };
const oauth = { issuer: "https://a.example", tenant: { claim: "space", title: "Space" } };
const token = { prefix: "t_", validation: "local", grants: [] };

test("takes an exchange and people who log in, with nothing said that has a default", () => {
  const problems = checkShape(serverShape, { upstream: { url: "x", credentials: { exchange } }, auth: [{ oauth }] });
  expect(problems.filter(({ rule }) => rule !== "missing-key")).toEqual([]);
});

test("never repeats a secret that stands in the file, not even as a number", () => {
  const service = { header: "X-Key", secret: 123456 };
  const problems = checkShape(serverShape, { upstream: { url: "x", credentials: { service } } });
  expect(problems.filter(({ rule }) => rule === "literal-secret")).toHaveLength(1);
  expect(JSON.stringify(problems)).not.toContain("123456");
});

test.for([
  [
    "credentials of two kinds",
    { upstream: { credentials: { service, exchange } } },
    "upstream/credentials",
    "write service: { … } or exchange: { … }, one of them",
  ],
  [
    "credentials of no kind",
    { upstream: { credentials: {} } },
    "upstream/credentials",
    "write service: { … } or exchange: { … }, one of them",
  ],
  [
    "a scheme of two kinds",
    { auth: [{ oauth, token }] },
    "auth/0",
    "write apiKey: { … }, token: { … } or oauth: { … }",
  ],
  [
    "no algorithm at all",
    { auth: [{ oauth: { ...oauth, algorithms: [] } }] },
    "auth/0/oauth/algorithms",
    "write at least 1",
  ],
  [
    "no role at all",
    { auth: [{ oauth: { ...oauth, role: { claim: "r", scopes: {} } } }] },
    "auth/0/oauth/role/scopes",
    "write a map",
  ],
] as const)("refuses %s", ([, data, path, mend]) => {
  const problems = checkShape(serverShape, data).filter((problem) => problem.path.join("/") === path);
  expect(problems.map((problem) => problem.mend)).toEqual([expect.stringContaining(mend)]);
});

test.for([null, [], "text", 5])("refuses %j as a whole file", (data) => {
  expect(checkShape(toolShape, data)).toHaveLength(1);
});
