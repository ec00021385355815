import { expect, test } from "vitest";
import { problemsOf } from "../../../test/golden/folder.ts";

test("refuses a read that puts, patches or deletes", async () => {
  const read = (method: string) => `description: Read.\nrequest: ${method} /v\naccess: read\n`;
  const tools = { a: read("PUT"), b: read("PATCH"), c: read("DELETE"), d: read("POST"), e: read("GET") };
  expect((await problemsOf({ tools })).map((line) => line.slice(0, 48))).toEqual([
    "tools/a.yaml:3:9 read-access: PUT changes someth",
    "tools/b.yaml:3:9 read-access: PATCH changes some",
    "tools/c.yaml:3:9 read-access: DELETE changes som",
  ]);
});
