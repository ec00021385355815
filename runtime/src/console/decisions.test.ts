import { describe, expect, it } from "vitest";
import { DecisionError } from "../approval/desk.ts";
import { GatewayError } from "../errors.ts";
import type { ApprovalRecord, OperatorRole } from "../ports.ts";
import { type Approvals, decide, seenOf } from "./decisions.ts";

const approval = {
  id: "a-1",
  input: { count: 150 },
  editedInput: undefined,
  request: { method: "POST", path: "/vouchers" },
} as unknown as ApprovalRecord;

/** Send one form; `calls` are what the desk was asked to do. */
async function send(
  fields: Record<string, string>,
  options: { role?: OperatorRole; approvals?: Partial<Approvals> } = {},
) {
  const calls: unknown[][] = [];
  const note =
    (name: string) =>
    async (...given: unknown[]) => {
      calls.push([name, ...given]);
      return approval;
    };
  const approvals: Approvals = {
    desk: { approve: note("approve"), reject: note("reject"), settle: note("settle") },
    edit: async (_, input) => ({ input, request: { method: "POST" } }),
    dryRun: async () => undefined,
    ...options.approvals,
  };
  const operator = { server: "s", name: "ana", role: options.role ?? "approver", passwordHash: "", createdAtMs: 0 };
  const form = new URLSearchParams({ seen: seenOf(approval), ...fields });
  return { decided: await decide(approval, form, { approvals, operator }), calls };
}

describe("decide", () => {
  it("approves what was shown, with a note or without", async () => {
    expect((await send({ do: "approve" })).calls).toEqual([["approve", "a-1", { name: "ana" }, {}]]);
    const { calls } = await send({ do: "approve", reason: " fine " });
    expect(calls).toEqual([["approve", "a-1", { name: "ana" }, { reason: "fine" }]]);
  });

  it.each(["approve", "approve_edited", "check"])("does not %s what was not shown", async (what) => {
    const { decided, calls } = await send({ do: what, seen: "0".repeat(64), edited: "{}" });
    expect(decided).toMatchObject({ kind: "refused", status: 409 });
    expect(calls).toEqual([]);
  });

  it("approves edited arguments only when they are good, and both are kept", async () => {
    const good = await send({ do: "approve_edited", edited: '{"count": 5}' });
    expect(good.calls[0]?.[3]).toEqual({ edited: { input: { count: 5 }, request: { method: "POST" } } });
    const edit = () =>
      Promise.reject(
        new GatewayError("invalid_argument", "no", { meta: { issues: [{ path: "count", message: "is 0" }] } }),
      );
    const bad = await send({ do: "approve_edited", edited: '{"count": 0}' }, { approvals: { edit } });
    expect(bad.calls).toEqual([]);
    expect(bad.decided).toMatchObject({ kind: "editing", editing: { problems: [{ path: "count", message: "is 0" }] } });
  });

  it.each(["", "no json", "[1]", "null", '"text"', "[".repeat(5000)])("says what is wrong with %j", async (edited) => {
    const { decided } = await send({ do: "check", edited: edited.slice(0, 5000) });
    expect(decided).toMatchObject({ kind: "editing", editing: { text: edited, problems: [{ path: "" }] } });
  });

  it("says that arguments are too deep before anything walks them", async () => {
    const { decided } = await send({ do: "check", edited: `{"a":${"[".repeat(100)}${"]".repeat(100)}}` });
    expect(decided).toMatchObject({ kind: "editing", editing: { problems: [{ path: "" }] } });
    expect(decided).not.toHaveProperty("editing.checked");
  });

  it("rejects and settles with a reason only", async () => {
    for (const what of ["reject", "executed", "failed", "retry"]) {
      expect((await send({ do: what, reason: "  " })).decided).toMatchObject({ kind: "refused", status: 400 });
    }
    expect((await send({ do: "reject", reason: "no" })).calls).toEqual([["reject", "a-1", { name: "ana" }, "no"]]);
    const { calls } = await send({ do: "retry", reason: "looked" });
    expect(calls).toEqual([["settle", "a-1", { name: "ana" }, "retry", "looked"]]);
    expect((await send({ do: "reject", reason: "x".repeat(2001) })).decided).toMatchObject({ status: 400 });
  });

  it("lets viewers do nothing, and nobody do what there is not", async () => {
    for (const what of ["approve", "reject", "check", "dry_run", "retry"]) {
      const { decided, calls } = await send({ do: what, reason: "x" }, { role: "viewer" });
      expect([decided, calls]).toMatchObject([{ kind: "refused", status: 403 }, []]);
    }
    expect((await send({ do: "constructor" })).decided).toMatchObject({ kind: "refused", status: 400 });
  });

  it("says why the desk refuses, and gives the reason back that was typed", async () => {
    const reject = () => Promise.reject(new DecisionError("too_late", "It is decided."));
    const desk = { approve: reject, reject, settle: reject };
    const { decided } = await send({ do: "reject", reason: "no" }, { approvals: { desk } });
    expect(decided).toEqual({ kind: "refused", status: 409, message: "It is decided.", reason: "no" });
  });
});
