import {
  type CallToolResult,
  type InputRequiredResult,
  inputRequired,
  ProtocolError,
} from "@modelcontextprotocol/server";
import type { Outcome } from "../call.ts";
import type { ServerDefinition } from "../codegen.ts";
import { errorTable, type GatewayError } from "../errors.ts";
import { type Mapped, mapError } from "./mapping.ts";

/** Bytes of an error's JSON, at most: an error is read by a model or a person, and must never be a way to fetch a body. */
export const errorMaxBytes = 64 * 1024;

/** Characters kept of a message that is too long; what matters stands at its beginning. */
const messageMaxChars = 4_096;

/** How a call ended that asks for nothing more. */
export type Settled = Exclude<Outcome, { kind: "asked" }>;

/** The form's place among the input requests of a result, which can hold several. */
export const formKey = "confirm";

/** Turn a question into what `tools/call` answers: one form, and the state that comes back with its answer. */
export function toInputRequired({ form, requestState }: Extract<Outcome, { kind: "asked" }>): InputRequiredResult {
  const params = form as unknown as Parameters<typeof inputRequired.elicit>[0];
  return inputRequired({ inputRequests: { [formKey]: inputRequired.elicit(params) }, requestState });
}

/**
 * Turn the end of a call into what `tools/call` answers.
 *
 * A success carries the upstream's text as received and the same JSON as `structuredContent`. A failure leaves as the
 * error table says, unless `server.yaml` maps it to a JSON-RPC number. `toolPlan` is the plan that the tool needs.
 *
 * @throws ProtocolError when the failure leaves as a JSON-RPC error; `data` is `{ code, error: { code, message, meta } }`.
 */
export function toToolResult(outcome: Settled, server: ServerDefinition, toolPlan?: string): CallToolResult {
  switch (outcome.kind) {
    case "succeeded":
    case "planned":
      return { content: [{ type: "text", text: outcome.text }], ...structured(outcome.value) };
    case "parked":
      // Said although it is the default: the page shows it, and an agent must not take waiting for a failure.
      return { isError: false, content: [{ type: "text", text: outcome.text }], ...structured(outcome.value) };
    case "failed": {
      const mapped = mapError(outcome.error, server, toolPlan);
      const rpc = mapped.rpc ?? rpcOf(outcome.error);
      if (rpc !== undefined) throw toProtocolError(outcome.error, { ...mapped, rpc });
      // Without `structuredContent`: an error does not fit the `outputSchema` that this tool advertises.
      return { isError: true, content: [{ type: "text", text: resultText(outcome.error, mapped) }] };
    }
  }
}

/** A JSON-RPC number, and what goes with it. */
type RpcExit = Mapped & { readonly rpc: number };

/**
 * State one error as the JSON-RPC error that carries it.
 *
 * `code` is stable and for programs, `error` is for people: the number alone tells a client little.
 */
export function toRpcError(error: GatewayError, mapping: RpcExit): { code: number; message: string; data: object } {
  const known = { code: error.code, message: clip(error.message) };
  const message = mapping.message ?? known.message;
  const { fix, plan } = mapping;
  const meta = { ...error.meta, ...(fix !== undefined && { fix }), ...(plan !== undefined && { plan }) };
  const data = { code: error.code, error: { ...known, meta } };
  if (fits(data)) return { code: mapping.rpc, message, data };
  return { code: mapping.rpc, message, data: { code: error.code, error: { ...known, meta: { truncated: true } } } };
}

function toProtocolError(error: GatewayError, mapping: RpcExit): ProtocolError {
  const { code, message, data } = toRpcError(error, mapping);
  return new ProtocolError(code, message, data);
}

/** The table's JSON-RPC number of this error, or `undefined` when it leaves as a tool result. */
function rpcOf(error: GatewayError): number | undefined {
  const exit = errorTable[error.code];
  // An `http` exit belongs to the step before JSON-RPC; met inside a call it is an ordinary failure of that call.
  return exit.leavesAs === "rpc" ? exit.rpc : undefined;
}

/**
 * `{ error: { code, message, status, retryable, fix?, plan?, … } }`. Where the upstream refused and gave a code, `code` is the
 * upstream's, as its own documentation has it, and `gatewayCode` is ours: the one that programs can rely on.
 *
 * `retryable` is the table's word unless the step that failed knew better; nothing in the details overrides code or message.
 */
function resultText(error: GatewayError, { message, fix, plan }: Mapped): string {
  const { code: _code, message: _message, fix: _fix, plan: _plan, upstreamCode, ...meta } = error.meta;
  // Only of a refusal: what a failing or busy upstream calls its trouble says nothing of the call, and stays a detail.
  const isTheirs = error.code === "upstream_rejected" && typeof upstreamCode === "string";
  const known = { code: isTheirs ? upstreamCode : error.code, message: clip(message ?? error.message) };
  const status = meta.status === undefined ? {} : { status: meta.status };
  const { retryable } = errorTable[error.code];
  const advice = { ...(fix !== undefined && { fix }), ...(plan !== undefined && { plan }) };
  const ours = isTheirs ? { gatewayCode: error.code } : upstreamCode === undefined ? {} : { upstreamCode };
  const full = { error: { ...known, ...status, retryable, ...advice, ...meta, ...ours } };
  return JSON.stringify(
    fits(full) ? full : { error: { ...known, ...status, retryable, ...advice, ...ours, truncated: true } },
  );
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
