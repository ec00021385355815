import type { Scope } from "./codegen.ts";

/** The scopes that a tool's scope names, in the author's order. */
export function namedScopes(scope: Scope): readonly string[] {
  if (typeof scope === "string") return [scope];
  return "anyOf" in scope ? scope.anyOf : scope.allOf;
}

/** Whether all of them are needed, and not one of them. */
export function needsAll(scope: Scope): scope is { readonly allOf: readonly string[] } {
  return typeof scope === "object" && "allOf" in scope;
}

/** `A or B`, or `A and B` where all are needed. */
export function scopeWords(scope: Scope): string {
  return namedScopes(scope).join(needsAll(scope) ? " and " : " or ");
}
