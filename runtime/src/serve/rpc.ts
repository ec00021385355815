/** What a door answers: an HTTP status, headers and a body. Only streams are streamed. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | ReadableStream<Uint8Array> | undefined;
}

/** JSON-RPC's own numbers (JSON-RPC 2.0 §5.1). */
export const rpcCode = {
  parseError: -32700,
  invalidRequest: -32600,
  invalidParams: -32602,
  internalError: -32603,
} as const;

/** A JSON-RPC id that may be sent back. */
export type RpcId = string | number | null;

/** The `error` of a JSON-RPC message. */
export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

/** State a JSON-RPC error that answers a message with `id`, or no message at all (`null`). */
export function toErrorMessage(id: RpcId, error: RpcError): { jsonrpc: "2.0"; id: RpcId; error: RpcError } {
  return { jsonrpc: "2.0", id, error };
}

/** State a JSON-RPC error as an HTTP reply. */
export function toErrorReply(status: number, id: RpcId, error: RpcError): Reply {
  return toJsonReply(status, toErrorMessage(id, error));
}

/** State any value as a JSON reply. */
export function toJsonReply(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(value) };
}

/**
 * Refuse at the HTTP level, where no JSON-RPC message was read: `{ "error": { "code", "message" } }`.
 *
 * Not JSON-RPC: its numbers for this (-32000 and below) are reserved and mean nothing to a client, the status says it all.
 */
export function refuse(
  status: number,
  code: string,
  message: string,
  headers?: Readonly<Record<string, string>>,
): Reply {
  return toJsonReply(status, { error: { code, message } }, headers);
}
