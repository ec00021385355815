/** Each of the 39 tools, end to end through HTTP, gateway, co-signature and upstream: it succeeds, and it is refused. */
import { describe, expect, it } from "vitest";
import { type RequirementId, requirements, verifies } from "../requirements.ts";
import { eras } from "../wire.ts";
import { calls } from "./calls.ts";
import { allTools, startSystem } from "./system.ts";

it("are all called", () => {
  expect(Object.keys(calls).sort()).toEqual([...allTools].sort());
  expect(allTools).toHaveLength(39);
});

describe.each(Object.entries(calls))("%s", (tool, { ok, refused }) => {
  const ids = Object.keys(requirements).filter((id) => id === `rekomi:${tool}`) as RequirementId[];

  verifies(ids, "succeeds in both eras, with the same JSON as text and structured content", async () => {
    for (const era of eras) {
      const system = await startSystem();
      const reply = await system.call(tool, ok, { era });
      expect(reply.json.result?.isError, reply.text).not.toBe(true);
      expect(reply.json.result.structuredContent).toEqual(reply.inner);
      const sent = system.upstream.requests().filter(({ path }) => path.startsWith("/api/v1/"));
      expect(sent).toHaveLength(tool.includes("install_platforms") || tool === "get_install_recipe" ? 0 : 1);
    }
  });

  it.each(refused.map((call) => [call.code, call] as const))(
    "is refused: %s",
    async (code, { given, names = [], as }) => {
      const system = await startSystem();
      const key = as === undefined ? system.owner : await system.tokenFor(as);
      const before = system.upstream.counts();
      const reply = await system.call(tool, given, { key });
      expect(reply.json.result?.isError, reply.text).toBe(true);
      expect(reply.inner.error.code, reply.text).toBe(code);
      for (const name of names) expect(reply.text).toContain(name);
      expect(system.upstream.counts()).toEqual(before);
      if (code === "invalid_argument") expect(system.upstream.requests()).toEqual([]);
    },
  );
});
