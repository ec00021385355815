/**
 * What a call is at each door. Every step takes the type that the step before it made, so none can be skipped.
 *
 * authenticate → Caller · find the tool → ToolCall · authorize → AuthorizedCall · parse → ParsedCall ·
 * decide and clear → ClearedCall · forward → Outcome
 *
 * A tool that answers from local content ends in a LocalCall instead, which nothing can send.
 */
import type { ApprovalStatus } from "./approval-states.ts";
import type { AnyUpstreamRequest, ApprovalLookup, ContentRequest, JsonObject, Tool } from "./codegen.ts";
import type { GatewayError } from "./errors.ts";

/** A credential that cannot be printed: not by a template, `JSON.stringify`, `util.inspect` or a log line. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** Give the value up. The only callers are those that put it on the wire or compare it. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "[secret]";
  }
}

/** Who is calling, verified. */
export interface Caller {
  readonly tenant: string;
  /** Kind of the credential as server.yaml names it: `agent`, `secret`. */
  readonly kind: string;
  /** Identifier of the credential, safe to show: never the credential itself. */
  readonly id: string;
  /** What its maker called it. */
  readonly name: string;
  readonly scopes: ReadonlySet<string>;
  readonly bypasses: ReadonlySet<"scope" | "approval">;
  /** Of OAuth callers whose server knows roles: the role, and the scopes that it may use at most. `scopes` are within them. */
  readonly role?: { readonly name: string; readonly mayUse: ReadonlySet<string> };
  /** The caller's own credential, for servers that forward it. */
  readonly credential: Secret;
}

/** The two ways of speaking MCP: 2026-07-28 and later, or 2025-11-25 and older. */
export type Era = "modern" | "legacy";

/** What the client says of itself. Recorded, never believed. */
export interface ClientInfo {
  readonly name?: string;
  readonly version?: string;
  readonly protocolVersion?: string;
}

/** The tools that a client has narrowed its list to: those of the toolsets that it asked for. */
export interface ChosenToolsets {
  /** The same for the same sets, in whichever order they were named. */
  readonly key: string;
  /** Names of tools. */
  readonly tools: ReadonlySet<string>;
}

/** A `tools/call` as decoded: nothing looked up, nothing believed. */
export interface ReceivedCall {
  /** UUID of this call, in the audit trail, the log and the upstream's `X-Request-Id`. */
  readonly id: string;
  /** Unix time in milliseconds. */
  readonly atMs: number;
  readonly caller: Caller;
  readonly era: Era;
  readonly client: ClientInfo;
  readonly toolName: string;
  readonly arguments: JsonObject;
  /** A tool outside of them is as unknown as it is unlisted. Absent: the client has every tool. */
  readonly toolsets?: ChosenToolsets | undefined;
  /** The client can show a form to the person and bring the answer (MCP 2026-07-28, "Elicitation"). */
  readonly canAsk: boolean;
  /** What the person answered to the form of an earlier try of this call, as the client brings it: nothing of it is believed. */
  readonly answer?: ConfirmationAnswer;
  /** Aborts when the client has gone or the server is being stopped. */
  readonly signal: AbortSignal;
}

/** The answer to a form, as it comes back with the call that is tried again. */
export interface ConfirmationAnswer {
  /** What this server sealed when it asked. */
  readonly requestState: string;
  /** An `ElicitResult`, not looked at yet; undefined when the client brought none. */
  readonly response: unknown;
}

/** The call of a tool that exists and that this caller can see. */
export interface ToolCall extends ReceivedCall {
  readonly tool: Tool;
}

declare const authorized: unique symbol;

/** The call of a tool whose scope this caller holds. Only `policy/scope.ts` makes one. */
export interface AuthorizedCall extends ToolCall {
  readonly [authorized]: true;
}

/** The language's own arguments. */
export interface Controls {
  readonly dryRun: boolean;
  /** `confirm: true` stood in the arguments. */
  readonly confirm: boolean;
}

/** Arguments checked, defaults filled in. */
export interface ParsedCall extends AuthorizedCall {
  readonly input: JsonObject;
  readonly controls: Controls;
}

/** How a call may go on, and why: the reason is for people and stands in the audit entry. */
export type Decision =
  | { readonly kind: "run"; readonly why: string }
  | {
      readonly kind: "dry_run";
      readonly how: "forward" | "plan";
      readonly insteadOf: "auto" | "confirm" | "approval";
      readonly why: string;
    }
  /** A person has to say yes: in a form, where the client can show one, or else by `confirm: true`. */
  | { readonly kind: "confirm"; readonly why: string }
  | { readonly kind: "approval"; readonly why: string };

declare const cleared: unique symbol;

/** A call that may be sent as it stands. Only `policy/decide.ts` makes one. */
export interface ClearedCall extends ParsedCall {
  readonly [cleared]: true;
  readonly decision: Extract<Decision, { kind: "run" | "dry_run" }>;
  readonly request: AnyUpstreamRequest;
}

/** A call that is answered here, from local content or the queue of approvals. Only `policy/decide.ts` makes one; no way leads from it to the upstream. */
export interface LocalCall extends ParsedCall {
  readonly [cleared]: true;
  readonly content: ContentRequest | ApprovalLookup;
}

/** One upstream exchange as it was: for the audit entry and for mapping errors. */
export interface Exchange {
  readonly method: string;
  /** The request target as sent, query included. */
  readonly target: string;
  readonly status?: number;
  /** From the first byte sent to the last byte read, in milliseconds. */
  readonly durationMs: number;
}

/** How a call ended. `text` is the upstream's reply as received; without an exchange it is local content. */
export type Outcome =
  | { readonly kind: "succeeded"; readonly text: string; readonly value: unknown; readonly exchange?: Exchange }
  | { readonly kind: "planned"; readonly text: string; readonly value: JsonObject }
  /** It waits for an operator, and `value` says where to ask what became of it. */
  | { readonly kind: "parked"; readonly text: string; readonly value: JsonObject; readonly parked: ParkedCall }
  /** The person is asked first; nothing was sent. `requestState` comes back with the answer. */
  | { readonly kind: "asked"; readonly form: ConfirmationForm; readonly requestState: string }
  | { readonly kind: "failed"; readonly error: GatewayError; readonly exchange?: Exchange };

/** How a call that was parked stands, with the end that it has come to, as if it had been answered at once. */
export interface ParkedCall {
  /** Of the approval, and of the call: one UUID. */
  readonly id: string;
  readonly tool: string;
  /** As it is at this instant: what is over by the clock is `expired`. */
  readonly status: ApprovalStatus;
  /** Unix time in milliseconds. */
  readonly createdAtMs: number;
  readonly changedAtMs: number;
  readonly expiresAtMs: number;
  /** Absent while it has none, and when whoever asked took it back. */
  readonly outcome?: Extract<Outcome, { kind: "succeeded" | "failed" }>;
}

/** What a person is shown before a call runs (MCP 2026-07-28, "Elicitation", form mode). */
export interface ConfirmationForm {
  /** Tool, tenant, arguments and effect, in plain text. */
  readonly message: string;
  readonly requestedSchema: JsonObject;
}
