/** The runtime's error codes. The generator never imports the runtime; a test across both holds the two lists together. */
export const errorCodes = [
  "unauthenticated",
  "auth_unavailable",
  "scope_required",
  "unknown_tool",
  "invalid_argument",
  "limit_exceeded",
  "approval_unavailable",
  "audit_unavailable",
  "upstream_rejected",
  "upstream_unauthorized",
  "upstream_rate_limited",
  "upstream_failed",
  "upstream_unreachable",
  "upstream_timeout",
  "upstream_reset",
  "upstream_malformed",
  "upstream_too_large",
  "upstream_redirect",
  "upstream_media_type",
  "upstream_invalid_json",
  "upstream_contract",
  "outcome_unknown",
  "cancelled",
  "internal",
] as const;

/** How an example may end: well, parked, as a plan, or with an error code. */
export const expectations = ["ok", "pending_approval", "planned", ...errorCodes] as const;
