/**
 * Every way a call may fail, once: the code, how it leaves the house, and whether trying again can help.
 *
 * The codes are stable and stand in `error.code` of a tool result and in `error.data.code` of a JSON-RPC error. Where the
 * upstream refused by a code of its own, a tool result's `error.code` is that one, and ours stands in `error.gatewayCode`.
 * `server.yaml` may map a code or an upstream status to a JSON-RPC number; nothing else may.
 *
 * @see design notes "Error codes": own numbers stay outside the range that JSON-RPC reserves, unless a vendor promised one.
 */
export const errorTable = {
  /** No credential, or one that is unknown, malformed, expired, revoked or of a kind that is refused here. 400 where there are several. */
  unauthenticated: { leavesAs: "http", http: 401, retryable: false },
  /** The credential store cannot be read. */
  auth_unavailable: { leavesAs: "http", http: 503, retryable: true },
  /** To an OAuth caller: 403 and a challenge with the scopes that are missing (RFC 6750, section 3.1), so that it can ask for them. */
  scope_required: { leavesAs: "result", retryable: false },
  /** The caller's role may not use the tool's scope, so that asking for the scope would not help. */
  role_forbidden: { leavesAs: "result", retryable: false },
  /** JSON-RPC "invalid params", as MCP's page on tools asks for an unknown tool. */
  unknown_tool: { leavesAs: "rpc", rpc: -32602, retryable: false },
  /** The address or header of a request names a toolset that the server does not have. */
  unknown_toolset: { leavesAs: "http", http: 400, retryable: false },
  /** A result rather than a protocol error, so that a model sees the problems and can mend its arguments (SEP-1303). */
  invalid_argument: { leavesAs: "result", retryable: false },
  /** A person has to say yes first, and the client cannot ask one. */
  confirmation_required: { leavesAs: "result", retryable: false },
  /** The answer to the form does not let the call run; `reason` says why. */
  confirmation_refused: { leavesAs: "result", retryable: false },
  /** Used confirmations cannot be recorded, so none is accepted. */
  confirmation_unavailable: { leavesAs: "result", retryable: true },
  limit_exceeded: { leavesAs: "result", retryable: true },
  /** The decision is "approval", and this server cannot hold a call for an operator. */
  approval_unavailable: { leavesAs: "result", retryable: false },
  /** There is no such approval, or it is somebody else's. */
  unknown_approval: { leavesAs: "result", retryable: false },
  /** It waits no more, so it cannot be taken back. */
  approval_decided: { leavesAs: "result", retryable: false },
  /** An operator has said no, or found that it had not happened and closed it. */
  approval_rejected: { leavesAs: "result", retryable: false },
  /** Nobody decided in time, or nobody began what was decided. */
  approval_expired: { leavesAs: "result", retryable: false },
  /** The key or token that asked for a parked call has ended since, or its account is suspended. */
  credential_ended: { leavesAs: "result", retryable: false },
  /** The tool is not what it was when the call was parked. */
  definition_changed: { leavesAs: "result", retryable: false },
  /** The queue of approvals cannot be read or written. A call that should have been parked was neither parked nor run. */
  approval_store_unavailable: { leavesAs: "result", retryable: true },
  /** The audit trail cannot be written, so nothing was sent. */
  audit_unavailable: { leavesAs: "result", retryable: true },
  /** 4xx: the upstream's own code and message are passed on. */
  upstream_rejected: { leavesAs: "result", retryable: false },
  /** 401 or 403 for the gateway's own credential: the operator's problem, not the caller's. */
  upstream_unauthorized: { leavesAs: "result", retryable: false },
  /** The authorization server gives no token for the upstream in exchange for the caller's. */
  token_exchange_refused: { leavesAs: "result", retryable: false },
  /** The authorization server cannot be asked for one. Nothing was sent to the upstream. */
  token_exchange_unavailable: { leavesAs: "result", retryable: true },
  upstream_rate_limited: { leavesAs: "result", retryable: true },
  /** 5xx. */
  upstream_failed: { leavesAs: "result", retryable: true },
  /** No connection: nothing was sent. */
  upstream_unreachable: { leavesAs: "result", retryable: true },
  upstream_timeout: { leavesAs: "result", retryable: true },
  /** The connection ended before the reply did. */
  upstream_reset: { leavesAs: "result", retryable: true },
  /** The reply broke HTTP, or was shorter than it said. What comes after its announced end is dropped. */
  upstream_malformed: { leavesAs: "result", retryable: true },
  upstream_too_large: { leavesAs: "result", retryable: false },
  /** 3xx is never followed: the origin is fixed. */
  upstream_redirect: { leavesAs: "result", retryable: false },
  /** The reply is not JSON by its media type or its content encoding. */
  upstream_media_type: { leavesAs: "result", retryable: false },
  upstream_invalid_json: { leavesAs: "result", retryable: false },
  /** The reply breaks the tool's output schema, and the tool says `contract: enforce`. */
  upstream_contract: { leavesAs: "result", retryable: false },
  /** A write was sent and its answer was lost. It may or may not have happened. */
  outcome_unknown: { leavesAs: "result", retryable: false },
  /** The client went away before anything was sent. */
  cancelled: { leavesAs: "result", retryable: true },
  internal: { leavesAs: "rpc", rpc: -32603, retryable: true },
} as const satisfies Record<string, ErrorExit>;

/** One row of the table. `http` answers before JSON-RPC begins; `rpc` is a JSON-RPC error; `result` a tool result with `isError`. */
export type ErrorExit =
  | { readonly leavesAs: "http"; readonly http: number; readonly retryable: boolean }
  | { readonly leavesAs: "rpc"; readonly rpc: number; readonly retryable: boolean }
  | { readonly leavesAs: "result"; readonly retryable: boolean };

/** A code of the closed list above. */
export type ErrorCode = keyof typeof errorTable;

/** What the caller may see beside code and message. Plain JSON; never a secret, a token or a body. */
export type ErrorMeta = Readonly<Record<string, unknown>>;

/**
 * A refusal or failure that the caller is told about.
 *
 * `message` is always safe to show and says what to do; `cause` is for the log only.
 */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  readonly meta: ErrorMeta;

  constructor(code: ErrorCode, message: string, options: { meta?: ErrorMeta; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "GatewayError";
    this.code = code;
    this.meta = options.meta ?? {};
  }
}
