import { expect, test } from "vitest";
import { writeContract as openapi, problemsOf, writeTool as write } from "../../../test/golden/folder.ts";

test("refuses to forward a flag when server.yaml does not say where it goes", async () => {
  expect(await problemsOf({ tools: { a: write("POST", "dryRun: forward\n") } })).toEqual([
    "tools/a.yaml:4:9 dry-run-parameter: the upstream's dry-run flag is unknown: s/server.yaml has no dryRunParameter | add dryRunParameter: { query: dry_run } there, or write dryRun: plan",
  ]);
});

test("refuses to forward a flag that the operation does not have", async () => {
  const tools = { a: write("DELETE", "dryRun: forward\n"), b: write("POST", "dryRun: forward\ninputs: [name]\n") };
  expect(await problemsOf({ server: "dryRunParameter: { query: dry_run }\n", openapi, tools })).toEqual([
    "tools/a.yaml:4:9 dry-run-parameter: DELETE /v has no query parameter dry_run, which would make it run dry | write dryRun: plan or none",
  ]);
});
