/** Everything that enters from outside the process. Entry points name the real ones; tests bring their own. */
import type { ApprovalStatus, MoveName } from "./approval-states.ts";
import type { Era, Secret } from "./call.ts";
import type { JsonObject } from "./codegen.ts";

/** Unix time in milliseconds. */
export interface Clock {
  now(): number;
  /** Milliseconds that only ever grow, for durations. */
  monotonic(): number;
}

/** Randomness fit for secrets. */
export interface Random {
  /** Version 4, lowercase. */
  uuid(): string;
  bytes(length: number): Uint8Array;
}

/** One stored API key. The key itself is not in it and cannot be had again. */
export interface KeyRecord {
  readonly id: string;
  readonly tenant: string;
  readonly kind: string;
  readonly name: string;
  /** SHA-256 of the whole key, lowercase hex. */
  readonly hash: string;
  /** The first characters, for people who compare a list with a configuration file. */
  readonly hint: string;
  readonly scopes: readonly string[];
  readonly createdAtMs: number;
  readonly expiresAtMs: number | undefined;
  readonly revokedAtMs: number | undefined;
  /** When the present value replaced the one before. */
  readonly rotatedAtMs?: number | undefined;
}

/** Where keys last. Each method rejects when the store cannot be used. */
export interface KeyStore {
  insert(key: KeyRecord): Promise<void>;
  findByHash(hash: string): Promise<KeyRecord | undefined>;
  find(id: string): Promise<KeyRecord | undefined>;
  list(filter: { readonly tenant?: string }): Promise<readonly KeyRecord[]>;
  /** So many of a tenant, or of all, newest first. */
  newest(filter: { readonly tenant?: string; readonly limit: number }): Promise<readonly KeyRecord[]>;
  /** @returns false when there is no such key or it was revoked before. */
  revoke(id: string, atMs: number): Promise<boolean>;
  /** Put a new value in the place of the old one, which ends at once. @returns false when the key is revoked, expired or absent. */
  rotate(id: string, value: NewValue): Promise<boolean>;
}

/** What the store learns of the new value of a key or token. */
export interface NewValue {
  /** SHA-256, lowercase hex. */
  readonly hash: string;
  readonly hint: string;
  readonly atMs: number;
}

/** One stored connection token. The token itself is not in it and cannot be had again. */
export interface TokenRecord {
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  /** Who made it: the owner who answers for it. */
  readonly owner: string;
  /** SHA-256 of the whole token, lowercase hex. */
  readonly hash: string;
  /** The first characters, for people who compare a list with a configuration file. */
  readonly hint: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number | undefined;
  readonly revokedAtMs: number | undefined;
  /** When the present value replaced the one before. */
  readonly rotatedAtMs: number | undefined;
  /** Behind by up to a minute while a server runs. */
  readonly lastUsedAtMs: number | undefined;
}

/** Where connection tokens last. Each method rejects when the store cannot be used. */
export interface TokenStore {
  /**
   * Insert, if the tenant then has at most `maxActive` tokens that are neither revoked nor expired at `createdAtMs`.
   * Counted and inserted under one write lock, so that it holds whoever else inserts at the same time.
   *
   * @returns false when the tenant has that many already; then nothing is inserted.
   */
  insert(token: TokenRecord, limit?: { readonly maxActive?: number | undefined }): Promise<boolean>;
  findByHash(hash: string): Promise<TokenRecord | undefined>;
  find(id: string): Promise<TokenRecord | undefined>;
  list(filter: { readonly tenant?: string }): Promise<readonly TokenRecord[]>;
  /** So many of a tenant, or of all, newest first. */
  newest(filter: { readonly tenant?: string; readonly limit: number }): Promise<readonly TokenRecord[]>;
  /** @returns false when there is no such token or it was revoked before. */
  revoke(id: string, atMs: number): Promise<boolean>;
  /** Put a new value in the place of the old one, which ends at once. @returns false when the token is revoked, expired or absent. */
  rotate(id: string, value: NewValue): Promise<boolean>;
  /** Note when tokens were last used, by id, in one commit. Never takes a later time back. */
  recordUse(uses: ReadonlyMap<string, number>): Promise<void>;
}

