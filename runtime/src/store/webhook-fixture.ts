import { randomUUID } from "node:crypto";
import { Secret } from "../call.ts";
import type { ApprovalRecord, AuditEntry, WebhookEndpoint } from "../ports.ts";
import { openStore, type Store } from "./open.ts";

/** The time at which tests of webhooks begin. */
export const startMs = Date.UTC(2026, 8, 1, 12, 30);

/** A clock that tests set. */
export function webhookClock() {
  const clock = { nowMs: startMs, now: () => clock.nowMs, monotonic: () => clock.nowMs };
  return clock;
}

/** A store in memory with a clock that tests set. */
export async function openWebhookStore() {
  const clock = webhookClock();
  const random = { uuid: () => randomUUID(), bytes: (length: number) => new Uint8Array(length) };
  return { store: await openStore({ file: ":memory:", clock, random }), clock };
}

/** An endpoint of the server acme that nothing is wrong with. */
export function endpoint(changes: Partial<WebhookEndpoint> = {}): WebhookEndpoint {
  return {
    id: randomUUID(),
    server: "acme",
    tenant: undefined,
    url: "https://hooks.example/in",
    secret: new Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
    allowPrivate: false,
    createdAtMs: startMs,
    createdBy: "ada",
    failingSinceMs: undefined,
    disabledAtMs: undefined,
    disabledBecause: undefined,
    ...changes,
  };
}

/** An entry that says what was done. */
export function entry(action: string): AuditEntry {
  return {
    type: "admin",
    callId: randomUUID(),
    atMs: startMs,
    server: "acme",
    serverVersion: "1.0.0",
    actorType: "admin",
    tenant: "acme",
    callerKind: "admin",
    callerId: "ada",
    callerName: "ada",
    clientName: undefined,
    clientVersion: undefined,
    era: undefined,
    protocolVersion: undefined,
    tool: action,
    arguments: {},
    decision: undefined,
    why: undefined,
    dryRun: false,
    upstreamMethod: undefined,
    upstreamTarget: undefined,
    upstreamStatus: undefined,
    upstreamMs: undefined,
    ownMs: undefined,
    outcome: "ok",
  };
}

/** Park a call of this tenant, which tells `agent.action.pending`. */
export async function parkCall(
  store: Pick<Store, "approvals">,
  tenant = "acme",
  server = "acme",
): Promise<ApprovalRecord> {
  const approval = { ...approvalOf(tenant), server };
  await store.approvals.park(approval, {
    perCaller: 100_000,
    perTenant: 100_000,
    effects: ({ id }) => ({
      entries: [],
      events: [{ type: "agent.action.pending", timestamp: new Date(startMs).toISOString(), data: { approval_id: id } }],
    }),
  });
  return approval;
}

function approvalOf(tenant: string): ApprovalRecord {
  const id = randomUUID();
  return {
    id,
    server: "acme",
    serverVersion: "1.0.0",
    tenant,
    requester: { kind: "agent", id: "key_1", name: "ci", scopes: ["WRITE"] },
    client: undefined,
    era: "modern",
    tool: "make_thing",
    title: "Make",
    definitionDigest: "d",
    digest: id,
    input: { password: "the argument nobody is told" },
    editedInput: undefined,
    request: { method: "POST", path: "/things" },
    why: "approval is its disposition",
    status: "pending",
    createdAtMs: startMs,
    expiresAtMs: startMs + 3_600_000,
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
}
