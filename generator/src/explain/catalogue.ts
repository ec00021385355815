import type { Area, Explanation } from "./explanation.ts";
import { lintInputs } from "./lint-inputs.ts";
import { lintSafety } from "./lint-safety.ts";
import { lintTexts } from "./lint-texts.ts";

/** Everything that can be explained, in the order in which it is listed. */
export const catalogue: readonly Area[] = [lintTexts, lintInputs, lintSafety];

/** The explanation of one rule. */
export function explanationOf(rule: string): Explanation | undefined {
  return catalogue.flatMap(({ explanations }) => explanations).find((one) => one.rule === rule);
}
