import { answers } from "./answers.ts";
import { changes } from "./changes.ts";
import { contents } from "./contents.ts";
import type { Area, Explanation } from "./explanation.ts";
import { contract, language } from "./language.ts";
import { lintInputs } from "./lint-inputs.ts";
import { lintSafety } from "./lint-safety.ts";
import { lintTexts } from "./lint-texts.ts";
import { merging } from "./merging.ts";
import { repairs } from "./repairs.ts";
import { schemas } from "./schemas.ts";
import { generatedFiles, servers } from "./servers.ts";
import { tools } from "./tools.ts";
import { yaml } from "./yaml.ts";

/** Everything that can be explained, in the order in which it is listed. */
export const catalogue: readonly Area[] = [
  yaml,
  language,
  contract,
  repairs,
  merging,
  schemas,
  tools,
  servers,
  contents,
  generatedFiles,
  lintTexts,
  lintInputs,
  lintSafety,
  changes,
  answers,
];

/** The explanation of one rule. */
export function explanationOf(rule: string): Explanation | undefined {
  return catalogue.flatMap(({ explanations }) => explanations).find((one) => one.rule === rule);
}
