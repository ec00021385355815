import { expect, test } from "vitest";
import { problemsOf } from "../../../test/golden/folder.ts";

const get = "description: Read one.\nscope: READ\nrequest: GET /v/{code}\ninputs: { code: string }\n";
const create = "description: Create one.\nscope: WRITE\nrequest: POST /v\n";

test("refuses a disposition on a read and a write without one", async () => {
  expect(await problemsOf({ tools: { a: `${get}disposition: auto\n`, b: create } })).toEqual([
    "tools/a.yaml:5:1 read-disposition: a read always runs and has no disposition | remove it, or write access: write",
    "tools/b.yaml:3:10 write-disposition: a write says what happens to it, and this one has no disposition | add disposition: auto, confirm, approval, or { upTo: 100, of: input, beyond: approval }",
  ]);
});

test("takes a POST that says it reads, without a disposition", async () => {
  expect(await problemsOf({ tools: { a: `${create}access: read\n` } })).toEqual([]);
});

test("is silent where the disposition is misspelt", async () => {
  expect(await problemsOf({ tools: { a: `${create}dispositon: auto\n` } })).toEqual([
    'tools/a.yaml:4:1 unknown-key: unknown key "dispositon" | did you mean "disposition"?',
  ]);
});
