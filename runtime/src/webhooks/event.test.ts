import { expect, it } from "vitest";
import { endpoint, openWebhookStore, parkCall, startMs } from "../store/webhook-fixture.ts";
import { toEvent } from "./event.ts";

const approvals = { expiresInMs: 1, pollPath: "/waiting/{id}", events: "agent.action", approvers: 2 } as const;

async function parked() {
  const { store } = await openWebhookStore();
  const approval = await parkCall(store);
  await store.close();
  return approval;
}

it("tells where to ask for more, and neither arguments, reply nor what the upstream said", async () => {
  const approval = {
    ...(await parked()),
    status: "failed" as const,
    editedInput: { password: "edited" },
    result: '{"reply":"private"}',
    errorCode: "upstream_rejected",
    errorMessage: "the argument nobody is told is too short",
    decidedAtMs: startMs,
    decidedBy: "ana",
  };
  const event = toEvent({ name: "failed", approval, approvals, nowMs: startMs + 1 });
  expect(event).toEqual({
    type: "agent.action.failed",
    timestamp: "2026-09-01T12:30:00.001Z",
    data: {
      approval_id: approval.id,
      action_type: "make_thing",
      status: "failed",
      terminal: true,
      tenant: "acme",
      created_at: "2026-09-01T12:30:00.000Z",
      expires_at: "2026-09-01T13:30:00.000Z",
      decided_at: "2026-09-01T12:30:00.000Z",
      poll_url: `/waiting/${approval.id}`,
      error: { code: "upstream_rejected" },
    },
  });
  expect(JSON.stringify(event)).not.toMatch(/nobody|edited|private|ana|secret/);
  expect(JSON.stringify(endpoint())).not.toContain("whsec_");
});

it("does not tell that one of two operators has agreed", async () => {
  const approval = { ...(await parked()), status: "endorsed" as const };
  const { data } = toEvent({ name: "pending", approval, approvals, nowMs: startMs });
  expect(data).toMatchObject({ status: "pending", terminal: false });
});
