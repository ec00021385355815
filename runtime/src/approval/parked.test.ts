import { describe, expect, it } from "vitest";
import type { ApprovalRecord } from "../ports.ts";
import { toParked } from "./parked.ts";

const nowMs = 1_700_000_000_000;

const pending: ApprovalRecord = {
  id: "00000000-0000-4000-8000-000000000001",
  server: "acme",
  serverVersion: "1.0.0",
  tenant: "acme",
  requester: { kind: "agent", id: "key_1", name: "ci", scopes: [] },
  client: undefined,
  era: "modern",
  tool: "make_thing",
  title: "Make",
  definitionDigest: "d",
  digest: "d",
  input: {},
  editedInput: undefined,
  request: {},
  why: "every call waits",
  status: "pending",
  createdAtMs: nowMs,
  expiresAtMs: nowMs + 1000,
  endorsedBy: undefined,
  decidedBy: undefined,
  decidedAtMs: undefined,
  reason: undefined,
  fence: 0,
  leaseUntilMs: undefined,
  attempts: 0,
  dispatchedAtMs: undefined,
  finishedAtMs: undefined,
  upstreamStatus: undefined,
  result: undefined,
  errorCode: undefined,
  errorMessage: undefined,
};

const at = (changes: Partial<ApprovalRecord>, when = nowMs + 10) => toParked({ ...pending, ...changes }, when);

describe("a call that waits", () => {
  it.each(["pending", "endorsed", "approved", "executing", "withdrawn"] as const)("has no end while %s", (status) => {
    expect(at({ status }).outcome).toBeUndefined();
  });

  it("is over by the clock, whether a sweep has come by or not", () => {
    const expired = at({ status: "approved", decidedAtMs: nowMs + 5 }, nowMs + 1000);
    expect(expired).toMatchObject({ status: "expired", changedAtMs: nowMs + 1000 });
    expect(expired.outcome).toMatchObject({ kind: "failed", error: { code: "approval_expired" } });
  });

  it("has changed when it was last touched", () => {
    expect(at({}).changedAtMs).toBe(nowMs);
    const times = { decidedAtMs: nowMs + 1, dispatchedAtMs: nowMs + 2, finishedAtMs: nowMs + 3 };
    expect(at({ status: "executed", result: "{}", ...times }).changedAtMs).toBe(nowMs + 3);
  });
});

describe("a call that was run", () => {
  it("ends in the reply as it came, numbers and all", () => {
    const { outcome } = at({ status: "executed", result: '{"id":12345678901234567890,"price":1.50,"n":3}' });
    if (outcome?.kind !== "succeeded") throw new Error("it has not succeeded");
    expect(JSON.stringify(outcome.value)).toBe('{"id":12345678901234567890,"price":1.50,"n":3}');
  });

  it("ends in nothing where the reply had no body", () => {
    expect(at({ status: "executed", result: "" }).outcome).toEqual({ kind: "succeeded", text: "", value: undefined });
  });

  it("ends in the upstream's refusal, with its status", () => {
    const lost = { status: "failed", errorCode: "upstream_rejected", errorMessage: "no such campaign" } as const;
    expect(at({ ...lost, upstreamStatus: 404 }).outcome).toMatchObject({
      error: { code: "upstream_rejected", message: "no such campaign", meta: { status: 404 } },
    });
    expect(at({ ...lost, errorCode: "of_a_newer_release" }).outcome).toMatchObject({ error: { code: "internal" } });
  });

  it("was done, and says so, though the reply is not what the tool promises", () => {
    const odd = { errorCode: "upstream_contract", errorMessage: "no JSON came", upstreamStatus: 200 };
    expect(at({ status: "executed", ...odd }).outcome).toMatchObject({
      error: { code: "upstream_contract", message: "no JSON came", meta: { status: 200 } },
    });
  });

  it("may have been lost, until an operator finds out", () => {
    const lost = { errorCode: "outcome_unknown", errorMessage: "nobody can tell" };
    expect(at({ status: "outcome_unknown", ...lost }).outcome).toMatchObject({ error: { code: "outcome_unknown" } });
    const found = { decidedBy: "ana", reason: "no such order there" };
    const notDone = at({ status: "failed", ...lost, ...found }).outcome;
    expect(notDone).toMatchObject({ error: { code: "approval_rejected" } });
    expect(notDone).toMatchObject({ error: { message: expect.stringMatching(/was not done.*no such order there$/) } });
    expect(at({ status: "failed", ...found }).outcome).toEqual(notDone);
    expect(at({ status: "executed", ...found }).outcome).toMatchObject({
      error: { code: "outcome_unknown", message: expect.stringContaining("It was done") },
    });
  });
});
