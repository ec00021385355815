/** A queue in memory, a clock that a test sets, and calls to park. For tests. */
import { onTestFinished } from "vitest";
import { type Caller, type ParsedCall, Secret } from "../call.ts";
import type { JsonObject, Tool } from "../codegen.ts";
import type { ApprovalEffects, ApprovalRecord, AuditEntry } from "../ports.ts";
import { openStore } from "../store/open.ts";
import { systemRandom } from "../system.ts";

export const startMs = 1_700_000_000_000;
export const lifetimeMs = 3_600_000;

export const caller: Caller = {
  tenant: "acme",
  kind: "agent",
  id: "key_1",
  name: "ci",
  scopes: new Set(["WRITE"]),
  bypasses: new Set(),
  credential: new Secret("never kept"),
};

const tool = { name: "make_thing", title: "Make a thing", access: "write", disposition: "approval" } as unknown as Tool;

/** A store in memory that ends with the test, and a clock that moves only when told. */
export async function openQueue() {
  const clock = { atMs: startMs, now: () => clock.atMs, monotonic: () => clock.atMs - startMs };
  const store = await openStore({ file: ":memory:", clock, random: systemRandom });
  onTestFinished(() => store.close());
  return { clock, store };
}

/** The call of a tool that waits for an operator. */
export function toCall(input: JsonObject, by: Caller = caller): ParsedCall {
  return {
    id: systemRandom.uuid(),
    atMs: startMs,
    caller: by,
    era: "modern",
    client: { name: "test", version: "1" },
    toolName: tool.name,
    arguments: input,
    canAsk: false,
    signal: new AbortController().signal,
    tool,
    input,
    controls: { dryRun: false, confirm: false },
  } as unknown as ParsedCall;
}

/** One entry that says what became of an approval. */
export function effectsOf(outcome: string, { id, tenant, era, tool: name }: ApprovalRecord): ApprovalEffects {
  const entry: AuditEntry = {
    type: "approval",
    callId: id,
    atMs: startMs,
    server: "acme",
    serverVersion: "1.0.0",
    actorType: "mcp",
    tenant,
    callerKind: "agent",
    callerId: "key_1",
    callerName: "ci",
    clientName: undefined,
    clientVersion: undefined,
    era,
    protocolVersion: undefined,
    tool: name,
    arguments: {},
    decision: undefined,
    why: undefined,
    dryRun: false,
    upstreamMethod: undefined,
    upstreamTarget: undefined,
    upstreamStatus: undefined,
    upstreamMs: undefined,
    ownMs: undefined,
    outcome,
  };
  return { entries: [entry], events: [] };
}
