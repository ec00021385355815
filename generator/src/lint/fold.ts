import type { Diagnostic } from "../diagnostics.ts";

/** Findings beyond which a list is easier to work through rule by rule. */
export const listMax = 30;

/** One warning a rule and a file, which counts those like it: a person mends them in one place. Errors are all told. */
export function foldByFile(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const key = ({ rule, span }: Diagnostic) => `${rule} ${span.file}`;
  const counts = new Map<string, number>();
  for (const one of diagnostics) counts.set(key(one), (counts.get(key(one)) ?? 0) + 1);
  const told = new Set<string>();
  return diagnostics.flatMap((one) => {
    if (one.severity === "error") return [one];
    if (told.has(key(one))) return [];
    told.add(key(one));
    const others = (counts.get(key(one)) ?? 1) - 1;
    return [others === 0 ? one : { ...one, message: `${one.message} (and ${others} more like it in this file)` }];
  });
}

/** Where there are many: how many of which rule, and how to take them one by one; else nothing. */
export function byRule(diagnostics: readonly Diagnostic[]): readonly string[] {
  if (diagnostics.length <= listMax) return [];
  const counts = new Map<string, number>();
  for (const { rule } of diagnostics) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  const most = [...counts].sort(([, one], [, other]) => other - one);
  if (most.length < 2) return [];
  const named = most.map(([rule, count]) => `${rule} ${count}`).join(", ");
  return [`${named}`, `one rule at a time: toolspec lint --rule ${most[0]?.[0]}`];
}
