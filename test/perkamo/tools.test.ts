/** Each of the 13 tools, end to end through HTTP, login, gateway and upstream: it succeeds, and it is refused. */
import { describe, expect, it } from "vitest";
import { type RequirementId, requirements, verifies } from "../requirements.ts";
import { eras } from "../wire.ts";
import { calls, confirmed } from "./calls.ts";
import { allTools, allWrites, startSystem } from "./system.ts";

verifies("perkamo:tool-count", "are 13, 6 reads and 7 writes, and all are called here", () => {
  expect(Object.keys(calls)).toEqual([...allTools]);
  expect(allTools).toHaveLength(13);
  expect(allWrites).toHaveLength(7);
});

describe.each(Object.entries(calls))("%s", (tool, { ok, refused }) => {
  const ids = Object.keys(requirements).filter((id) => id === `perkamo:${tool}`) as RequirementId[];

  verifies(ids, "succeeds in both eras, with the same JSON as text and structured content", async () => {
    for (const era of eras) {
      const system = await startSystem();
      const reply = await system.call(tool, confirmed(tool, ok), { era });
      expect(reply.json.result?.isError, reply.text).not.toBe(true);
      expect(reply.json.result.structuredContent).toEqual(reply.inner);
      expect(system.upstream.requests()).toHaveLength(1);
    }
  });

  it.each(refused.map((call) => [call.code, call] as const))("is refused: %s", async (code, { given, names = [] }) => {
    const system = await startSystem();
    const before = system.upstream.counts();
    const reply = await system.call(tool, confirmed(tool, given));
    expect(reply.json.result?.isError, reply.text).toBe(true);
    expect(reply.inner.error.code, reply.text).toBe(code);
    for (const name of names) expect(reply.text).toContain(name);
    expect(system.upstream.counts()).toEqual(before);
    if (code === "invalid_argument") expect(system.upstream.requests()).toEqual([]);
  });
});