/** A tenant whose credentials are all refused. */
export interface Suspension {
  readonly tenant: string;
  readonly suspendedAtMs: number;
  /** For operators; callers are not told. */
  readonly reason: string;
}

/** Which tenants are suspended. Each method rejects when the store cannot be used. */
export interface TenantStore {
  /** @returns false when the tenant was suspended before: the first time and reason stay. */
  suspend(suspension: Suspension): Promise<boolean>;
  /** @returns false when the tenant was not suspended. */
  resume(tenant: string): Promise<boolean>;
  find(tenant: string): Promise<Suspension | undefined>;
  list(): Promise<readonly Suspension[]>;
}

/** What all servers on one store share about confirmations. Each method rejects when the store cannot be used. */
export interface ConfirmationStore {
  /** The key that states are sealed with: the candidate where there is none yet, and the same for everybody ever after. */
  key(options: { readonly candidate: Uint8Array; readonly atMs: number }): Promise<Uint8Array>;
  /** Use a confirmation up. @returns false when it was used before, here or by another server. */
  use(confirmation: { readonly nonce: string; readonly expiresAtMs: number; readonly nowMs: number }): Promise<boolean>;
}

/** Tells whether keys, tokens or tenants may have changed: cheap enough to be asked with every request. */
export interface Changes {
  /**
   * A number that grows with every change that this process has made to them, and with every commit of another one.
   *
   * @throws StoreError when the store cannot be used.
   */
  version(): number;
}

/**
 * One line of the audit trail. Every call from "find the tool" on leaves exactly one `call` entry, whatever its end;
 * a write that is about to be sent leaves an `intent` entry with the same `callId` before the first byte.
 *
 * Never holds a credential; sensitive inputs are replaced.
 */
export interface AuditEntry {
  /**
   * `approval`: what became of a parked call, whose `callId` it carries. `admin`: somebody changed a key, a token or a tenant.
   * `refusal`: credentials were refused, at most one entry a minute.
   */
  readonly type: "intent" | "call" | "approval" | "admin" | "refusal";
  readonly callId: string;
  readonly atMs: number;
  readonly server: string;
  readonly serverVersion: string;
  readonly actorType: "mcp" | "admin";
  readonly tenant: string;
  readonly callerKind: string;
  readonly callerId: string;
  readonly callerName: string;
  readonly clientName: string | undefined;
  readonly clientVersion: string | undefined;
  /** Absent where nothing came over MCP. */
  readonly era: Era | undefined;
  readonly protocolVersion: string | undefined;
  readonly tool: string;
  readonly arguments: JsonObject;
  readonly decision: string | undefined;
  readonly why: string | undefined;
  readonly dryRun: boolean;
  readonly upstreamMethod: string | undefined;
  readonly upstreamTarget: string | undefined;
  readonly upstreamStatus: number | undefined;
  readonly upstreamMs: number | undefined;
  readonly ownMs: number | undefined;
  /** `ok`, `planned`, `intent`, or an error code. */
  readonly outcome: string;
}

/** Append-only. Resolves when the entry is durable, rejects when it is not: the caller then refuses to go on. */
export interface AuditLog {
  append(entry: AuditEntry): Promise<void>;
}

