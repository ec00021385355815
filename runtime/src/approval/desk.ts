import { createHash } from "node:crypto";
import { type ApprovalStatus, type MoveName, terminal, undecided } from "../approval-states.ts";
import type { Caller, ParsedCall } from "../call.ts";
import { canonical } from "../canonical.ts";
import type { Approvals, JsonObject } from "../codegen.ts";
import { GatewayError } from "../errors.ts";
import type { ApprovalEffects, ApprovalRecord, ApprovalStore, AuditEntry, Clock, MoveChange } from "../ports.ts";
import { readReply } from "./reply-text.ts";

/** Calls of one caller that may wait. A person can look through these; more is an agent that has lost its way. */
const waitingPerCallerMax = 50;

/** Calls of one tenant that may wait: ten such callers. */
const waitingPerTenantMax = 500;

/** Characters of what an operator says. */
export const reasonMaxChars = 2000;

/** Who decides. Never the agent that asked: operators come by another door, with another kind of credential. */
export interface Operator {
  readonly name: string;
}

/** Arguments as an operator has edited them: checked, and with the request that comes of them. */
export interface Edited {
  readonly input: JsonObject;
  readonly request: JsonObject;
}

/** What an operator says with a yes. */
export interface Approving {
  readonly reason?: string;
  readonly edited?: Edited;
  /** What the operator was shown: what another one has edited meanwhile is not approved unseen. */
  readonly shown?: Pick<ApprovalRecord, "request">;
}

/** Why a decision could not be made. For operators. */
export class DecisionError extends Error {
  readonly reason: "absent" | "too_late" | "same_person" | "self";

  constructor(reason: DecisionError["reason"], message: string) {
    super(message);
    this.name = "DecisionError";
    this.reason = reason;
  }
}

/** Parks calls, shows them to whoever asked, and takes decisions. */
export interface Desk {
  /**
   * Park a call, or find the equal one that waits already. What `entriesOf` gives of a call that is parked goes into the trail with it.
   *
   * @throws GatewayError `limit_exceeded` when too many wait.
   */
  park(
    call: ParsedCall,
    parked: {
      readonly why: string;
      readonly preview: Preview;
      readonly entriesOf?: (approval: ApprovalRecord) => readonly AuditEntry[];
    },
  ): Promise<ApprovalRecord>;
  /** An approval of this caller, and nobody else's: undefined as if there were none. */
  find(caller: Caller, id: string): Promise<ApprovalRecord | undefined>;
  /** @throws DecisionError `absent` or `too_late`. */
  withdraw(caller: Caller, id: string): Promise<ApprovalRecord>;
  /** @throws DecisionError when it is decided already, expired, absent, or this operator may not. */
  approve(id: string, by: Operator, given?: Approving): Promise<ApprovalRecord>;
  reject(id: string, by: Operator, reason: string): Promise<ApprovalRecord>;
  /** End an unknown outcome: send it again, or say what became of it. */
  settle(id: string, by: Operator, how: "retry" | "executed" | "failed", reason: string): Promise<ApprovalRecord>;
}

/** What the operator will see of a call beside its arguments. */
export interface Preview {
  readonly definitionDigest: string;
  readonly request: JsonObject;
}

/** What a desk is made of. */
export interface DeskOptions {
  readonly server: { readonly name: string; readonly version: string; readonly approvals: Approvals };
  readonly store: ApprovalStore;
  readonly effects: (move: MoveName | "park", after: ApprovalRecord, by?: ApprovalActor) => ApprovalEffects;
  readonly clock: Pick<Clock, "now">;
  /** Something was approved. */
  readonly onApproved?: () => void;
}

/** Who made a move. */
export interface ApprovalActor {
  readonly kind: "operator" | "caller";
  readonly name: string;
}

