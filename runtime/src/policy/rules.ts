import { Environment, type ParseResult } from "@marcbachmann/cel-js";
import type { ParsedCall } from "../call.ts";
import type { DispositionRule } from "../codegen.ts";

/** Parts of a condition, nested at most so deep. The generator refuses more; this bounds what was written by hand. */
const limits = { maxAstNodes: 500, maxDepth: 32, maxListElements: 100, maxMapEntries: 100, maxCallArguments: 8 };

/** Numbers of a call are JSON's, and so doubles, which may be compared with whole numbers. The generator has the same. */
const environment = new Environment({ unlistedVariablesAreDyn: false, limits })
  .registerVariable("input", "dyn")
  .registerVariable("caller", "dyn")
  .registerVariable("now", "google.protobuf.Timestamp")
  .registerOperator("double == int", (one, other) => one === Number(other));

/** Conditions, each parsed once, by their text. Texts come from generated code, so there are few. */
const parsed = new Map<string, ParseResult>();

/** What the rules make of a call, and why: the reason is for people. */
export interface Ruling {
  readonly then: "auto" | "confirm" | "approval";
  readonly why: string;
}

/**
 * Go through the rules of a tool: the first whose condition holds decides.
 *
 * A condition that cannot be evaluated, as by an input that was not given, or that is neither true nor false, makes the call wait
 * for an operator: a rule that nobody understands must not let anything run. Pure: `now` is when the call came.
 *
 * @see spec-language.md, "Disposition"
 */
export function ruleOn(rules: readonly DispositionRule[], call: Pick<ParsedCall, "input" | "caller" | "atMs">): Ruling {
  const context = { input: call.input, caller: callerOf(call), now: new Date(call.atMs) };
  for (const rule of rules) {
    if ("otherwise" in rule) return { then: rule.otherwise, why: "no rule of this tool says otherwise" };
    const holds = evaluate(rule.when, context);
    if (holds === true) return { then: rule.then, why: `a rule says so where ${rule.when}` };
    if (holds !== false) return { then: "approval", why: `a rule cannot be decided: ${rule.when}` };
  }
  return { then: "approval", why: "none of this tool's rules applies" };
}

function evaluate(when: string, context: object): unknown {
  try {
    const condition = parsed.get(when) ?? environment.parse(when);
    parsed.set(when, condition);
    return condition({ ...context });
  } catch {
    return undefined;
  }
}

/** All that rules know of a caller: never its credential. */
function callerOf({ caller }: Pick<ParsedCall, "caller">): object {
  const { tenant, kind, id, name, scopes, role } = caller;
  return { tenant, kind, id, name, scopes: [...scopes], role: role?.name ?? "" };
}
