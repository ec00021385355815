import { checkJson } from "../limit/json.ts";
import { type RpcError, type RpcId, rpcCode } from "./rpc.ts";

/**
 * Bytes of one JSON-RPC message. Arguments of a tool are a form, not a file; the 4 MiB that the SDK would take can hold
 * 300,000 keys, which stall a process for seconds.
 */
export const messageMaxBytes = 1024 * 1024;

/**
 * Characters of an id, a method, a name or a protocol version, at most. The SDK repeats them in its errors, and the longest
 * that anyone sends is a UUID or a tool name of 128 characters (MCP 2026-07-28, "Tool Names").
 */
const wordMaxChars = 256;

/** One message, parsed and within the limits, or why it is refused and for which id. */
export type ParsedMessage =
  | { readonly kind: "message"; readonly body: object }
  | { readonly kind: "refused"; readonly id: RpcId; readonly error: RpcError };

/**
 * Parse one JSON-RPC message and apply the limits, before the protocol looks at it: JSON, one object and not a batch,
 * neither deep nor wide nor with a `__proto__`, no word in it longer than 256 characters.
 *
 * Batches left MCP in 2025-06-18; they are refused in both eras because they multiply work behind one credential check.
 */
export function parseMessage(text: string): ParsedMessage {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // Not the engine's own words: they quote the request.
    return refused(null, "the message is not valid JSON", rpcCode.parseError);
  }
  if (Array.isArray(body)) return refused(null, "batches are not accepted: send one JSON-RPC message at a time");
  if (typeof body !== "object" || body === null) return refused(null, "a JSON-RPC message is an object");
  const limit = checkJson(body);
  if (limit !== undefined)
    return refused(echoableId(body), limit.message, rpcCode.invalidRequest, { code: limit.code });
  const word = longWord(body as Record<string, unknown>);
  if (word === undefined) return { kind: "message", body };
  return refused(echoableId(body), `${word} must be at most ${wordMaxChars} characters`);
}

/** The id to answer with: that of a request, when it is a string or a number; `null` otherwise. */
export function echoableId(body: unknown): RpcId {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return null;
  const { id, method } = body as Record<string, unknown>;
  if (typeof method !== "string") return null;
  return (typeof id === "string" && !isLong(id)) || typeof id === "number" ? id : null;
}

function longWord({ id, method, params }: Record<string, unknown>): string | undefined {
  const words = { id, method, ...(isObject(params) && wordsOf(params)) };
  return Object.entries(words).find(([, value]) => isLong(value))?.[0];
}

function wordsOf({ name, uri, taskId, cursor, protocolVersion, _meta: meta }: Record<string, unknown>): object {
  const own = isObject(meta) ? Object.entries(meta).filter(([key]) => key.startsWith("io.modelcontextprotocol/")) : [];
  return { name, uri, taskId, cursor, protocolVersion, ...Object.fromEntries(own) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isLong(value: unknown): boolean {
  return typeof value === "string" && value.length > wordMaxChars;
}

function refused(id: RpcId, message: string, code: number = rpcCode.invalidRequest, data?: object): ParsedMessage {
  return { kind: "refused", id, error: { code, message, ...(data !== undefined && { data }) } };
}
