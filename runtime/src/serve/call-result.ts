import { ProtocolError } from "@modelcontextprotocol/server";
import type { Outcome } from "../call.ts";
import type { JsonObject, ServerDefinition } from "../codegen.ts";
import { toToolResult } from "./reply.ts";

/** How `tools/call` answers: by a result, or by a JSON-RPC error. */
export type CallResult =
  | { readonly result: JsonObject }
  | { readonly error: { readonly code: number; readonly message: string; readonly data?: unknown } };

/**
 * What a client would have been answered, for a caller in this very process.
 *
 * @throws Error for a form: a caller here can show none, and has said so.
 */
export function asCallResult(outcome: Outcome, server: ServerDefinition, tool: string): CallResult {
  if (outcome.kind === "asked") throw new Error(`${tool} asks a caller that cannot be asked`);
  try {
    const plan = server.tools.find(({ name }) => name === tool)?.plan;
    return { result: toToolResult(outcome, server, plan) as JsonObject };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const { code, message, data } = error;
    return { error: { code, message, ...(data !== undefined && { data }) } };
  }
}
