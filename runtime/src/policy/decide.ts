import type { ClearedCall, Decision, LocalCall, ParsedCall } from "../call.ts";
import type { AnyUpstreamRequest, ApprovalLookup, ContentRequest, Disposition, JsonObject } from "../codegen.ts";
import type { PolicyOverride } from "../ports.ts";
import { overridden } from "./override.ts";
import { ruleOn } from "./rules.ts";

/**
 * Say how a call may go on: run, run dry, be confirmed by a person, or wait for an operator. Pure: no clock, no store.
 *
 * A dry run never meets the queue and is never asked about, whatever the disposition says. `override` is what the caller's tenant has
 * made of the tool's disposition.
 *
 * @see vauchflow.txt, "Write tools" and "Dry run"
 */
export function decide(call: ParsedCall, override?: PolicyOverride): Decision {
  const { tool, controls } = call;
  const real = decideReal(call, override);
  if (!controls.dryRun || tool.dryRun === "none") {
    return real.kind === "confirm" && isConfirmed(call) ? { kind: "run", why: "the caller sent confirm: true" } : real;
  }
  const insteadOf = real.kind === "run" ? "auto" : real.kind;
  return { kind: "dry_run", how: tool.dryRun, insteadOf, why: "the caller asked for a dry run" };
}

/** What the tool's handler makes of the input: the one request, not cleared to be sent, or what it asks of local content. */
export function requestOf({ tool, input }: ParsedCall): AnyUpstreamRequest | ContentRequest | ApprovalLookup {
  const handler = tool.handler as (input: JsonObject) => AnyUpstreamRequest | ContentRequest | ApprovalLookup;
  return handler(input);
}

/**
 * Make the one request of a call that may be sent, or find what it asks of local content. With {@link decide} the only
 * source of a `ClearedCall` and a `LocalCall`.
 */
export function clear(call: ParsedCall, decision: ClearedCall["decision"]): ClearedCall | LocalCall {
  const { tool } = call;
  const request = requestOf(call);
  if ("method" in request) return { ...call, decision, request } as ClearedCall;
  // Generated tools never come here: what is answered locally is never changed, so there is nothing that a dry run could spare.
  if (tool.access !== "read" || decision.kind !== "run") throw new Error(`${tool.name} can only read what is here`);
  return { ...call, content: request } as LocalCall;
}

/** What becomes of the call if it is meant, before anybody has confirmed it. */
function decideReal(call: ParsedCall, override: PolicyOverride | undefined): Exclude<Decision, { kind: "dry_run" }> {
  const { tool, caller } = call;
  if (tool.access === "read") return { kind: "run", why: "reads always run" };
  const own = dispose(overridden(tool, override), call);
  const disposed = override === undefined ? own : { ...own, why: `${own.why}, by the account's own policy` };
  // A key may be trusted to do without the operator. That a person means this very call is another question, and stays.
  if (caller.bypasses.has("approval") && disposed.kind !== "confirm")
    return { kind: "run", why: `${caller.kind} keys bypass approval` };
  return disposed;
}

/**
 * The argument is enough only where nobody can be asked: a model writes arguments, and a person answers forms. Once an answer is
 * there, it alone counts.
 */
function isConfirmed({ controls, canAsk, answer }: ParsedCall): boolean {
  return controls.confirm && !canAsk && answer === undefined;
}

const needsPerson = "every call of this tool needs a person's yes";

function dispose(disposition: Disposition, call: ParsedCall): Exclude<Decision, { kind: "dry_run" }> {
  if (disposition === "auto") return { kind: "run", why: "the tool runs without asking" };
  if (disposition === "approval") return { kind: "approval", why: "every call of this tool waits for an operator" };
  if (disposition === "confirm") return { kind: "confirm", why: needsPerson };
  if (!("upTo" in disposition)) {
    const { then, why } = ruleOn(disposition, call);
    return { kind: then === "auto" ? "run" : then, why };
  }
  const { upTo, of, beyond } = disposition;
  const value = call.input[of];
  // A default has been filled in by now; what is still no number cannot be known to be small.
  if (typeof value === "number" && value <= upTo) return { kind: "run", why: `${of} ${value} is at most ${upTo}` };
  return { kind: beyond, why: `${of} ${typeof value === "number" ? value : "(not given)"} is above ${upTo}` };
}
