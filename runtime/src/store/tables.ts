/**
 * The tables as Kysely sees them. Only types that SQLite and PostgreSQL share:
 * text, bigint (milliseconds of Unix time), double precision, integer for true (1) and false (0), JSON as text.
 */
export interface Tables {
  readonly toolspec_migrations: MigrationRow;
  readonly api_keys: KeyRow;
  readonly audit_entries: EntryRow;
  readonly connection_tokens: TokenRow;
  readonly tenants: TenantRow;
  readonly audit_writers: WriterRow;
  readonly audit_seals: SealRow;
  readonly server_secrets: SecretRow;
  readonly used_confirmations: UsedConfirmationRow;
  readonly approvals: ApprovalRow;
  readonly tenant_policies: PolicyRow;
  readonly webhook_endpoints: WebhookEndpointRow;
  readonly webhook_deliveries: WebhookDeliveryRow;
  readonly operators: OperatorRow;
  readonly operator_sessions: OperatorSessionRow;
  readonly sign_in_attempts: SignInAttemptRow;
}

/** One migration that was run. */
export interface MigrationRow {
  readonly number: number;
  readonly name: string;
  readonly applied_at_ms: number;
}

/** One API key. `scopes` is a JSON array of strings. */
export interface KeyRow {
  readonly id: string;
  readonly tenant: string;
  readonly kind: string;
  readonly name: string;
  readonly hash: string;
  readonly hint: string;
  readonly scopes: string;
  readonly created_at_ms: number;
  readonly expires_at_ms: number | null;
  readonly revoked_at_ms: number | null;
  readonly rotated_at_ms: number | null;
}

/** One connection token. */
export interface TokenRow {
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  readonly owner: string;
  readonly hash: string;
  readonly hint: string;
  readonly created_at_ms: number;
  readonly expires_at_ms: number | null;
  readonly revoked_at_ms: number | null;
  readonly rotated_at_ms: number | null;
  readonly last_used_at_ms: number | null;
}

/** One tenant of which there is something to say. */
export interface TenantRow {
  readonly tenant: string;
  readonly suspended_at_ms: number | null;
  readonly reason: string;
}

/** One line of the audit trail. `writer` names the process that wrote it, `seq` counts its entries from 1 without a gap. */
export interface EntryRow {
  readonly writer: string;
  readonly seq: number;
  readonly type: string;
  readonly call_id: string;
  readonly at_ms: number;
  readonly server: string;
  readonly server_version: string;
  readonly actor_type: string;
  readonly tenant: string;
  readonly caller_kind: string;
  readonly caller_id: string;
  readonly caller_name: string;
  readonly client_name: string | null;
  readonly client_version: string | null;
  readonly era: string;
  readonly protocol_version: string | null;
  readonly tool: string;
  readonly arguments: string;
  readonly decision: string | null;
  readonly why: string | null;
  readonly dry_run: number;
  readonly upstream_method: string | null;
  readonly upstream_target: string | null;
  readonly upstream_status: number | null;
  readonly upstream_ms: number | null;
  readonly own_ms: number | null;
  readonly outcome: string;
  /** Covers this entry and the one before of the same writer; null in entries from before there was a chain. */
  readonly hash: string | null;
}

/** How far one writer has come. What was pruned is known by the number and the hash of its last entry. */
export interface WriterRow {
  readonly writer: string;
  readonly seq: number;
  readonly hash: string;
  /** Number of the entry that was the last when it was sealed. */
  readonly sealed_seq: number;
  readonly pruned_seq: number;
  readonly pruned_hash: string;
}

/** One seal: the heads, as JSON, that had moved since they were sealed before. Numbered from 1 without a gap. */
export interface SealRow {
  readonly number: number;
  readonly at_ms: number;
  readonly writer: string;
  readonly heads: string;
  readonly hash: string;
}

/** A secret that servers on this store share, as base64url. */
export interface SecretRow {
  readonly name: string;
  readonly value: string;
  readonly created_at_ms: number;
}

/** A confirmation that was answered. */
export interface UsedConfirmationRow {
  readonly nonce: string;
  readonly expires_at_ms: number;
}

/** One parked call. `input`, `edited_input` and `request` are JSON objects. */
export interface ApprovalRow {
  readonly id: string;
  readonly server: string;
  readonly server_version: string;
  readonly tenant: string;
  readonly requester_kind: string;
  readonly requester_id: string;
  readonly requester_name: string;
  /** JSON array of strings. */
  readonly requester_scopes: string;
  readonly client: string | null;
  readonly era: string;
  readonly tool: string;
  readonly title: string;
  readonly definition_digest: string;
  readonly digest: string;
  readonly input: string;
  readonly edited_input: string | null;
  readonly request: string;
  readonly why: string;
  readonly status: string;
  readonly created_at_ms: number;
  readonly expires_at_ms: number;
  readonly endorsed_by: string | null;
  readonly decided_by: string | null;
  readonly decided_at_ms: number | null;
  readonly reason: string | null;
  readonly fence: number;
  readonly lease_until_ms: number | null;
  readonly attempts: number;
  readonly dispatched_at_ms: number | null;
  readonly finished_at_ms: number | null;
  readonly upstream_status: number | null;
  readonly result: string | null;
  readonly error_code: string | null;
  readonly error_message: string | null;
}

/** What one tenant has made of one tool's disposition. `override` is JSON. */
export interface PolicyRow {
  readonly server: string;
  readonly tenant: string;
  readonly tool: string;
  readonly override: string;
  readonly set_at_ms: number;
  readonly set_by: string;
}

/** An address that is told what becomes of parked calls. */
export interface WebhookEndpointRow {
  readonly id: string;
  readonly server: string;
  /** Null: every tenant's. */
  readonly tenant: string | null;
  readonly url: string;
  /** Emptied when the endpoint is removed. */
  readonly secret: string;
  /** 1 or 0. */
  readonly allow_private: number;
  readonly created_at_ms: number;
  readonly created_by: string;
  readonly failing_since_ms: number | null;
  readonly disabled_at_ms: number | null;
  readonly disabled_because: string | null;
  /** The row stays, so that what was sent there still says where. */
  readonly removed_at_ms: number | null;
}

/** One event on its way to one endpoint. `payload` is JSON, byte for byte as it is sent. */
export interface WebhookDeliveryRow {
  readonly id: string;
  readonly endpoint_id: string;
  readonly server: string;
  readonly tenant: string;
  readonly approval_id: string;
  readonly type: string;
  readonly payload: string;
  readonly status: string;
  readonly created_at_ms: number;
  readonly due_at_ms: number;
  readonly fence: number;
  readonly attempts: number;
  readonly last_attempt_at_ms: number | null;
  readonly last_status: number | null;
  readonly last_error: string | null;
}

/** One person who may sign in to the console. */
export interface OperatorRow {
  readonly server: string;
  readonly name: string;
  readonly role: string;
  readonly password_hash: string;
  readonly created_at_ms: number;
}

/** One signed-in browser. `is_secure` is 0 or 1. */
export interface OperatorSessionRow {
  readonly hash: string;
  readonly server: string;
  readonly name: string;
  readonly is_secure: number;
  readonly created_at_ms: number;
  readonly seen_at_ms: number;
}

/** Tries to sign in, of one name or from one address, since the last good one. */
export interface SignInAttemptRow {
  readonly subject: string;
  readonly tries: number;
  readonly last_at_ms: number;
  readonly blocked_until_ms: number;
}
