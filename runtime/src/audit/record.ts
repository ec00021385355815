import type { ClearedCall, Exchange, LocalCall, Outcome, ParsedCall, ReceivedCall, ToolCall } from "../call.ts";
import type { JsonObject, ServerDefinition } from "../codegen.ts";
import type { AuditEntry } from "../ports.ts";
import { type Redaction, redactArguments, redactTarget } from "./redact.ts";

/** Characters of a tool name that nobody has checked. MCP allows 128. */
const toolNameMaxChars = 128;

/** Characters of each thing that a client says of itself. */
const clientTextMaxChars = 128;

/** Characters of the reason. Ours are one sentence. */
const whyMaxChars = 500;

/** Characters of the request target: what the strictest common proxies accept. */
const targetMaxChars = 8192;

type AnyCall = ReceivedCall | ToolCall | ParsedCall | ClearedCall | LocalCall;

/**
 * The entry that a write leaves before its first byte is sent.
 *
 * `upstreamTarget` is the path template: the request is rendered only after this entry is durable.
 */
export function intentEntry(options: {
  readonly call: ClearedCall;
  readonly server: Pick<ServerDefinition, "name" | "version">;
  /** Unix time in milliseconds. */
  readonly nowMs: number;
}): AuditEntry {
  const { call } = options;
  return {
    ...base(options),
    type: "intent",
    decision: call.decision.kind,
    why: cut(call.decision.why, whyMaxChars),
    upstreamMethod: call.request.method.toUpperCase(),
    upstreamTarget: cut(call.request.path, targetMaxChars),
    upstreamStatus: undefined,
    upstreamMs: undefined,
    ownMs: undefined,
    outcome: "intent",
  };
}

/** The one entry that each call leaves at its end, however far it came. */
export function outcomeEntry(options: {
  readonly call: AnyCall;
  readonly decision?: { readonly kind: string; readonly why: string };
  readonly outcome: Outcome;
  readonly server: Pick<ServerDefinition, "name" | "version">;
  /** Unix time in milliseconds. */
  readonly nowMs: number;
  /** Milliseconds from receiving the call to its outcome, the upstream's share included. */
  readonly totalMs: number;
}): AuditEntry {
  const { call, decision, outcome, totalMs } = options;
  const exchange: Exchange | undefined = "exchange" in outcome ? outcome.exchange : undefined;
  return {
    ...base(options),
    type: "call",
    decision: decision?.kind,
    why: decision === undefined ? undefined : cut(decision.why, whyMaxChars),
    upstreamMethod: exchange?.method,
    upstreamTarget: exchange === undefined ? undefined : showTarget(exchange.target, call),
    upstreamStatus: exchange?.status,
    upstreamMs: exchange === undefined ? undefined : toMicroseconds(exchange.durationMs),
    // The two clocks are read at different places, so a call that only waited for the upstream may come out below zero.
    ownMs: toMicroseconds(Math.max(0, totalMs - (exchange?.durationMs ?? 0))),
    outcome: nameOf(outcome),
  };
}

function base({
  call,
  server,
  nowMs,
}: {
  call: AnyCall;
  server: Pick<ServerDefinition, "name" | "version">;
  nowMs: number;
}) {
  const { caller, client } = call;
  return {
    callId: call.id,
    atMs: nowMs,
    server: server.name,
    serverVersion: server.version,
    actorType: "mcp" as const,
    tenant: caller.tenant,
    callerKind: caller.kind,
    callerId: caller.id,
    callerName: caller.name,
    clientName: cut(client.name, clientTextMaxChars),
    clientVersion: cut(client.version, clientTextMaxChars),
    era: call.era,
    protocolVersion: cut(client.protocolVersion, clientTextMaxChars),
    tool: cut(call.toolName, toolNameMaxChars),
    arguments: "tool" in call ? redactArguments(call.arguments, redactionOf(call)) : namesOnly(call.arguments, call),
    dryRun: "controls" in call && call.controls.dryRun,
  };
}

function redactionOf(call: AnyCall): Redaction {
  return { sensitive: "tool" in call ? (call.tool.sensitive ?? []) : [], secrets: [call.caller.credential] };
}

/** Nobody knows what is sensitive in the arguments of a tool that does not exist, so the trail keeps their names alone. */
function namesOnly(given: JsonObject, call: AnyCall): JsonObject {
  const unseen = Object.fromEntries(Object.keys(given).map((name) => [name, "[not kept, unknown tool]"]));
  return redactArguments(unseen, redactionOf(call));
}

/** The checked input counts too: a default that was filled in may be sensitive. */
function showTarget(target: string, call: AnyCall): string {
  const redaction = { ...redactionOf(call), sensitive: sensitiveOutsideBody(call) };
  const shown = redactTarget(target, call.arguments, redaction);
  return cut("input" in call ? redactTarget(shown, call.input, redaction) : shown, targetMaxChars);
}

/**
 * Sensitive inputs that may stand in the target. A list or an object that the handler put into the body, as it is, does not: a
 * thousand rows need not be looked for in an address.
 */
function sensitiveOutsideBody(call: AnyCall): readonly string[] {
  const { sensitive = [] } = redactionOf(call);
  if (!("request" in call) || !("path" in call.request)) return sensitive;
  const { params = {}, query = {}, body } = call.request;
  const elsewhere = new Set<unknown>([...Object.values(params), ...Object.values(query)]);
  const inBody = new Set(typeof body === "object" && body !== null ? Object.values(body) : []);
  return sensitive.filter((name) => {
    const value = call.input[name];
    return typeof value !== "object" || elsewhere.has(value) || !inBody.has(value);
  });
}

function nameOf(outcome: Outcome): string {
  switch (outcome.kind) {
    case "succeeded":
      return "ok";
    case "planned":
      return "planned";
    case "parked":
      return "pending_approval";
    case "asked":
      return "asked";
    case "failed":
      return outcome.error.code;
  }
}

/** Finer than a microsecond is noise, and would make every entry longer. */
function toMicroseconds(durationMs: number): number {
  return Math.round(durationMs * 1000) / 1000;
}

function cut<Text extends string | undefined>(
  text: Text,
  maxChars: number,
): Text extends string ? string : string | undefined;
function cut(text: string | undefined, maxChars: number): string | undefined {
  return text === undefined || text.length <= maxChars ? text : `${text.slice(0, maxChars - 1).toWellFormed()}…`;
}
