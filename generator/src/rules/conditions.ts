import type { Finding, Rule } from "../ir/draft.ts";
import { checkCondition } from "../schema/condition.ts";

/** Of a list of rules the last says what else happens; conditions read what there is, by its type, and stay cheap. */
export const conditions: Rule = ({ tools, shared }) =>
  tools.flatMap(({ file, spec, request, broken, inputs }): Finding[] => {
    const { disposition: rules } = spec;
    if (!Array.isArray(rules) || request === undefined || broken.has("inputs")) return [];
    const refuse = (path: Finding["path"], message: string, mend: string): Finding => ({
      rule: "condition",
      file,
      path,
      message,
      mend,
    });
    const last = rules.length - 1;
    return rules.flatMap(({ when, otherwise }, index): Finding[] => {
      const at = ["disposition", index];
      if (index === last && otherwise === undefined)
        return [
          refuse(at, "nothing says what happens where no rule holds", "add - { otherwise: approval } at the end"),
        ];
      if (index < last && otherwise !== undefined)
        return [refuse([...at, "otherwise"], "no rule behind this one is ever reached", "make it the last")];
      const problem = when === undefined ? undefined : checkCondition(when, inputs, shared.resolve);
      return problem === undefined ? [] : [refuse([...at, "when"], problem.message, problem.mend)];
    });
  });
