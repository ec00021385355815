/** What would become of a call, step by step, by the very rooms that decide when it comes. */
import { type Caller, type Era, type ParsedCall, Secret, type ToolCall } from "../call.ts";
import type { JsonObject, KeyKind, Tool } from "../codegen.ts";
import { GatewayError } from "../errors.ts";
import { apiKeySchemes, tokenSchemes } from "../identity/key-format.ts";
import { decide } from "../policy/decide.ts";
import { overridden, parseOverride } from "../policy/override.ts";
import { parseArguments } from "../policy/parse.ts";
import { authorize } from "../policy/scope.ts";
import type { PolicyOverride } from "../ports.ts";
import { scopeWords } from "../scope-words.ts";
import { describeDisposition, describeOverride } from "./policy-text.ts";
import { CommandProblem, type ServedServer } from "./store-command.ts";

/** The call that is asked about. */
export interface Question {
  readonly tool: Tool;
  readonly input: JsonObject;
  /** The tenant's own policy for this tool. */
  readonly override: PolicyOverride | undefined;
  /** Unix time in milliseconds. */
  readonly nowMs: number;
  readonly tenant?: string;
  /** Kind of the caller's credential. Absent: one that bypasses nothing. */
  readonly kind?: string;
  /** Absent: whatever is needed. */
  readonly scopes?: readonly string[];
}

/** What would become of it. */
export interface Explained {
  readonly steps: readonly { readonly step: string; readonly says: string }[];
  /** `run`, `dry_run`, `confirm`, `approval`, or `refused`. */
  readonly decision: string;
  readonly why: string;
}

/**
 * Lead a call through scope, arguments and policy as the gateway does, and note each step. Nothing is sent.
 *
 * @throws CommandProblem when there is no such kind of key.
 */
export function explain(question: Question, server: ServedServer): Explained {
  const { tool, tenant } = question;
  const steps: { readonly step: string; readonly says: string }[] = [];
  const note = (step: string, says: string) => void steps.push({ step, says });
  const kind = findKind(question.kind, server);
  note("tool", `${tool.name} is a ${tool.access}`);
  note("caller", describeCaller(question, kind));
  if (kind?.refused === true) return { steps, decision: "refused", why: `${question.kind} keys are turned away here` };
  try {
    const authorized = authorize(toCall(question, kind, server), server.auth);
    note("scope", describeScope(question, kind));
    const parsed: ParsedCall = parseArguments(authorized, server.advertised[tool.name]);
    note("arguments", `fit: ${JSON.stringify(parsed.input)}`);
    if (tool.access === "write") {
      note("spec", describeDisposition(tool.disposition));
      note("policy", describePolicy(question, tenant));
    }
    const { kind: decision, why } = decide(parsed, question.override);
    if (decision === "approval" && server.approvals === undefined)
      return { steps, decision: "refused", why: `${why}, and server.yaml has no \`approvals\`` };
    return { steps, decision, why };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { steps, decision: "refused", why: `${error.code}: ${error.message}` };
  }
}

function describeCaller({ kind }: Question, found: KeyKind | undefined): string {
  if (kind === undefined) return "a caller that bypasses nothing (--kind says another)";
  const bypasses = found?.bypasses ?? [];
  return bypasses.length === 0
    ? `${kind}, which bypasses nothing`
    : `${kind}, which bypasses ${bypasses.join(" and ")}`;
}

function describeScope({ tool, scopes }: Question, kind: KeyKind | undefined): string {
  if (tool.scope === undefined) return "none is needed";
  const needed = scopeWords(tool.scope);
  if (kind?.bypasses?.includes("scope") === true) return `${needed} is bypassed`;
  return scopes === undefined ? `${needed} is needed, and taken as held (--scopes says what is)` : `${needed} is held`;
}

function describePolicy({ tool, override }: Question, tenant: string | undefined): string {
  if (tenant === undefined) return "none: no tenant was named (--tenant names one)";
  if (override === undefined) return `${tenant} has none for this tool`;
  // Written into the table by hand.
  const isPolicy = parseOverride(override) !== undefined;
  const set = `${describeOverride(override)}${isPolicy ? "" : ", which is no policy"}`;
  return `${tenant} has ${set}, so it ${describeDisposition(overridden(tool, override))}`;
}

/** The call as it stands, scope and arguments checked. Nothing is cleared, so that it cannot be sent. @throws GatewayError */
export function toParsedCall(question: Question, server: ServedServer): ParsedCall {
  const call = toCall(question, findKind(question.kind, server), server);
  return parseArguments(authorize(call, server.auth), server.advertised[question.tool.name]);
}

function toCall(question: Question, kind: KeyKind | undefined, server: ServedServer): ToolCall {
  const { tool, input, tenant = "", scopes = Object.keys(server.scopes), nowMs } = question;
  const caller: Caller = {
    tenant,
    kind: question.kind ?? "",
    id: "",
    name: "",
    scopes: new Set(scopes),
    bypasses: new Set(kind?.bypasses),
    credential: new Secret(""),
  };
  const era: Era = "modern";
  return {
    id: "",
    atMs: nowMs,
    caller,
    era,
    client: {},
    toolName: tool.name,
    arguments: input,
    canAsk: false,
    signal: new AbortController().signal,
    tool,
  };
}

/** Tokens and people who log in are kinds too, of which nothing is bypassed. */
function findKind(name: string | undefined, { auth }: ServedServer): KeyKind | undefined {
  const kinds = new Map(apiKeySchemes(auth).flatMap((scheme) => Object.entries(scheme.kinds)));
  const others = [...(tokenSchemes(auth).length > 0 ? ["token"] : []), ...(auth.some(isLogin) ? ["oauth"] : [])];
  if (name === undefined || others.includes(name)) return undefined;
  const kind = kinds.get(name);
  if (kind !== undefined) return kind;
  const known = [...kinds.keys(), ...others].join(", ");
  throw new CommandProblem("usage", `There are no ${JSON.stringify(name.slice(0, 64))} callers. There are: ${known}.`);
}

function isLogin({ kind }: ServedServer["auth"][number]): boolean {
  return kind === "oauth";
}
