import { describe, expect, it } from "vitest";
import * as z from "zod";
import { type Disposition, defineTool } from "../codegen.ts";
import { type PastCall, previewPolicy } from "./policy-preview.ts";

const toolOf = (disposition: Disposition) =>
  defineTool<{ count: number }>({
    name: "create_voucher",
    title: "Create vouchers",
    description: "Makes vouchers.",
    access: "write",
    disposition,
    dryRun: "plan",
    input: z.strictObject({ count: z.int().min(1).default(1), note: z.string().optional() }),
    handler: () => ({ method: "post", path: "/vouchers" }),
  });

const counted = toolOf({ upTo: 100, of: "count", beyond: "approval" });

const server = {
  auth: [
    {
      kind: "apiKey" as const,
      header: "X-API-Key",
      kinds: { agent: { prefix: "ak_" }, secret: { prefix: "sk_", bypasses: ["approval" as const] } },
    },
  ],
};

const call = (given: PastCall["arguments"], more: Partial<PastCall> = {}): PastCall => ({
  callId: "c",
  atMs: 0,
  tenant: "acme",
  callerKind: "agent",
  callerId: "k",
  callerName: "Claude",
  arguments: given,
  decision: "run",
  ...more,
});

const fifty = { mode: "pending_approval", threshold_count: 50 } as const;

describe("a preview", () => {
  it("tells calls that would wait from those that would run as they did", () => {
    const calls = [call({ count: 60 }), call({ count: 50 }), call({}), call({ count: 150 }, { decision: "approval" })];
    const { same, changed, unknown } = previewPolicy(calls, { tool: counted, override: fifty, server });
    expect([same, unknown]).toEqual([3, 0]);
    expect(changed.map(({ then, now, why }) => [then, now, why])).toEqual([
      ["run", "approval", "count 60 is above 50, by the account's own policy"],
    ]);
  });

  it("leaves dry runs and calls that were refused before out, and knows who bypasses", () => {
    const calls = [
      call({ count: 60 }, { decision: "dry_run" }),
      call({ count: 60 }, { decision: undefined }),
      call({ count: 60 }, { callerKind: "secret" }),
    ];
    expect(previewPolicy(calls, { tool: counted, override: fifty, server })).toEqual({
      same: 1,
      changed: [],
      unknown: 0,
    });
  });

  it("says how many nobody can tell of, and only where the arguments matter", () => {
    const calls = [
      call({ count: "[sensitive]" }),
      call({ note: "long… [cut, 5 more characters]" }),
      call({ count: 60, note: "long… [cut, 5 more characters]" }),
    ];
    const counting = previewPolicy(calls, { tool: counted, override: fifty, server });
    expect([counting.changed.length, counting.unknown]).toEqual([1, 2]);
    const always = previewPolicy(calls, { tool: counted, override: "pending_approval", server });
    expect([always.changed.length, always.unknown]).toEqual([3, 0]);
  });

  it("shows what a weaker policy lets run", () => {
    const calls = [call({}, { decision: "approval" })];
    const { changed } = previewPolicy(calls, { tool: toolOf("approval"), override: "auto", server });
    expect(changed).toMatchObject([{ then: "approval", now: "run" }]);
  });
});
