import type { ScopeIr } from "../ir/tool.ts";

/** The scopes that a tool's scope names, in the author's order. */
export function namedScopes(scope: ScopeIr): readonly string[] {
  if (typeof scope === "string") return [scope];
  return "anyOf" in scope ? scope.anyOf : scope.allOf;
}

/** What stands between their names: one of them will do, or all are needed. */
export function joint(scope: ScopeIr): " or " | " and " {
  return typeof scope === "object" && "allOf" in scope ? " and " : " or ";
}
