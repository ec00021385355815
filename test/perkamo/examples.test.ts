/** The examples in the specs end as they say. */
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { allTools, startSystem } from "./system.ts";

const tools = join(import.meta.dirname, "../../specs/perkamo/tools");

interface Example {
  readonly title: string;
  readonly inputs: Record<string, unknown>;
  readonly expect?: string;
}

const examplesOf = (file: string): readonly Example[] => parse(readFileSync(join(tools, file), "utf8")).examples;

const files = globSync("*.yaml", { cwd: tools }).sort();

it("stand in the spec of every tool", () => {
  expect(files.map((file) => basename(file, ".yaml"))).toEqual([...allTools].sort());
  for (const file of files) expect(examplesOf(file).length, file).toBeGreaterThanOrEqual(3);
});

describe.each(files)("the examples of %s", (file) => {
  it("end as they say", async () => {
    for (const { title, inputs, expect: expected = "ok" } of examplesOf(file)) {
      const system = await startSystem();
      const reply = await system.call(basename(file, ".yaml"), inputs);
      expect(reply.json.result, `${title}: ${reply.text}`).toBeDefined();
      const { error } = reply.inner;
      const end = error?.gatewayCode ?? error?.code ?? (reply.inner.dry_run === true ? "planned" : "ok");
      expect(end, `${title}: ${reply.text}`).toBe(expected);
    }
  }, 30_000);
});
