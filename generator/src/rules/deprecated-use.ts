import type { Finding, Rule } from "../ir/draft.ts";
import { didYouMean } from "../spec/near.ts";
import { shown } from "../spec/problem.ts";

/** `deprecated: { use }` names another tool of this server. */
export const deprecatedUse: Rule = ({ tools, toolNames }) =>
  tools.flatMap(({ file, name, spec }): Finding[] => {
    const use = spec.deprecated?.use;
    if (use === undefined || (use !== name && toolNames.includes(use))) return [];
    const others = toolNames.filter((other) => other !== name);
    const mend = didYouMean(use, others) ?? "remove use:";
    return [
      {
        rule: "deprecated-use",
        file,
        path: ["deprecated", "use"],
        message: `there is no other tool ${shown(use)}`,
        mend,
      },
    ];
  });
