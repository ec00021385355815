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
  },
  "vauchflow:policy-pending": {
    from: "Per-tenant policy overrides",
    says: '"pending_approval" always queues.',
  },
  "vauchflow:policy-threshold": {
    from: "Per-tenant policy overrides",
    says: "{ mode, threshold_count } moves the threshold.",
  },
  "vauchflow:pending-shape": {
    from: "Pending approval flow",
    says: "A parked call is a success with status, approval_id, action_type, expires_at, poll_url, message.",
  },
  "vauchflow:poll": {
    from: "Pending approval flow",
    says: "GET /v1/agent-approvals/<uuid> with the caller's own key until a terminal state.",
  },
  "vauchflow:approval-webhooks": {
    from: "Pending approval flow",
    says: "agent.action.* webhooks tell of each state.",
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

  // Rekomi, seeds/rekomi.txt
  "rekomi:endpoint": { from: "MCP server", says: "MCP is served over HTTP at /api/mcp." },
  "rekomi:client-config": {
    from: "MCP server",
    says: "A client needs two values: the address and an Authorization header with Bearer and the token.",
  },
  "rekomi:token-only-credential": {
    from: "Generate a connection token",
    says: "An rk_mcp_ token is the one credential that a client uses.",
  },
  "rekomi:token-made-by-owner": {
    from: "Generate a connection token",
    says: "Only an owner can make a token; others are refused.",
  },
  "rekomi:token-named": { from: "Generate a connection token", says: "A token is made with a name." },
  "rekomi:token-shown-once": {
    from: "Generate a connection token",
    says: "The value of a token is shown once, when it is made.",
  },
  "rekomi:token-limit": { from: "Generate a connection token", says: "An organization has at most 10 active tokens." },
  "rekomi:token-revoke": {
    from: "Generate a connection token",
    says: "A token can be revoked at any time, and no longer works within about ten seconds.",
  },
  "rekomi:token-every-plan": {
    from: "Generate a connection token",
    says: "Free and Trial organizations can have tokens too.",
  },
  "rekomi:on-behalf": {
    from: "How it works",
    says: "A call acts for the member who made the token, in that member's organization.",
  },
  "rekomi:every-plan": { from: "How it works", says: "MCP calls work on every plan, Free and Trial included." },
  "rekomi:feature-gates": { from: "How it works", says: "A feature's plan holds for calls over MCP too." },
  "rekomi:forwards-token": {
    from: "How it works",
    says: "Every upstream request carries the caller's Authorization unchanged.",
  },
  "rekomi:co-signs": {
    from: "How it works",
    says: "Every upstream request carries X-Rekomi-MCP-Identity: t=<unix>,v1=<hmac>.",
  },
  "rekomi:backend-checks": {
    from: "How it works",
    says: "The backend checks co-signature, token, role and scope before it acts, and then writes its audit log.",
  },
  "rekomi:direct-refused": {
    from: "How it works",
    says: "A token used without the relay is refused with mcp_relay_required.",
  },
  "rekomi:stateless": {
    from: "How it works",
    says: "Each call is one JSON-RPC request and response over HTTP; there are no sessions.",
  },
  "rekomi:no-sse": { from: "How it works", says: "No stream of events is opened." },
  "rekomi:identity-blob": {
    from: "How it works",
    says: "GET /api/mcp answers with a small JSON identity, good as a health check.",
  },
  "rekomi:manifest": { from: "How it works", says: "A machine-readable manifest is served as llms/mcp.txt." },
  "rekomi:tool-count": { from: "Available tools", says: "There are 39 tools, 23 reads and 16 writes." },
  "rekomi:one-to-one": {
    from: "Available tools",
    says: "A tool is one endpoint of the API, or for the two of the recipes the local content.",
  },
  "rekomi:no-composition": {
    from: "Available tools",
    says: "A tool never does several things; each action is a call of its own with its own audit entry.",
  },
  "rekomi:list_affiliates": {
    from: "Available tools",
    says: "Affiliates of the account page by page, of one campaign if asked; take is 1 to 200, 50 by default.",
  },
  "rekomi:get_affiliate": { from: "Available tools", says: "One affiliate with totals, recent conversions and notes." },
  "rekomi:list_conversions": {
    from: "Available tools",
    says: "Sales page by page, by affiliate, campaign, one of five statuses and since.",
  },
  "rekomi:record_lead": {
    from: "Available tools",
    says: "Ties an e-mail address to a slug before any payment, so that a later sale is credited without the click.",
  },
  "rekomi:list_campaigns": {
    from: "Available tools",
    says: "Campaigns page by page, with commission and payout rules and the number of affiliates.",
  },
  "rekomi:get_campaign": {
    from: "Available tools",
    says: "One campaign with commission and payout rules and recent figures.",
  },
  "rekomi:list_payouts": {
    from: "Available tools",
    says: "Payout batches page by page, by one of four statuses, affiliate and since.",
  },
  "rekomi:get_payout": { from: "Available tools", says: "One payout batch with its lines by affiliate." },
  "rekomi:dashboard_summary": {
    from: "Available tools",
    says: "Revenue, conversions, leads, active affiliates and pending approvals of 7d, 30d, 90d, ytd or all; 30d by default.",
  },
  "rekomi:dashboard_timeseries": {
    from: "Available tools",
    says: "One of four metrics day by day over 7d, 30d, 90d or ytd, about a year of points at most; all is refused.",
  },
  "rekomi:list_audit_log": {
    from: "Available tools",
    says: "Audit entries by page number: page from 1, pageSize at most 100 and 50 by default, by action, entity type, since and until.",
  },
  "rekomi:list_audit_log-entry": {
    from: "Available tools",
    says: "An audit entry has actorType (user, api_key, mcp, system or admin), action, entityType, entityId, before, after and createdAt.",
  },
  "rekomi:approve_affiliate": {
    from: "Available tools",
    says: "Approves a pending application and sends the welcome e-mail with its sign-in link.",
  },
  "rekomi:reject_affiliate": {
    from: "Available tools",
    says: "Rejects a pending application; the reason has at most 1000 characters, and the applicant is told unless notify is false.",
  },
  "rekomi:preview_payout": {
    from: "Available tools",
    says: "Computes a batch by affiliate without running it; calling it again changes nothing.",
  },
  "rekomi:mint_embed_token": {
    from: "Available tools",
    says: "A token for an affiliate's dashboard for 1 to 720 hours, 24 by default, for one site or a list, rotated if asked.",
  },
  "rekomi:mint_embed_token-plan": {
    from: "Available tools",
    says: "Below Growth it is refused with plan_tier_required, 402.",
  },
  "rekomi:get_home_currency": {
    from: "Available tools",
    says: "The HomeCurrency, the currencies that are supported, and whether the plan permits a change.",
  },
  "rekomi:set_home_currency": {
    from: "Available tools",
    says: "Sets a three-letter ISO 4217 currency; the present one again changes nothing; it is audited; past conversions keep theirs.",
  },
  "rekomi:set_home_currency-plan": {
    from: "Available tools",
    says: "Below Pro it is refused with plan_tier_required, 402.",
  },
  "rekomi:get_program_sub_affiliate_config": {
    from: "Available tools",
    says: "A campaign's sub-affiliate settings: enabled and percent.",
  },
  "rekomi:set_program_sub_affiliate_config": {
    from: "Available tools",
    says: "Sets enabled and a percent from 0 to 100 for one level; it is audited.",
  },
  "rekomi:set_program_sub_affiliate_config-plan": {
    from: "Available tools",
    says: "Below Pro it is refused with plan_tier_required, 402.",
  },
  "rekomi:set_program_sub_affiliate_config-owner": {
    from: "Available tools",
    says: "Only an owner with a verified e-mail address may.",
  },
  "rekomi:list_affiliate_sub_affiliates": {
    from: "Available tools",
    says: "Whom an affiliate recruited, each with status, commission generated and override earned, as a flat list without pages.",
  },
  "rekomi:list_campaign_coupons": {
    from: "Available tools",
    says: "The coupon codes of a campaign itself, page by page.",
  },
  "rekomi:create_campaign_coupon": {
    from: "Available tools",
    says: "A coupon of a campaign, by percent or by amount with its currency, with duration, limits, end and metadata.",
  },
  "rekomi:list_affiliate_coupons": {
    from: "Available tools",
    says: "The coupon codes of one affiliate, page by page.",
  },
  "rekomi:list_my_coupons": {
    from: "Available tools",
    says: "For a calling affiliate: the campaigns on which it may make codes, and those it has.",
  },
  "rekomi:generate_affiliate_coupon": {
    from: "Available tools",
    says: "A code for an affiliate, a vanity one if asked, only on a campaign that allows it.",
  },
  "rekomi:revoke_affiliate_coupon": { from: "Available tools", says: "Deactivates a code of an affiliate." },
  "rekomi:get_org_profile": {
    from: "Available tools",
    says: "Name, slug, brand color, logo, description, plan, subscription, end of the trial and payout grace days.",
  },
  "rekomi:get_billing_state": {
    from: "Available tools",
    says: "Plan, subscription, end of the trial, whether Stripe is linked as customer and by Connect, and the limits of the plan.",
  },
  "rekomi:list_install_platforms": {
    from: "Available tools",
    says: "29 platforms, each with platformKey, displayName, category, conversionFire, requiresStripeConnect and requiresApiKey.",
  },
  "rekomi:get_install_recipe": {
    from: "Available tools",
    says: "Ordered steps, gotchas, conversion path and documentation address of one platform.",
  },
  "rekomi:get_install_recipe-fallback": {
    from: "Available tools",
    says: "An unknown key gets a general recipe of three paths and no failure.",
  },
  "rekomi:create_campaign": {
    from: "Available tools",
    says: "Creates a campaign from name and slug, with commission, cookie window, attribution, approval and visibility; it is audited.",
  },
  "rekomi:create_campaign-models": {
    from: "Available tools",
    says: "Cps, Cpc and Cpl are commission models; the legacy Cpa, RevShare and Hybrid are accepted still.",
  },
  "rekomi:create_campaign-pairing": {
    from: "Available tools",
    says: "RevShare goes with Percentage alone, Cpc and Cpl with Fixed alone.",
  },
  "rekomi:create_affiliate_invite": {
    from: "Available tools",
    says: "Invites one affiliate by e-mail, on every plan; an accepted invite is approved by default.",
  },
  "rekomi:create_affiliate_invite-note": {
    from: "Available tools",
    says: "HTML of the personal note is reduced to what the server allows.",
  },
  "rekomi:create_affiliate_invite-slug": {
    from: "Available tools",
    says: "A slug from a former platform is kept; one that is taken is refused with slug_already_taken, 409.",
  },
  "rekomi:bulk_invite_affiliates": {
    from: "Available tools",
    says: "Invites 1 to 50 affiliates at once, by recipients with slug and name or by the older list of addresses.",
  },
  "rekomi:bulk_invite_affiliates-plan": {
    from: "Available tools",
    says: "Without an active paid subscription of Starter or above it is refused with paid_plan_required, 402.",
  },
  "rekomi:bulk_invite_affiliates-conflicts": {
    from: "Available tools",
    says: "A slug that is taken is listed under slugConflicts, and its recipient is invited with a random one.",
  },
  "rekomi:import_affiliates": {
    from: "Available tools",
    says: "Imports 1 to 1000 rows in a form of no particular platform; status is approved by default, and states can be picked.",
  },
  "rekomi:import_affiliates-idempotent": {
    from: "Available tools",
    says: "An address that is in the campaign already, or twice in the batch, is skipped.",
  },
  "rekomi:import_affiliates-plan": {
    from: "Available tools",
    says: "Calls over MCP pass the plan gate that direct API keys meet.",
  },
  "rekomi:import_affiliates-notify": {
    from: "Available tools",
    says: "Telling the affiliates needs Growth or above with an active subscription.",
  },
  "rekomi:import_affiliates-report": {
    from: "Available tools",
    says: "Returns a job that can be reverted, with imported, skipped, errored and reasons.",
  },
  "rekomi:preview_conversion_import": {
    from: "Available tools",
    says: "Says of 1 to 1000 rows what an import would do, with paid and unpaid balance, and writes nothing.",
  },
  "rekomi:import_conversions": {
    from: "Available tools",
    says: "Imports 1 to 1000 rows, each with an affiliate by e-mail address or slug; paid rows can be left out.",
  },
  "rekomi:import_conversions-idempotent": { from: "Available tools", says: "The same rows again pay nothing twice." },
  "rekomi:import_conversions-money": {
    from: "Available tools",
    says: "Paid rows become settled history; unpaid rows become payable only with confirmUnpaidPayout, which is false by default.",
  },
  "rekomi:import_conversions-plan": {
    from: "Available tools",
    says: "Calls over MCP pass the plan gate that direct API keys meet.",
  },
  "rekomi:import_conversions-report": {
    from: "Available tools",
    says: "Returns a job that can be reverted, and unpaidConfirmedCents.",
  },
  "rekomi:get_attribution_params": {
    from: "Available tools",
    says: "The own parameters, the 16 defaults, and the order in which the loader looks.",
  },
  "rekomi:update_attribution_params": {
    from: "Available tools",
    says: "Sets at most 10 names of 2 to 32 of a-z, 0-9, _ and -, at most 256 characters in all; empty or left out clears them.",
  },
  "rekomi:update_attribution_params-owner": { from: "Available tools", says: "Only an owner may; it is audited." },
  "rekomi:get_install_snippet": {
    from: "Available tools",
    says: "A snippet to paste, with campaign, own parameters and perhaps the pixel key; the newest active campaign, clicks only, by default.",
  },
  "rekomi:get_install_snippet-pixel": {
    from: "Available tools",
    says: "withPixel without a public pixel key is refused with 409.",
  },
  "rekomi:cursor-shape": { from: "Available tools", says: "A list by cursor is { items, nextCursor, hasMore }." },
  "rekomi:offset-shape": { from: "Available tools", says: "list_audit_log is { page, pageSize, total, items }." },
  "rekomi:confirm-marked": {
    from: "Available tools",
    says: "The four tools that should be confirmed are marked as destructive to clients.",
  },
  "rekomi:preview-before-import": {
    from: "Available tools",
    says: "Models are told to preview an import of conversions and to show the unpaid balance before confirmUnpaidPayout.",
  },
  "rekomi:install-order": {
    from: "Install Rekomi with the assistant",
    says: "Models are told the order of an installation: profile, billing, platforms, recipe, campaign.",
  },
  "rekomi:install-billing-decides": {
    from: "Install Rekomi with the assistant",
    says: "stripeConnectLinked decides between Stripe webhooks and the other paths, and models are told so.",
  },
  "rekomi:install-gotchas": {
    from: "Install Rekomi with the assistant",
    says: "The recipe's gotchas are there to be told along with its steps.",
  },
  "rekomi:install-campaign-confirmed": {
    from: "Install Rekomi with the assistant",
    says: "Models are told to confirm name, slug, commission type and value before create_campaign.",
  },
  "rekomi:migrate-invites": {
    from: "Install Rekomi with the assistant",
    says: "Affiliates of another platform can be invited in bulk.",
  },
  "rekomi:withheld-api-keys": {
    from: "What the assistant cannot do (security)",
    says: "No tool mints API keys; people are sent to Settings, API keys.",
  },
  "rekomi:withheld-tokens": { from: "What the assistant cannot do (security)", says: "No tool makes MCP tokens." },
  "rekomi:withheld-billing": {
    from: "What the assistant cannot do (security)",
    says: "No tool changes billing or opens a checkout; get_billing_state reads alone.",
  },
  "rekomi:withheld-said": {
    from: "What the assistant cannot do (security)",
    says: "What is left out is said, with the reason and where a person finds it.",
  },
  "rekomi:api-gate-passed": {
    from: "Plan-gate semantics",
    says: "The plan gate of direct API keys does not hold for calls through the relay.",
  },
  "rekomi:feature-gate-stays": {
    from: "Plan-gate semantics",
    says: "The plan gate of a feature holds for them: plan_tier_required, 402.",
  },
  "rekomi:upgrade-not-token": {
    from: "Plan-gate semantics",
    says: "plan_tier_required names the plan and says that another token will not help.",
  },
  "rekomi:token-shape": { from: "Security model", says: "A token is rk_mcp_ and 256 random bits in base64url." },
  "rekomi:token-hash": {
    from: "Security model",
    says: "Tokens are stored as SHA-256; the value itself is stored nowhere.",
  },
  "rekomi:token-one-time-reveal": {
    from: "Security model",
    says: "The value is shown when a token is made or rotated, and never again.",
  },
  "rekomi:token-rotate": { from: "Security model", says: "Rotating a token ends its old value." },
  "rekomi:token-owner-only": { from: "Security model", says: "Only an owner makes, rotates and revokes tokens." },
  "rekomi:token-cap": { from: "Security model", says: "The eleventh active token of an organization is refused." },
  "rekomi:token-scope": { from: "Security model", says: "Every token has the scope read_write." },
  "rekomi:direct-use-blocked": {
    from: "Security model",
    says: "A stolen token is refused by the API without the relay.",
  },
  "rekomi:relay-text": {
    from: "Security model",
    says: "The co-signature is over {t}.{METHOD}.{path}.{SHA-256 of the body in hex}.",
  },
  "rekomi:relay-window": {
    from: "Security model",
    says: "A co-signature more than 300 seconds from now, either way, is refused.",
  },
  "rekomi:relay-constant-time": { from: "Security model", says: "Co-signatures are compared in constant time." },
  "rekomi:relay-replay": { from: "Security model", says: "A replayed co-signature is refused." },
  "rekomi:relay-tampering": { from: "Security model", says: "A changed body, method or path is refused." },
  "rekomi:revoke-propagation": {
    from: "Security model",
    says: "A revoked token stops within ten seconds on every instance.",
  },
  "rekomi:audit-every-call": {
    from: "Security model",
    says: "Every call lands in the audit log with actor type mcp, token id, action, entity and time.",
  },
  "rekomi:audit-filter": {
    from: "Security model",
    says: "Entries of MCP calls can be told from others by their actor type.",
  },
  "rekomi:suspension": { from: "Security model", says: "A suspended account stops every call within seconds." },
  "rekomi:scrubbing": { from: "Security model", says: "Tokens and co-signatures are taken out of error reports." },
  "rekomi:token-per-device": { from: "Best practices", says: "One token can be revoked without touching the others." },
  "rekomi:sixteen-writes": {
    from: "Best practices",
    says: "The sixteen writes are those of the list, preview_payout included.",
  },
  "rekomi:trouble-relay-required": {
    from: "Troubleshooting",
    says: "mcp_relay_required says to point the client at the MCP server.",
  },
  "rekomi:trouble-plan": {
    from: "Troubleshooting",
    says: "plan_tier_required says to upgrade or to use another tool, and that tokens make no difference.",
  },
  "rekomi:trouble-unauthorized": {
    from: "Troubleshooting",
    says: "A wrong, revoked or rotated token gets 401, and the advice to make a new one under Settings, AI assistant.",
  },
  "rekomi:trouble-relay-secret": {
    from: "Troubleshooting",
    says: "A co-signature that the backend does not accept is named as the operator's fault, while the list of tools still works.",
  },
  "rekomi:trouble-rotated": {
    from: "Troubleshooting",
    says: "After a rotation a client that still sends the old value gets 401.",
  },
  "rekomi:trouble-well-known": {
    from: "Troubleshooting",
    says: "A probe of /.well-known/oauth-protected-resource gets a JSON 404, and the bearer token works on.",
  },

  // Perkamo, seeds/perkamo.txt
  "perkamo:purpose": {
    from: "MCP server",
    says: "Reaches one Space of the caller: program rules, customers, migrations and supervised operational actions.",
  },
  "perkamo:withheld": {
    from: "MCP server",
    says: "It is no end-user widget, browser integration or production backend, and says so to models.",
  },
  "perkamo:endpoint": {
    from: "Hosted MCP with OAuth",
    says: "Hosted MCP is served over HTTP at /mcp of https://api.perkamo.com.",
  },
  "perkamo:browser-login": {
    from: "Hosted MCP with OAuth",
    says: "A client opens a browser login and is connected to the person's account.",
  },
  "perkamo:discovery": {
    from: "Hosted MCP with OAuth",
    says: "A client that knows nothing but the address finds the login by itself: challenge and metadata say where.",
  },
  "perkamo:role-permissions": { from: "Hosted MCP with OAuth", says: "Access follows the permissions of the account." },
  "perkamo:active-space": {
    from: "Hosted MCP with OAuth",
    says: "Access follows the active Space of the account, and reaches no other.",
  },
  "perkamo:viewer-reads": { from: "Hosted MCP with OAuth", says: "Viewers can inspect data." },
  "perkamo:viewer-writes-refused": {
    from: "Hosted MCP with OAuth",
    says: "Viewers cannot run writes, whatever their client was granted.",
  },
  "perkamo:writers": {
    from: "Hosted MCP with OAuth",
    says: "Admins and owners can run writes when the client has write access and the call has confirm: true.",
  },
  "perkamo:no-key": { from: "Install in MCP clients", says: "Hosted MCP needs no npm package and no server API key." },
  "perkamo:claude-connector": {
    from: "Claude.ai and Claude Desktop",
    says: "A custom connector needs the address alone; login opens when it connects.",
  },
  "perkamo:own-account": { from: "Claude.ai and Claude Desktop", says: "Each user connects their own account." },
  "perkamo:claude-code": {
    from: "Claude Code",
    says: "claude mcp add --transport http with the address, and --scope user where it is wanted, is all of the configuration.",
  },
  "perkamo:claude-code-login": {
    from: "Claude Code",
    says: "/mcp completes the browser login: authorization code with PKCE, token, call.",
  },
  "perkamo:codex-add": {
    from: "Codex CLI",
    says: "codex mcp add with --url and the address is all of the configuration.",
  },
  "perkamo:codex-login-scopes": {
    from: "Codex CLI",
    says: "A login may ask for mcp:read and mcp:write, and gets what it asked for.",
  },
  "perkamo:read-only-grant": { from: "Codex CLI", says: "A grant of mcp:read alone inspects and changes nothing." },
  "perkamo:remote-url": {
    from: "Other MCP clients",
    says: "Any client that speaks remote HTTP MCP works with the address, old and new protocol versions alike.",
  },
  "perkamo:adapter": {
    from: "Other MCP clients",
    says: "Clients without remote servers use the npm adapter @perkamo/mcp.",
  },
  "perkamo:tool-count": { from: "Tools", says: "There are 13 tools, 6 reads and 7 writes." },
  "perkamo:get_program": {
    from: "Tools",
    says: "Active rules, wallets, rewards, perks, achievements, boosts and levels.",
  },
  "perkamo:get_usage": { from: "Tools", says: "Usage metrics and plan limits." },
  "perkamo:get_customer": { from: "Tools", says: "One customer by userId." },
  "perkamo:search_customers": { from: "Tools", says: "Customers by user id, email, name or external id." },
  "perkamo:validate_config_module": {
    from: "Tools",
    says: "A config payload is checked before upload; nothing is kept.",
  },
  "perkamo:plan_migration": {
    from: "Tools",
    says: "A plan from a competitor's or custom export summary; nothing is kept.",
  },
  "perkamo:identify_customer": { from: "Tools", says: "Creates or updates trusted customer traits." },
  "perkamo:emit_event": { from: "Tools", says: "Sends one trusted event with a stable transactionId." },
  "perkamo:emit_event-once": { from: "Tools", says: "The same transactionId counts once, however often it is sent." },
  "perkamo:batch_events": { from: "Tools", says: "Sends up to 100 trusted events for retries or migrations." },
  "perkamo:batch_events-limit": { from: "Tools", says: "More than 100 events are refused before anything is sent." },
  "perkamo:redeem_reward": { from: "Tools", says: "Redeems a configured reward for a customer." },
  "perkamo:create_browser_token": { from: "Tools", says: "Mints a short-lived browser or stream token." },
  "perkamo:upload_config_module": { from: "Tools", says: "Uploads a new config version." },
  "perkamo:adjust_customer": { from: "Tools", says: "Manually adjusts wallets and unlocked perks of a customer." },
  "perkamo:write-access": { from: "Mutations", says: "Writes require write access." },
  "perkamo:confirm": {
    from: "Mutations",
    says: "Writes require confirm: true in the tool input; without it nothing is sent.",
  },
  "perkamo:not-inferred": {
    from: "Mutations",
    says: "An agent cannot change rules, emit events or redeem rewards because it inferred an action from context.",
  },
  "perkamo:test-spaces": {
    from: "Mutations",
    says: "Test Spaces are preferred for configuration, migrations and replays, and a model is told so and can see which kind a Space is.",
  },
  "perkamo:validate-warnings": {
    from: "Config changes",
    says: "The validator returns warnings for fields or modules that need manual review.",
  },
  "perkamo:validate-modules": {
    from: "Config changes",
    says: "The validator knows the supported modules: the seven sections of the program.",
  },
  "perkamo:stage-first": {
    from: "Config changes",
    says: "New versions are staged for review unless told otherwise, and staged ones change nothing that is in force.",
  },
  "perkamo:activate-after-review": {
    from: "Config changes",
    says: "A version is made active on purpose, and get_program shows the whole program, staged versions included, before.",
  },
  "perkamo:migration-sources": {
    from: "Migrations",
    says: "Plans exist for Smile.io, Yotpo, LoyaltyLion, Gameball, Talon.One, Voucherify, Open Loyalty and custom platforms.",
  },
  "perkamo:migration-order": {
    from: "Migrations",
    says: "The order is export, map currencies, configure in a test Space, replay a cohort, reconcile before cutover.",
  },
  "perkamo:migration-mapping": { from: "Migrations", says: "Source point currencies are mapped to wallets." },
  "perkamo:migration-replay": {
    from: "Migrations",
    says: "Representative events are replayed with deterministic transaction ids: a second replay changes nothing.",
  },
  "perkamo:no-computed-state": {
    from: "Migrations",
    says: "Computed point totals, tier names or reward state are refused as event context.",
  },
  "perkamo:computes": {
    from: "Migrations",
    says: "Wallets, levels and unlocks are computed from trusted facts, rules and the idempotent history of events.",
  },
  "perkamo:write-grants": {
    from: "Security checklist",
    says: "Write access is granted on its own, to those who need it.",
  },
  "perkamo:short-lived": {
    from: "Security checklist",
    says: "Sessions that can change things are short-lived: tokens expire, and an expired one is refused.",
  },
  "perkamo:supervised": {
    from: "Security checklist",
    says: "A person confirms: clients that can show a form have the person asked, for every write.",
  },
  "perkamo:deterministic-redemption": {
    from: "Security checklist",
    says: "A redemption that is repeated with its transactionId pays once.",
  },
  "perkamo:records-outside": {
    from: "Security checklist",
    says: "Source exports and reconciliation logs are kept outside MCP: no tool takes or keeps them.",
  },
  "perkamo:financial-like": {
    from: "Security checklist",
    says: "Balances, issued rewards and VIP state are treated like money: adjustments need a reason and leave a record.",
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
  /** Milliseconds. Default: vitest's. */
  timeout?: number,
): void {
  it(`${name} [${[ids].flat().join(", ")}]`, test, timeout);
}
