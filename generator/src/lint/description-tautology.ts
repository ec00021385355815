import { type LintRule, whenCurated } from "./rule.ts";
import { quoted, stem, wordsIn } from "./words.ts";

const empty = new Set(
  "a an the of to for in on by with from and or this that its it is one new given specified existing all some any single specific current endpoint api operation method call resource object item items data tool use used allow allow allows you your user can will".split(
    " ",
  ),
);

/** A description says more than name and title do. */
export const descriptionTautology: LintRule = {
  id: "description-tautology",
  // Import marks what says too little with a comment, which rule look-comment tells of.
  levels: whenCurated,
  check: ({ tools }) =>
    tools.flatMap(({ name, file, ir, draft }) => {
      const known = new Set([...wordsIn(name), ...wordsIn(ir.title), ...wordsIn(ir.request?.path ?? "")].map(stem));
      const description = draft.spec.description ?? "";
      const said = wordsIn(description).filter((word) => !empty.has(word) && !known.has(stem(word)));
      if (said.length > 0) return [];
      const message = `${quoted(description)} says no more than the name ${name} does`;
      return [
        { file, path: ["description"], message, mend: "say what comes back, what it takes, and what it is not for" },
      ];
    }),
};
