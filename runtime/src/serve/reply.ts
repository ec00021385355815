import { type CallToolResult, ProtocolError } from "@modelcontextprotocol/server";
import type { Outcome } from "../call.ts";
import type { ServerDefinition } from "../codegen.ts";
import { type ErrorMeta, errorTable, type GatewayError } from "../errors.ts";

/** Bytes of an error's JSON, at most: an error is read by a model or a person, and must never be a way to fetch a body. */
export const errorMaxBytes = 64 * 1024;

/** Characters kept of a message that is too long; what matters stands at its beginning. */
const messageMaxChars = 4_096;

/**
 * Turn the end of a call into what `tools/call` answers.
 *
 * A success carries the upstream's text as received and the same JSON as `structuredContent`. A failure leaves as the
 * error table says, unless `server.yaml` maps its upstream status, or else its code, to a JSON-RPC number.
 *
 * @throws ProtocolError when the failure leaves as a JSON-RPC error; `data` is `{ code, error: { code, message, meta } }`.
 */
export function toToolResult(outcome: Outcome, server: ServerDefinition): CallToolResult {
  switch (outcome.kind) {
    case "succeeded":
    case "planned":
      return { content: [{ type: "text", text: outcome.text }], ...structured(outcome.value) };
    case "failed": {
      const exit = exitOf(outcome.error, server);
      if (exit !== undefined) throw toProtocolError(outcome.error, exit);
      // Without `structuredContent`: an error does not fit the `outputSchema` that this tool advertises.
      return { isError: true, content: [{ type: "text", text: resultText(outcome.error) }] };
    }
  }
}

/** A JSON-RPC number, and the message that goes with it where the error's own is not wanted. */
interface RpcExit {
  readonly rpc: number;
  readonly message?: string;
}

/**
 * State one error as the JSON-RPC error that carries it.
 *
 * `code` is stable and for programs, `error` is for people: the number alone tells a client little.
 */
export function toRpcError(error: GatewayError, mapping: RpcExit): { code: number; message: string; data: object } {
  const known = { code: error.code, message: clip(error.message) };
  const message = mapping.message ?? known.message;
  const data = { code: error.code, error: { ...known, meta: error.meta } };
  if (fits(data)) return { code: mapping.rpc, message, data };
  return { code: mapping.rpc, message, data: { code: error.code, error: { ...known, meta: { truncated: true } } } };
}

function toProtocolError(error: GatewayError, mapping: RpcExit): ProtocolError {
  const { code, message, data } = toRpcError(error, mapping);
  return new ProtocolError(code, message, data);
}

/** The JSON-RPC number of this error, or `undefined` when it leaves as a tool result. */
function exitOf(error: GatewayError, server: ServerDefinition): RpcExit | undefined {
  const { status } = error.meta;
  const byStatus = typeof status === "number" ? server.errors[`${status}`] : undefined;
  const mapping = byStatus ?? server.errors[error.code];
  if (mapping?.rpc !== undefined) return { ...mapping, rpc: mapping.rpc };
  const exit = errorTable[error.code];
  // An `http` exit belongs to the step before JSON-RPC; met inside a call it is an ordinary failure of that call.
  return exit.leavesAs === "rpc" ? { rpc: exit.rpc } : undefined;
}

/** `retryable` is the table's word unless the step that failed knew better; code and message are never overridden. */
function resultText(error: GatewayError): string {
  const known = { code: error.code, message: clip(error.message) };
  const { code: _code, message: _message, ...meta }: ErrorMeta = error.meta;
  const { retryable } = errorTable[error.code];
  const status = meta.status === undefined ? {} : { status: meta.status };
  const full = { error: { ...known, ...status, retryable, ...meta } };
  return JSON.stringify(fits(full) ? full : { error: { ...known, ...status, retryable, truncated: true } });
}

/** A reply without a body (204) has text, the empty one, and no value. */
function structured(value: unknown): { structuredContent?: CallToolResult["structuredContent"] } {
  // The SDK types this as an object, the 2025 rule; `Server.projectCallToolResult` wraps other values for that era.
  return value === undefined ? {} : { structuredContent: value as NonNullable<CallToolResult["structuredContent"]> };
}

function fits(value: object): boolean {
  return Buffer.byteLength(JSON.stringify(value)) <= errorMaxBytes;
}

function clip(message: string): string {
  return message.length <= messageMaxChars ? message : `${message.slice(0, messageMaxChars)}…`;
}
