import { isUtf8 } from "node:buffer";

/** Bytes of one message, at most: what the endpoint takes. */
export const messageMaxBytes = 1024 * 1024;

/** JSON-RPC's own numbers (JSON-RPC 2.0 §5.1). */
const rpcCode = { parseError: -32700, invalidRequest: -32600, internalError: -32603 } as const;

/** A JSON-RPC id, or null where none was read. */
export type RpcId = string | number | null;

/** One message of the client. `text` is what goes out: the client's own bytes, so that no number or key changes on the way. */
export interface ClientMessage {
  readonly text: string;
  /** Undefined for notifications and for answers to the server. */
  readonly id: string | number | undefined;
  /** Undefined for answers to the server. */
  readonly method: string | undefined;
  readonly params: Readonly<Record<string, unknown>>;
  /** The protocol version that the message itself names: MCP 2026-07-28 and later. */
  readonly version: string | undefined;
}

const versionKey = "io.modelcontextprotocol/protocolVersion";

/** Read one line of the client, or state the JSON-RPC error that answers it. */
export function parseLine(line: Buffer | "too_long"): ClientMessage | { readonly error: string } {
  if (line === "too_long") return refuse(rpcCode.invalidRequest, `a message must be at most ${messageMaxBytes} bytes`);
  if (!isUtf8(line)) return refuse(rpcCode.parseError, "the message is not valid UTF-8");
  const text = line.toString("utf8").trim();
  const body = parseObject(text);
  // Not the engine's own words: they quote the message.
  if (body === "not_json") return refuse(rpcCode.parseError, "the message is not valid JSON");
  if (body === "not_object") return refuse(rpcCode.invalidRequest, "send one JSON-RPC message on a line, as an object");
  const { id, method } = body;
  const params = isObject(body.params) ? body.params : {};
  const version = isObject(params._meta) ? params._meta[versionKey] : undefined;
  return {
    text,
    id: typeof method === "string" && (typeof id === "string" || typeof id === "number") ? id : undefined,
    method: typeof method === "string" ? method : undefined,
    params,
    version: typeof version === "string" ? version : undefined,
  };
}

/** A JSON-RPC error as a line, without its newline. -32603 is for whatever went wrong between here and the endpoint. */
export function errorLine(id: RpcId, message: string, code: number = rpcCode.internalError, data?: object): string {
  return JSON.stringify({ jsonrpc: "2.0", id, error: { code, message, ...(data !== undefined && { data }) } });
}

/** What a text of the endpoint is, as far as an adapter has to know. */
export interface ServerMessage {
  /** As received, on one line: newlines in JSON stand between tokens only, so that they can be spaces. */
  readonly line: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Read a message of the endpoint; undefined where it is not one of JSON-RPC. */
export function parseServerMessage(text: string): ServerMessage | undefined {
  const body = parseObject(text);
  if (typeof body === "string" || body.jsonrpc !== "2.0") return undefined;
  return { line: text.trim().replaceAll(/[\r\n]+/g, " "), body };
}

/** Parse a JSON object, whatever is in it. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | "not_json" | "not_object" {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : "not_object";
  } catch {
    return "not_json";
  }
}

/** Whether a value is an object and not an array. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refuse(code: number, message: string): { readonly error: string } {
  return { error: errorLine(null, message, code) };
}