/** Structured lines to stderr. Fields hold no secrets: `Secret` prints itself as `[secret]`. */
export interface Logger {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/**
 * What a tenant's own policy makes of one tool's disposition, in the words of Vauchflow's page: always run, always wait, or run up to
 * a count.
 *
 * @see vauchflow.txt, "Per-tenant policy overrides"
 */
export type PolicyOverride =
  | "auto"
  | "pending_approval"
  | { readonly mode: "pending_approval"; readonly threshold_count: number };

/** One override as it is kept. */
export interface PolicyRecord {
  readonly server: string;
  readonly tenant: string;
  readonly tool: string;
  readonly override: PolicyOverride;
  readonly setAtMs: number;
  readonly setBy: string;
}

/** Tenants' own policies. Each method rejects when the store cannot be used. */
export interface PolicyStore {
  /** Set or replace one override, with its entry in one transaction. */
  set(policy: PolicyRecord, entry: AuditEntry): Promise<void>;
  /** @returns false when there was none; then no entry is left either. */
  clear(which: Pick<PolicyRecord, "server" | "tenant" | "tool">, entry: AuditEntry): Promise<boolean>;
  find(which: Pick<PolicyRecord, "server" | "tenant">): Promise<readonly PolicyRecord[]>;
  list(server: string): Promise<readonly PolicyRecord[]>;
}

/** A call that was parked, with all that came of it. */
export interface ApprovalRecord {
  /** UUID, unguessable. */
  readonly id: string;
  readonly server: string;
  readonly serverVersion: string;
  readonly tenant: string;
  /** Who asked. An approval is this caller's, and is shown to no other. */
  readonly requester: {
    readonly kind: string;
    readonly id: string;
    readonly name: string;
    /** What it held when it asked. Keys are looked at again; an OAuth caller's grant cannot be. */
    readonly scopes: readonly string[];
  };
  readonly client: string | undefined;
  readonly era: Era;
  readonly tool: string;
  readonly title: string;
  /** SHA-256 over what the tool was when the call was parked, lowercase hex. */
  readonly definitionDigest: string;
  /** SHA-256 over tool, tenant, caller and arguments: what was approved is what runs, and nothing else. */
  readonly digest: string;
  /** The arguments, defaults filled in. Kept in full: they are what runs. */
  readonly input: JsonObject;
  /** What an operator made of them, if any. */
  readonly editedInput: JsonObject | undefined;
  /** The one request, as a plan shows it: without credentials. */
  readonly request: JsonObject;
  /** Why it was parked: the rule, in words. */
  readonly why: string;
  readonly status: ApprovalStatus;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  /** The first of two operators. */
  readonly endorsedBy: string | undefined;
  readonly decidedBy: string | undefined;
  readonly decidedAtMs: number | undefined;
  /** What the operator said. */
  readonly reason: string | undefined;
  /** Grows with every lease. */
  readonly fence: number;
  /** While executing: until when nobody else may take it over. While approved: not to be begun before. */
  readonly leaseUntilMs: number | undefined;
  /** Times that it was begun. */
  readonly attempts: number;
  readonly dispatchedAtMs: number | undefined;
  readonly finishedAtMs: number | undefined;
  readonly upstreamStatus: number | undefined;
  /** The upstream's reply as text, where there is one. */
  readonly result: string | undefined;
  readonly errorCode: string | undefined;
  readonly errorMessage: string | undefined;
}

/** What a caller's own agents are told of, in the trail and by webhook, in the transaction that makes it true. */
export interface ApprovalEffects {
  readonly entries: readonly AuditEntry[];
  /** For webhooks. */
  readonly events: readonly ApprovalEvent[];
}

/** What a webhook tells, as it is sent: Standard Webhooks' own shape. */
export interface ApprovalEvent {
  /** `agent.action.executed` */
  readonly type: string;
  /** ISO 8601, when it became true. */
  readonly timestamp: string;
  readonly data: JsonObject;
}

/** What a move changes beside the state. */
export interface MoveChange {
  /** Unix time in milliseconds: what "expired" and "lease over" are measured by. */
  readonly atMs: number;
  /** Of whoever holds the lease. */
  readonly fence?: number;
  /** Only if it was endorsed by somebody else than this operator. */
  readonly notEndorsedBy?: string;
  readonly set?: Partial<
    Pick<
      ApprovalRecord,
      | "editedInput"
      | "request"
      | "endorsedBy"
      | "decidedBy"
      | "decidedAtMs"
      | "reason"
      | "attempts"
      | "leaseUntilMs"
      | "dispatchedAtMs"
      | "finishedAtMs"
      | "upstreamStatus"
      | "result"
      | "errorCode"
      | "errorMessage"
      | "expiresAtMs"
    >
  >;
}

/** How parking a call ended. `same`: this caller's equal call waits already. `full`: too many wait. */
export type Parked =
  | { readonly kind: "parked" | "same"; readonly approval: ApprovalRecord }
  | { readonly kind: "full"; readonly whose: "caller" | "tenant" };

/** Which approvals, newest first. */
export interface ApprovalFilter {
  readonly server: string;
  readonly tenant?: string;
  readonly statuses?: readonly ApprovalStatus[];
  readonly tool?: string;
  readonly requesterId?: string;
}

/** Where parked calls last. Each method rejects when the store cannot be used. */
export interface ApprovalStore {
  /** Park a call, unless an equal one of the same caller waits or there is no room. */
  park(
    approval: ApprovalRecord,
    options: {
      readonly perCaller: number;
      readonly perTenant: number;
      readonly effects: (parked: ApprovalRecord) => ApprovalEffects;
    },
  ): Promise<Parked>;
  find(id: string): Promise<ApprovalRecord | undefined>;
  /** A page, newest first; `next` is given back as `after`. @throws UnknownCursor when that is another text */
  page(
    filter: ApprovalFilter,
    options: { readonly limit: number; readonly after?: string },
  ): Promise<{ readonly approvals: readonly ApprovalRecord[]; readonly next: string | undefined }>;
  /** How many stand where. */
  count(filter: Pick<ApprovalFilter, "server" | "tenant">): Promise<Readonly<Partial<Record<ApprovalStatus, number>>>>;
  /**
   * Make one move, if its conditions hold: then the approval as it is afterwards, with its effects written in the same
   * transaction. Undefined when somebody else was first, or time has passed.
   */
  move(
    id: string,
    move: MoveName,
    change: MoveChange,
    effects: (after: ApprovalRecord) => ApprovalEffects,
  ): Promise<ApprovalRecord | undefined>;
  /** Approvals to be worked on, oldest first: approved and not put off, or executing with the lease over. */
  due(server: string, nowMs: number, limit: number): Promise<readonly ApprovalRecord[]>;
  /** Approvals whose time is over, but which do not say so yet, oldest first. */
  overdue(server: string, nowMs: number, limit: number): Promise<readonly ApprovalRecord[]>;
}

/** An address that is told what becomes of parked calls. */
export interface WebhookEndpoint {
  readonly id: string;
  readonly server: string;
  /** Whose calls; undefined: every tenant's. */
  readonly tenant: string | undefined;
  readonly url: string;
  /** `whsec_` and base64. Kept as it is, because each message is signed with it; shown to people once. */
  readonly secret: Secret;
  /** May be plain http, and at an address that only this network reaches. */
  readonly allowPrivate: boolean;
  readonly createdAtMs: number;
  readonly createdBy: string;
  /** Since when every attempt has failed. */
  readonly failingSinceMs: number | undefined;
  /** From then on nothing is sent. */
  readonly disabledAtMs: number | undefined;
  readonly disabledBecause: string | undefined;
}

/** `waiting`: to be tried, or tried again. `dead`: given up, and kept to be replayed. */
export type DeliveryStatus = "waiting" | "delivered" | "dead";

/** One event on its way to one endpoint. */
export interface WebhookDelivery {
  /** The message's id, the same with every attempt. */
  readonly id: string;
  readonly endpointId: string;
  readonly server: string;
  readonly tenant: string;
  readonly approvalId: string;
  /** `agent.action.executed` */
  readonly type: string;
  /** The body, byte for byte as it is sent. */
  readonly payload: string;
  readonly status: DeliveryStatus;
  readonly createdAtMs: number;
  /** While waiting: not to be tried before. Whoever tries puts it off first, so that nobody else does meanwhile. */
  readonly dueAtMs: number;
  /** Grows with every attempt: one that was overtaken changes nothing. */
  readonly fence: number;
  /** Since it was queued or replayed. */
  readonly attempts: number;
  readonly lastAttemptAtMs: number | undefined;
  /** HTTP status of the last attempt, where there was one. */
  readonly lastStatus: number | undefined;
  /** Why the last attempt did not count. */
  readonly lastError: string | undefined;
}

/** How an attempt ended. */
export type DeliveryEnding = {
  readonly atMs: number;
  readonly status: number | undefined;
} & (
  | { readonly kind: "delivered" }
  | { readonly kind: "again"; readonly error: string; readonly dueAtMs: number }
  /** `disable`: why nothing is to be sent to the endpoint any more. */
  | { readonly kind: "dead"; readonly error: string; readonly disable?: string }
);

/** Where webhooks last: endpoints, and what is on its way to them. Each method rejects when the store cannot be used. */
export interface WebhookStore {
  /** @returns false when so many endpoints of this tenant, or of all, are there already; then nothing is changed. */
  add(endpoint: WebhookEndpoint, most: number, entry: AuditEntry): Promise<boolean>;
  find(server: string, id: string): Promise<WebhookEndpoint | undefined>;
  list(server: string): Promise<readonly WebhookEndpoint[]>;
  /** Forget an endpoint and its secret; what waits for it is dead. @returns false when there is none. */
  remove(
    which: { readonly server: string; readonly id: string; readonly atMs: number },
    entry: AuditEntry,
  ): Promise<boolean>;
  /** Send to a disabled endpoint again. @returns false when it is not disabled or not there. */
  enable(which: { readonly server: string; readonly id: string }, entry: AuditEntry): Promise<boolean>;
  /** Deliveries to be tried now, oldest first, but none to these endpoints. */
  due(
    server: string,
    nowMs: number,
    options: { readonly limit: number; readonly except: readonly string[] },
  ): Promise<readonly WebhookDelivery[]>;
  /** Take a delivery for one attempt; undefined when somebody else has. */
  claim(
    id: string,
    lease: { readonly nowMs: number; readonly untilMs: number },
  ): Promise<{ readonly delivery: WebhookDelivery; readonly endpoint: WebhookEndpoint | undefined } | undefined>;
  /** Write down how an attempt ended, unless it was overtaken. */
  settle(attempt: Pick<WebhookDelivery, "id" | "endpointId" | "fence">, ending: DeliveryEnding): Promise<void>;
  /** A page, newest first; `next` is given back as `after`. @throws UnknownCursor when that is another text */
  page(
    filter: DeliveryFilter,
    options: { readonly limit: number; readonly after?: string },
  ): Promise<{ readonly deliveries: readonly WebhookDelivery[]; readonly next: string | undefined }>;
  /** How many of each endpoint's stand where. */
  counts(server: string): Promise<ReadonlyMap<string, Readonly<Partial<Record<DeliveryStatus, number>>>>>;
  /** Send again what is dead, or one that was delivered, under the same message id, but to no disabled endpoint. @returns how many */
  replay(
    which: { readonly server: string; readonly id?: string; readonly endpointId?: string; readonly atMs: number },
    entry: (many: number) => AuditEntry,
  ): Promise<number>;
  /** Remove some of what has been settled for long. @returns how many */
  prune(
    server: string,
    options: { readonly deliveredBeforeMs: number; readonly deadBeforeMs: number; readonly limit: number },
  ): Promise<number>;
}

/** Which deliveries. */
export interface DeliveryFilter {
  readonly server: string;
  readonly endpointId?: string;
  readonly status?: DeliveryStatus;
  readonly approvalId?: string;
}

/** What an operator may do in the console. `viewer` looks, `approver` decides too, `admin` also sets tenants' policies. */
export type OperatorRole = "viewer" | "approver" | "admin";

/** Whose account: names are unique within one server. */
export interface OperatorId {
  readonly server: string;
  readonly name: string;
}

/** One person who may sign in to the console of one server. */
export interface OperatorRecord extends OperatorId {
  readonly role: OperatorRole;
  /** scrypt with its parameters and salt. The password itself is nowhere. */
  readonly passwordHash: string;
  readonly createdAtMs: number;
}

/** A signed-in browser. */
export interface OperatorSession extends OperatorId {
  /** SHA-256 of the session's id, lowercase hex: the id itself is in the browser alone. */
  readonly hash: string;
  /** It was begun over https, and is good over https alone. */
  readonly isSecure: boolean;
  readonly createdAtMs: number;
  readonly seenAtMs: number;
}

/** Where operators, their sessions and failed sign-ins last. Each method rejects when the store cannot be used. */
export interface OperatorStore {
  /** @returns false when the name is taken. */
  insert(operator: OperatorRecord): Promise<boolean>;
  find(id: OperatorId): Promise<OperatorRecord | undefined>;
  /** By name. */
  list(server: string): Promise<readonly OperatorRecord[]>;
  /** The account and its sessions. @returns false when there was none. */
  remove(id: OperatorId): Promise<boolean>;
  /** Ends the account's sessions too. @returns false when there is none. */
  setPassword(id: OperatorId, passwordHash: string): Promise<boolean>;
  /** Forgets sessions that began before `endedBeforeMs`, whoever's they are. */
  openSession(session: OperatorSession, endedBeforeMs: number): Promise<void>;
  findSession(
    hash: string,
  ): Promise<{ readonly session: OperatorSession; readonly operator: OperatorRecord } | undefined>;
  touchSession(hash: string, seenAtMs: number): Promise<void>;
  closeSession(hash: string): Promise<void>;
  closeSessions(id: OperatorId): Promise<void>;
  /**
   * Count one more try of a subject, before it is known whether it is good: of a thousand at the same time, each counts.
   *
   * @returns until when nothing may be tried, in Unix milliseconds, where that is so; then the try was not counted.
   */
  beginAttempt(attempt: SignInAttempt): Promise<number | undefined>;
  /** It was good. */
  forgetAttempts(subject: string): Promise<void>;
}

/** Somebody tries to sign in. */
export interface SignInAttempt {
  /** Who or where from, hashed: people type passwords where names belong. */
  readonly subject: string;
  readonly nowMs: number;
  /** Milliseconds to wait after this many tries in a row. */
  readonly waitMs: (tries: number) => number;
  /** Tries are forgotten after so many milliseconds without another. */
  readonly forgetAfterMs: number;
}

/** Of one server, from then until then (exclusive), in Unix milliseconds. */
export interface Period {
  readonly server: string;
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** How many calls ended like this in one part of a period. */
export interface CallCount {
  /** Which part, counted from 0. */
  readonly part: number;
  readonly outcome: string;
  readonly calls: number;
}

/** How long one call took, in milliseconds. */
export interface CallTiming {
  readonly tool: string;
  readonly upstreamMs: number;
  readonly ownMs: number;
}

/** How long one parked call waited for its decision, in Unix milliseconds. */
export interface DecisionTiming {
  readonly createdAtMs: number;
  readonly decidedAtMs: number;
}

/** Figures for people who watch a server, read from the trail and the queue. Each method rejects when the store cannot be used. */
export interface FigureStore {
  /** Calls by how they ended, in so many equal parts of the period. */
  calls(period: Period, parts: number): Promise<readonly CallCount[]>;
  /** The newest calls that reached the upstream, so many at most. */
  timings(period: Period, limit: number): Promise<readonly CallTiming[]>;
  /** Where the calls that were parked in the period stand now. */
  parked(period: Period): Promise<Readonly<Partial<Record<ApprovalStatus, number>>>>;
  /** The newest calls of the period that were decided on, so many at most. */
  decisions(period: Period, limit: number): Promise<readonly DecisionTiming[]>;
  /** When the call was parked that waits longest, in Unix milliseconds. */
  oldestWaiting(server: string, nowMs: number): Promise<number | undefined>;
}
