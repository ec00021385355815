import { always, type LintRule } from "./rule.ts";
import { changingVerbs, wordsIn } from "./words.ts";

/** Nouns too: a report, a file, a star. A request for them is a read like any other. */
const alsoNouns = new Set(
  "file issue post rate report request schedule share sign star tag vote copy set place move".split(" "),
);

/** A read whose name says that it changes something is no read, or is named wrongly: reads run without a question. */
export const readName: LintRule = {
  id: "read-name",
  levels: always("warning"),
  check: ({ tools }) =>
    tools.flatMap(({ name, file, ir }) => {
      const [verb = ""] = wordsIn(name);
      if (ir.access !== "read" || ir.content !== undefined || !changingVerbs.has(verb) || alsoNouns.has(verb))
        return [];
      const message = `${name} is a read, which runs without a question, and its name says that it changes something`;
      const mend = "write access: write with a disposition, or rename it";
      return [{ file, path: ["request"], message, mend }];
    }),
};
