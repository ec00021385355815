import type { Area } from "./explanation.ts";

/** By error code of the runtime: what happened, and what whoever reads it does then. */
const codes: readonly (readonly [code: string, what: string, then: string])[] = [
  [
    "unauthenticated",
    "There is no credential, or one that is unknown, expired, revoked or refused here.",
    "Send another one. Trying the same again does not help.",
  ],
  [
    "auth_unavailable",
    "The store of credentials, or the authorization server's keys, cannot be read.",
    "Try again shortly. Operators: look at the store, and at the issuer's address.",
  ],
  [
    "scope_required",
    "The credential lacks the scope that the tool asks for.",
    "Give it that scope. OAuth callers get a challenge, and may ask their person for it.",
  ],
  [
    "role_forbidden",
    "The caller's role may not use the tool, whatever its scopes.",
    "Nobody but whoever gives out roles can change that.",
  ],
  [
    "unknown_tool",
    "The server has no tool of this name.",
    "Read tools/list again: the list has changed, or the name has a slip. A tool outside the toolsets of the connection counts as unknown.",
  ],
  [
    "unknown_toolset",
    "The address (?toolsets=) or the header X-MCP-Toolsets names a toolset that the server does not have.",
    "Correct it where the connection is configured; the message names the sets that there are, and all gives every tool.",
  ],
  [
    "invalid_argument",
    "Arguments do not fit the tool's schema; every problem is listed.",
    "Correct all of them and call again.",
  ],
  [
    "confirmation_required",
    "A person has to say yes first, and the client cannot show a form.",
    "Ask the person, then call again with confirm: true.",
  ],
  [
    "confirmation_refused",
    "The person said no, or the answer to the form is too old or for another call.",
    "Do not try again unless the person asks for it.",
  ],
  [
    "confirmation_unavailable",
    "Used confirmations cannot be recorded, so none is accepted.",
    "Try again shortly. Operators: look at the store.",
  ],
  [
    "limit_exceeded",
    "The call is above a rate, a size or a depth that the server allows.",
    "Wait as long as retryAfterSeconds says, or send less.",
  ],
  [
    "approval_unavailable",
    "The call would have to wait for an operator, and this server has no queue.",
    "Ask the operator. Maintainers: add approvals: to server.yaml.",
  ],
  [
    "unknown_approval",
    "There is no such approval, or it is somebody else's.",
    "Use the approval_id of your own pending answer.",
  ],
  [
    "approval_decided",
    "The call waits no more, so it cannot be taken back.",
    "Read with get_approval what became of it.",
  ],
  ["approval_rejected", "An operator has said no; reason says why.", "Tell the user, and do not try again as it is."],
  [
    "approval_expired",
    "Nobody decided in time, or nobody began what was decided.",
    "Call again if it is still wanted.",
  ],
  [
    "credential_ended",
    "The key or token that asked for a parked call has ended since.",
    "Call again with one that holds.",
  ],
  ["definition_changed", "The tool is not what it was when the call was parked.", "Read tools/list and call again."],
  [
    "approval_store_unavailable",
    "The queue cannot be read or written; the call was neither parked nor run.",
    "Try again shortly. Operators: look at the store.",
  ],
  [
    "audit_unavailable",
    "The audit trail cannot be written, so nothing was sent.",
    "Try again shortly. Operators: look at the disk and the database.",
  ],
  [
    "upstream_rejected",
    "The API behind the tool refused the call; its own code and message are passed on.",
    "Correct what the message says.",
  ],
  [
    "upstream_unauthorized",
    "The API refused this server's own credential.",
    "Operators: look at upstream.credentials and its variables. Callers cannot help it.",
  ],
  [
    "token_exchange_refused",
    "The authorization server gives no token for the upstream in exchange for the caller's.",
    "Operators: let this client exchange tokens for that audience.",
  ],
  [
    "token_exchange_unavailable",
    "The authorization server cannot be asked for a token; nothing was sent.",
    "Try again shortly. Operators: look at tokenUrl.",
  ],
  ["upstream_rate_limited", "The API says that it gets too many requests.", "Wait as long as it says."],
  [
    "upstream_failed",
    "The API answered with a fault of its own (5xx).",
    "Try again later. A write may ask first whether it happened.",
  ],
  [
    "upstream_unreachable",
    "There is no connection to the API; nothing was sent.",
    "Try again. Operators: look at the upstream's address and the network.",
  ],
  [
    "upstream_timeout",
    "The API did not answer in time.",
    "Try again, or ask for less. Maintainers: timeout: gives a tool more.",
  ],
  ["upstream_reset", "The connection ended before the reply did.", "Try again."],
  [
    "upstream_malformed",
    "The reply broke HTTP, or was shorter than it said.",
    "Try again. Operators: look for a proxy between the two.",
  ],
  ["upstream_too_large", "The reply is larger than the server takes.", "Ask for less: a page, a filter, fewer fields."],
  [
    "upstream_redirect",
    "The API sent the request elsewhere, which is never followed.",
    "Maintainers: write the final address into upstream.url or request.",
  ],
  [
    "upstream_media_type",
    "The reply is not of the media type that the tool expects.",
    "Operators: look whether upstream.url leads to the API or to a page for people.",
  ],
  [
    "upstream_invalid_json",
    "The reply says that it is JSON, and is not.",
    "Operators: look for a proxy that answers in the API's place.",
  ],
  [
    "upstream_contract",
    "The reply breaks the tool's output, and the tool enforces it.",
    "Maintainers: bring openapi up to date, or write contract: observe.",
  ],
  [
    "outcome_unknown",
    "A write was sent and its answer was lost: it may have happened.",
    "Look whether it did before you call again.",
  ],
  ["cancelled", "The client went away before anything was sent.", "Call again if it is still wanted."],
  [
    "internal",
    "Something broke inside the server; the log has it under the call's id.",
    "Operators: look there, and open an issue.",
  ],
];

/** What the runtime answers. */
export const answers: Area = {
  title: "Answers of a running server",
  explanations: codes.map(([rule, title, why]) => ({ rule, title, why })),
};
