import type { LintLevel, LintRuleId } from "./ids.ts";
import type { LintRule, LintWorld } from "./rule.ts";

/** A rule, and what its findings are in one server. */
export interface ActiveRule {
  readonly rule: LintRule;
  readonly severity: Exclude<LintLevel, "off">;
}

/** The rules that server.yaml leaves on. Rules asked for by name run in any case, as warnings where they are off. */
export function activeRules(
  rules: readonly LintRule[],
  { server }: Pick<LintWorld, "server">,
  only: readonly LintRuleId[] = [],
): readonly ActiveRule[] {
  const { extends: preset = "recommended", rules: own = {} } = server.spec.lint ?? {};
  return rules.flatMap((rule): ActiveRule[] => {
    const level = own[rule.id] ?? rule.levels[preset];
    if (only.length > 0 && !only.includes(rule.id)) return [];
    if (level !== "off") return [{ rule, severity: level }];
    return only.length > 0 ? [{ rule, severity: "warning" }] : [];
  });
}
