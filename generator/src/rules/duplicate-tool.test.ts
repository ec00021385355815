import { expect, test } from "vitest";
import { problemsOf } from "../../../test/golden/folder.ts";

const get = "description: Read one.\nscope: READ\nrequest: GET /v/{code}\ninputs: { code: string }\n";

test("refuses .yaml beside .yml, and names that differ in case only", async () => {
  const found = await problemsOf({ tools: { "get_it.yaml": get, "get_it.yml": get, "Get_It.yaml": get } });
  expect(found.filter((line) => line.includes("duplicate-tool"))).toEqual([
    "tools/get_it.yaml:1:1 duplicate-tool: the tool get_it stands in s/tools/Get_It.yaml already | rename or remove one of the two files",
    "tools/get_it.yml:1:1 duplicate-tool: the tool get_it stands in s/tools/Get_It.yaml already | rename or remove one of the two files",
  ]);
});
