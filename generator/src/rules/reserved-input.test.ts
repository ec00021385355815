import { expect, test } from "vitest";
import { problemsOf } from "../../../test/golden/folder.ts";

const write = (method: string, rest: string) =>
  `description: Write.\nrequest: ${method} /v\ndisposition: auto\n${rest}`;

test("refuses inputs with the language's own names, and the dry-run flag under any name", async () => {
  const tools = {
    a: write("POST", "inputs: { confirm: boolean }\n"),
    b: write("POST", "inputs: { dry_run?: boolean }\n"),
    c: write("POST", "dryRun: forward\ninputs: { test?: { type: boolean, in: query, as: dry_run } }\n"),
  };
  expect(await problemsOf({ server: "dryRunParameter: { query: dry_run }\n", tools })).toEqual([
    "tools/a.yaml:4:11 reserved-input: confirm is the language's own and no input | remove it",
    "tools/b.yaml:4:11 reserved-input: dry_run is the language's own and no input | remove it, and write dryRun: forward or plan",
    "tools/c.yaml:5:11 reserved-input: dry_run is the upstream's dry-run flag and no input | remove it",
  ]);
});