/** Set up the place where calls wait for a person. */
export function createDesk({ server, store, effects, clock, onApproved }: DeskOptions): Desk {
  async function decide(id: string, name: MoveName, by: ApprovalActor, change: Partial<MoveChange>) {
    const nowMs = clock.now();
    const after = await store.move(id, name, { atMs: nowMs, ...change }, (moved) => effects(name, moved, by));
    return after ?? (await explain(id, nowMs));
  }

  /** Somebody was first, or nothing is there. @throws always */
  async function explain(id: string, nowMs: number): Promise<never> {
    const found = await store.find(id);
    if (found === undefined || found.server !== server.name) throw absent(id);
    const status = statusAt(found, nowMs);
    if (status === "outcome_unknown")
      throw new DecisionError("too_late", `Approval ${id} was sent and its answer was lost: settle it instead.`);
    const isDecision = status === "approved" || status === "rejected";
    const whose = isDecision && found.decidedBy !== undefined ? ` by ${found.decidedBy}` : "";
    throw new DecisionError("too_late", `Approval ${id} is ${status}${whose} already, so this changes nothing.`);
  }

  async function existing(id: string): Promise<ApprovalRecord> {
    const found = await store.find(id);
    if (found === undefined || found.server !== server.name) throw absent(id);
    return found;
  }

  return {
    async park(call, { why, preview, entriesOf }) {
      const nowMs = clock.now();
      const approval = toRecord(call, { why, preview, server, nowMs });
      const limits = {
        perCaller: waitingPerCallerMax,
        perTenant: waitingPerTenantMax,
        effects: (after: ApprovalRecord) => {
          const { entries, events } = effects("park", after);
          return { entries: [...entries, ...(entriesOf?.(after) ?? [])], events };
        },
      };
      let parked = await store.park(approval, limits);
      // One whose time is over is no answer to a new call; it only does not say so yet.
      if (parked.kind === "same" && statusAt(parked.approval, nowMs) === "expired") {
        await store.move(parked.approval.id, "expire", { atMs: nowMs }, (after) => effects("expire", after));
        parked = await store.park(approval, limits);
      }
      if (parked.kind !== "full") return parked.approval;
      const most = parked.whose === "caller" ? waitingPerCallerMax : waitingPerTenantMax;
      throw new GatewayError(
        "limit_exceeded",
        `${most} calls of this ${parked.whose === "caller" ? "key" : "account"} wait for an operator already. Wait for decisions, or withdraw some.`,
        { meta: { waiting: most } },
      );
    },
    async find(caller, id) {
      const found = await store.find(id);
      return found !== undefined && isTheirs(found, caller, server.name) ? found : undefined;
    },
    async withdraw(caller, id) {
      const found = await existing(id);
      if (!isTheirs(found, caller, server.name)) throw absent(id);
      return decide(id, "withdraw", { kind: "caller", name: caller.name }, { set: { decidedAtMs: clock.now() } });
    },
    async approve(id, by, { reason, edited, shown } = {}) {
      const found = await existing(id);
      // Nothing edits but a decision, so that what is compared here is what the decision below is about.
      if (shown !== undefined && digestOf(shown.request) !== digestOf(found.request))
        throw new DecisionError("too_late", `Approval ${id} was edited meanwhile: look at it again.`);
      if (isSelf(found, by))
        throw new DecisionError("self", `Approval ${id} was asked for in your name, so another person must decide it.`);
      const decidedAtMs = clock.now();
      const actor = { kind: "operator", name: by.name } as const;
      const changed = edited && { editedInput: edited.input, request: edited.request };
      if (server.approvals.approvers === 2 && found.status === "pending") {
        return decide(id, "endorse", actor, { set: { ...changed, endorsedBy: by.name, reason } });
      }
      if (found.status === "endorsed" && found.endorsedBy === by.name) {
        throw new DecisionError("same_person", `You have approved ${id} already; a second person must too.`);
      }
      if (found.status === "endorsed" && edited !== undefined) {
        throw new DecisionError(
          "same_person",
          `The first operator has approved ${id} as it stands: reject it, or approve it unedited.`,
        );
      }
      const name = found.status === "endorsed" ? "second" : "approve";
      const guard = name === "second" ? { notEndorsedBy: by.name } : {};
      const set = { ...changed, decidedBy: by.name, decidedAtMs, ...(reason !== undefined && { reason }) };
      const approved = await decide(id, name, actor, { ...guard, set });
      onApproved?.();
      return approved;
    },
    async reject(id, by, reason) {
      await existing(id);
      const set = { decidedBy: by.name, decidedAtMs: clock.now(), reason };
      return decide(id, "reject", { kind: "operator", name: by.name }, { set });
    },
    async settle(id, by, how, reason) {
      await existing(id);
      const nowMs = clock.now();
      const actor = { kind: "operator", name: by.name } as const;
      if (how !== "retry") {
        const move = how === "executed" ? "settleExecuted" : "settleFailed";
        const set = { decidedBy: by.name, decidedAtMs: nowMs, reason, errorCode: undefined, errorMessage: undefined };
        return decide(id, move, actor, { set });
      }
      // Its time was over long ago, perhaps; the person who looked decides anew.
      const expiresAtMs = nowMs + server.approvals.expiresInMs;
      const anew = {
        attempts: 0,
        upstreamStatus: undefined,
        dispatchedAtMs: undefined,
        finishedAtMs: undefined,
        errorCode: undefined,
        errorMessage: undefined,
      };
      const set = { decidedBy: by.name, decidedAtMs: nowMs, reason, ...anew, expiresAtMs };
      const approved = await decide(id, "retry", actor, { set });
      onApproved?.();
      return approved;
    },
  };
}

