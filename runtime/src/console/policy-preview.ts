import { isWhole } from "../audit/redact.ts";
import { type Caller, type ParsedCall, Secret } from "../call.ts";
import type { JsonObject, ServerDefinition, Tool } from "../codegen.ts";
import { apiKeySchemes } from "../identity/key-format.ts";
import { decide } from "../policy/decide.ts";
import { overridden } from "../policy/override.ts";
import type { AuditEntry, PolicyOverride } from "../ports.ts";

/** What the trail says of one call that reached its decision. */
export type PastCall = Pick<
  AuditEntry,
  "callId" | "atMs" | "tenant" | "callerKind" | "callerId" | "callerName" | "arguments" | "decision"
>;

/** One call that a policy would have decided otherwise. */
export interface Changed {
  readonly call: PastCall;
  /** `run`, `approval` or `confirm`. */
  readonly then: string;
  readonly now: string;
  readonly why: string;
}

/** What a policy would have made of calls that were. */
export interface Preview {
  readonly same: number;
  readonly changed: readonly Changed[];
  /** Calls whose arguments are not kept whole enough to tell. */
  readonly unknown: number;
}

/**
 * Decide on past calls of one tool again, by the rooms that decide when calls come. Dry runs and calls that were refused before a
 * policy was asked are left out: no policy changes them.
 */
export function previewPolicy(
  calls: readonly PastCall[],
  {
    tool,
    override,
    server,
  }: {
    readonly tool: Tool;
    readonly override: PolicyOverride | undefined;
    readonly server: Pick<ServerDefinition, "auth">;
  },
): Preview {
  const changed: Changed[] = [];
  let [same, unknown] = [0, 0];
  for (const call of calls) {
    const then = call.decision;
    if (then !== "run" && then !== "approval" && then !== "confirm") continue;
    const input = knownInput(call.arguments, { tool, override });
    if (input === undefined) {
      unknown += 1;
      continue;
    }
    const { kind: now, why } = decide(toCall(call, { tool, input, server }), override);
    // A call that was run may have been confirmed: asking for it again changes nothing.
    if (now === then || (now === "confirm" && then === "run")) same += 1;
    else changed.push({ call, then, now, why });
  }
  return { same, changed, unknown };
}

/** The input, as far as the decision needs it; undefined where the trail has not kept it. */
function knownInput(
  kept: JsonObject,
  { tool, override }: { readonly tool: Tool; readonly override: PolicyOverride | undefined },
): JsonObject | undefined {
  const disposition = overridden(tool, override);
  if (typeof disposition === "string") return kept;
  const { dry_run: _dryRun, confirm: _confirm, ...rest } = kept;
  if ("upTo" in disposition && typeof rest[disposition.of] === "number") return rest;
  if (!isWhole(rest)) return undefined;
  const parsed = tool.input.safeParse(rest);
  return parsed.success ? (parsed.data as JsonObject) : undefined;
}

function toCall(
  { callId, atMs, tenant, callerKind, callerId, callerName }: PastCall,
  {
    tool,
    input,
    server,
  }: { readonly tool: Tool; readonly input: JsonObject; readonly server: Pick<ServerDefinition, "auth"> },
): ParsedCall {
  const kinds = apiKeySchemes(server.auth).map((scheme) => scheme.kinds[callerKind]);
  const caller: Caller = {
    tenant,
    kind: callerKind,
    id: callerId,
    name: callerName,
    scopes: new Set(),
    bypasses: new Set(kinds.find((kind) => kind !== undefined)?.bypasses),
    credential: new Secret(""),
  };
  const controls = { dryRun: false, confirm: false };
  const signal = new AbortController().signal;
  const call = {
    id: callId,
    atMs,
    caller,
    era: "modern",
    client: {},
    toolName: tool.name,
    arguments: input,
    canAsk: false,
    signal,
  } as const;
  // It was allowed when it came; nothing leads from here to the upstream.
  return { ...call, tool, input, controls } as unknown as ParsedCall;
}
