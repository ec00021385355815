import { expect, test } from "vitest";
import { writeContract as openapi, problemsOf, writeTool as write } from "../../../test/golden/folder.ts";

test("refuses to leave out what the operation requires, or to make it optional", async () => {
  const tools = { a: write("POST", "inputs: [size]\n"), b: write("POST", "inputs: { name?: }\n") };
  expect(await problemsOf({ openapi, tools })).toEqual([
    "tools/a.yaml:2:1 required-upstream-field: POST /v requires name, and no input sends it | add name under inputs",
    "tools/b.yaml:4:11 required-upstream-field: name is optional here, and POST /v requires it | write name: or give it a default",
  ]);
});

test("refuses a nested object that is sent without a part that it requires", async () => {
  const tools = { a: write("POST", "inputs: { name: , currency: { as: fee.currency } }\n") };
  expect(await problemsOf({ openapi, tools })).toEqual([
    "tools/a.yaml:2:1 required-upstream-field: POST /v requires fee.value, and no input sends it | add fee.value under inputs",
  ]);
});

test("takes a constant or a default in place of a required input", async () => {
  const constant = "description: W.\ndisposition: auto\nrequest: { method: POST, path: /v, body: { name: x } }\n";
  const preset = write("POST", "inputs: { name?: { default: x } }\n");
  expect(await problemsOf({ openapi, tools: { a: constant, b: preset } })).toEqual([]);
});
