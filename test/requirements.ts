import { it } from "vitest";

/**
 * What the three systems' public pages promise, one id a promise. Tests cite the ids with {@link verifies}; a test of
 * this list fails when a promise is cited by none.
 *
 * `from` names the heading on the page. `later` names the issue that a promise waits for; such a promise may be uncited.
 */
export const requirements = {
  // Vauchflow, seeds/vauchflow.txt
  "vauchflow:endpoint": { from: "What it is", says: "MCP is served at POST /v1/mcp, JSON-RPC 2.0 over HTTP." },
  "vauchflow:stateless": {
    from: "What it is",
    says: "Each call is an independent POST request; nothing is kept between calls.",
  },
  "vauchflow:tenant-isolation": { from: "What it is", says: "A key reaches its own tenant's data and no other's." },
  "vauchflow:rate-limit": { from: "What it is", says: "Calls over MCP are rate limited." },
  "vauchflow:audit": { from: "What it is", says: "Calls over MCP are audited." },
  "vauchflow:api-key-header": { from: "What it is", says: "The key goes into X-API-Key." },
  "vauchflow:agent-scopes": { from: "What it is", says: "An agent key may use the tools of its scopes and no others." },
  "vauchflow:write-scopes-explicit": { from: "What it is", says: "Write scopes must be granted when the key is made." },
  "vauchflow:secret-bypasses-scope": { from: "What it is", says: "Secret keys bypass scope checks." },
  "vauchflow:secret-bypasses-approval": { from: "What it is", says: "Secret keys bypass the approval gate." },
  "vauchflow:publishable-refused": { from: "What it is", says: "Publishable keys are rejected at the endpoint." },
  "vauchflow:mint-agent-key": {
    from: "Create an agent key",
    says: "A key is made with a name, scopes and a lifetime in days.",
  },
  "vauchflow:key-shown-once": { from: "Create an agent key", says: "The key is shown once." },
  "vauchflow:client-config": {
    from: "Add to Claude Desktop config",
    says: "A client needs the URL and the X-API-Key header.",
  },
  "vauchflow:list_campaigns": {
    from: "Read tools",
    says: "Lists the tenant's campaigns, filtered by status; { campaigns, total, returned }.",
  },
  "vauchflow:get_campaign": { from: "Read tools", says: "A campaign with its rules and live stats." },
  "vauchflow:get_voucher": { from: "Read tools", says: "A voucher by code." },
  "vauchflow:validate_voucher": {
    from: "Read tools",
    says: "Checks status, expiry, limits and rules without redeeming.",
  },
  "vauchflow:get_redemption": { from: "Read tools", says: "A redemption by UUID, of the last two months only." },
  "vauchflow:analytics_overview": { from: "Read tools", says: "A summary of the tenant." },
  "vauchflow:campaign_performance": { from: "Read tools", says: "Metrics and a time series of one campaign." },
  "vauchflow:create_customer": { from: "Write tools", says: "Creates a customer at once; idempotent on external_ref." },
  "vauchflow:update_customer": { from: "Write tools", says: "Updates tags or metadata of a customer at once." },
  "vauchflow:redeem_voucher": {
    from: "Write tools",
    says: "Redeems at once, atomically; idempotent on (code, customer_id, idempotency_key).",
  },
  "vauchflow:create_voucher-single": { from: "Write tools", says: "One voucher is created at once." },
  "vauchflow:create_voucher-threshold": {
    from: "Write tools",
    says: "More than 100 vouchers wait for an operator; up to 100 do not.",
  },
  "vauchflow:create_campaign": { from: "Write tools", says: "Waits for an operator by default." },
  "vauchflow:update_campaign": { from: "Write tools", says: "PATCH semantics; waits for an operator by default." },
  "vauchflow:create_webhook": { from: "Write tools", says: "Waits for an operator by default." },
  "vauchflow:delete_webhook": {
    from: "Write tools",
    says: "Deactivates, never deletes; waits for an operator by default.",
  },
  "vauchflow:policy-auto": {
    from: "Per-tenant policy overrides",
    says: '"auto" bypasses the gate for a tenant.',
    later: "Waiting for an operator",
  },
  "vauchflow:policy-pending": {
    from: "Per-tenant policy overrides",
    says: '"pending_approval" always queues.',
    later: "Waiting for an operator",
  },
  "vauchflow:policy-threshold": {
    from: "Per-tenant policy overrides",
    says: "{ mode, threshold_count } moves the threshold.",
    later: "Waiting for an operator",
  },
  "vauchflow:pending-shape": {
    from: "Pending approval flow",
    says: "A parked call is a success with status, approval_id, action_type, expires_at, poll_url, message.",
    later: "Waiting for an operator",
  },
  "vauchflow:poll": {
    from: "Pending approval flow",
    says: "GET /v1/agent-approvals/<uuid> with the caller's own key until a terminal state.",
    later: "Waiting for an operator",
  },
  "vauchflow:approval-webhooks": {
    from: "Pending approval flow",
    says: "agent.action.* webhooks tell of each state.",
    later: "Waiting for an operator",
  },
  "vauchflow:text-envelope": {
    from: "Pending approval flow",
    says: "Every result is JSON in content[0].text, with isError false.",
  },
  "vauchflow:dry-run-accepted": { from: "Dry run", says: "Every write but delete_webhook takes dry_run: true." },
  "vauchflow:dry-run-flag": { from: "Dry run", says: "A dry run's result has dry_run: true at the top level." },
  "vauchflow:dry-run-persists-nothing": { from: "Dry run", says: "A dry run writes no row." },
  "vauchflow:dry-run-never-queues": { from: "Dry run", says: "A dry run never meets the approval gate." },
  "vauchflow:dry-run-no-events": { from: "Dry run", says: "A dry run fires no event." },
  "vauchflow:error-envelope": { from: "Error envelope", says: "Errors carry { error: { code, message, meta } }." },
  "vauchflow:error-scope": { from: "Error envelope", says: "-32004 scope_required when an agent key lacks the scope." },
  "vauchflow:error-unknown-tool": { from: "Error envelope", says: "-32601 for an incorrect tool name." },
  "vauchflow:error-not-found": {
    from: "Error envelope",
    says: "-32603 for a resource that this tenant does not have.",
  },
} as const satisfies Record<string, Requirement>;

interface Requirement {
  readonly from: string;
  readonly says: string;
  readonly later?: string;
}

export type RequirementId = keyof typeof requirements;

/** State a test that shows one or more promises kept. */
export function verifies(
  ids: RequirementId | readonly RequirementId[],
  name: string,
  test: () => Promise<void> | void,
): void {
  it(`${name} [${[ids].flat().join(", ")}]`, test);
}
