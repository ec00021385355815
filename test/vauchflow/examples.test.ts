import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { startSystem } from "./system.ts";

const tools = join(import.meta.dirname, "../../specs/vauchflow/tools");

interface Example {
  readonly title: string;
  readonly inputs: Record<string, unknown>;
  readonly expect?: string;
}

it("stand in the specs", () => {
  const withExamples = globSync("*.yaml", { cwd: tools }).filter(
    (file) => parse(readFileSync(join(tools, file), "utf8")).examples,
  );
  expect(withExamples.length).toBeGreaterThanOrEqual(15);
});

describe.each(globSync("*.yaml", { cwd: tools }).sort())("the examples of %s", (file) => {
  const { examples = [] } = parse(readFileSync(join(tools, file), "utf8")) as { examples?: readonly Example[] };

  if (examples.length === 0) it("are none", () => expect(examples).toEqual([]));
  it.each(examples.map((example) => [example.title, example] as const))("%s", async (_title, example) => {
    const system = await startSystem();
    const reply = await system.call(basename(file, ".yaml"), example.inputs);
    const expected = example.expect ?? "ok";
    const error = reply.json.error?.data.error ?? reply.inner?.error;
    const waits = reply.inner?.status === "pending_approval";
    expect(error?.gatewayCode ?? error?.code ?? (waits ? "pending_approval" : "ok"), reply.text).toBe(expected);
  });
});
