import type { DispositionIr, DispositionRuleIr } from "./tool.ts";

/** Whether a call of this disposition may need a person's yes, or an operator's: always, beyond a threshold, or by a rule. */
export function mayEndIn(disposition: DispositionIr, end: "confirm" | "approval"): boolean {
  if (typeof disposition === "string") return disposition === end;
  if ("upTo" in disposition) return disposition.beyond === end;
  return disposition.some((rule) => endOf(rule) === end);
}

/** What a rule says, whichever it is. */
export function endOf(rule: DispositionRuleIr): "auto" | "confirm" | "approval" {
  return "then" in rule ? rule.then : rule.otherwise;
}
