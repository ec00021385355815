import {
  type JSONRPCMessage,
  type JSONRPCRequest,
  type Server,
  SUPPORTED_PROTOCOL_VERSIONS,
  type Transport,
} from "@modelcontextprotocol/server";
import type { RequestHeaders } from "../gateway.ts";
import { type Reply, rpcCode, toErrorReply, toJsonReply } from "./rpc.ts";

/**
 * Answer one 2025-era request as plain JSON: no session, no stream, `initialize` and then independent POSTs.
 *
 * The SDK's own stateless fallback answers with a stream of one event, never resolves when its connection ends, and uses
 * numbers that are reserved. Its `Server` does all the protocol here too; only the transport, one message long, is ours.
 *
 * `signal` stops the call when the server is stopped. A client of this era that disconnects has not cancelled
 * (MCP 2025-11-25, "Sending Messages to the Server").
 */
export async function answerLegacy(server: Server, request: JSONRPCRequest, signal: AbortSignal): Promise<Reply> {
  const { transport, answer } = openExchange();
  const onAbort = () => void transport.close();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    await server.connect(transport);
    transport.onmessage?.(request);
    return toJsonReply(200, await answer);
  } finally {
    signal.removeEventListener("abort", onAbort);
    await transport.close();
  }
}

/**
 * Refuse a protocol version that this server does not speak. `initialize` negotiates, and needs no header; a request
 * without the header is taken as 2025-03-26 (MCP 2025-11-25, "Protocol Version Header").
 */
export function checkLegacyVersion(request: JSONRPCRequest, headers: RequestHeaders): Reply | undefined {
  const version = headers["mcp-protocol-version"];
  if (request.method === "initialize" || version === undefined) return undefined;
  if (SUPPORTED_PROTOCOL_VERSIONS.includes(String(version).trim())) return undefined;
  const message = "MCP-Protocol-Version names a version that this server does not speak";
  const data = { supported: SUPPORTED_PROTOCOL_VERSIONS };
  return toErrorReply(400, request.id, { code: rpcCode.invalidRequest, message, data });
}

/** A transport that hands its first response to `answer`. Progress and the like have nowhere to go without a stream. */
function openExchange(): { transport: Transport; answer: Promise<JSONRPCMessage> } {
  const { promise, resolve, reject } = Promise.withResolvers<JSONRPCMessage>();
  // It may be closed before anyone waits for the answer, and a rejection that nobody hears would end the process.
  promise.catch(() => {});
  let isClosed = false;
  const transport: Transport = {
    start: async () => {},
    send: async (message) => {
      if ("result" in message || "error" in message) resolve(message);
    },
    close: async () => {
      if (isClosed) return;
      isClosed = true;
      reject(new Error("the exchange was closed before it was answered"));
      transport.onclose?.();
    },
  };
  return { transport, answer: promise };
}