/** The state as it is now: expiry is decided by the clock, and only made visible by a sweep. */
export function statusAt({ status, expiresAtMs }: ApprovalRecord, nowMs: number): ApprovalStatus {
  return (undecided.includes(status) || status === "approved") && expiresAtMs <= nowMs ? "expired" : status;
}

/** What whoever asked is told. */
export function toAnswer(approval: ApprovalRecord, nowMs: number): JsonObject {
  const status = statusAt(approval, nowMs);
  const iso = (ms: number) => new Date(ms).toISOString();
  return {
    // That one of two has agreed already is nobody's business but the operators'.
    status: status === "endorsed" ? "pending" : status,
    terminal: terminal.has(status),
    approval_id: approval.id,
    action_type: approval.tool,
    created_at: iso(approval.createdAtMs),
    expires_at: iso(approval.expiresAtMs),
    ...(approval.decidedAtMs !== undefined && { decided_at: iso(approval.decidedAtMs) }),
    ...(approval.reason !== undefined && { reason: approval.reason }),
    ...(approval.editedInput !== undefined && { edited_arguments: approval.editedInput }),
    ...(status === "executed" && approval.result !== undefined && { result: readReply(approval.result) ?? null }),
    ...(approval.errorCode !== undefined && {
      error: { code: approval.errorCode, message: approval.errorMessage ?? "" },
    }),
  };
}

function toRecord(
  call: ParsedCall,
  options: {
    readonly why: string;
    readonly preview: Preview;
    readonly server: DeskOptions["server"];
    readonly nowMs: number;
  },
): ApprovalRecord {
  const { why, preview, server, nowMs } = options;
  const { caller, tool, input, client } = call;
  return {
    // The call's own id, so that every entry about it and the upstream's request id are one.
    id: call.id,
    server: server.name,
    serverVersion: server.version,
    tenant: caller.tenant,
    requester: { kind: caller.kind, id: caller.id, name: caller.name, scopes: [...caller.scopes] },
    client: client.name === undefined ? undefined : `${client.name} ${client.version ?? ""}`.trim(),
    era: call.era,
    tool: tool.name,
    title: tool.title,
    definitionDigest: preview.definitionDigest,
    digest: digestOf([server.name, tool.name, preview.definitionDigest, caller.tenant, caller.kind, caller.id, input]),
    input,
    editedInput: undefined,
    request: preview.request,
    why,
    status: "pending",
    createdAtMs: nowMs,
    expiresAtMs: nowMs + server.approvals.expiresInMs,
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

function isTheirs({ server, tenant, requester }: ApprovalRecord, caller: Caller, serverName: string): boolean {
  return (
    server === serverName && tenant === caller.tenant && requester.kind === caller.kind && requester.id === caller.id
  );
}

/** An operator who is also the one in whose name an agent acts: an OAuth caller's id is a person's. */
function isSelf({ requester }: ApprovalRecord, by: Operator): boolean {
  return requester.kind === "oauth" && requester.id === by.name;
}

function absent(id: string): DecisionError {
  return new DecisionError("absent", `There is no approval ${id} here.`);
}

/** SHA-256 of a value's canonical JSON, lowercase hex. */
export function digestOf(value: unknown): string {
  return createHash("sha256").update(canonical(value)).digest("hex");
}
