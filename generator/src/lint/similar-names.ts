import { always, type LintRule } from "./rule.ts";
import { stem, wordsIn } from "./words.ts";

/** Two names that differ by an ending are mixed up. */
export const similarNames: LintRule = {
  id: "similar-names",
  levels: always("warning"),
  check: ({ tools }) => {
    const seen = new Map<string, string>();
    return tools.flatMap(({ name, file }) => {
      const key = wordsIn(name).map(stem).join(" ");
      const other = seen.get(key);
      if (other === undefined) {
        seen.set(key, name);
        return [];
      }
      const message = `${name} and ${other} differ so little that a model takes one for the other`;
      return [
        {
          file,
          path: ["title"],
          part: "key",
          message,
          mend: "say in the name what is different, e.g. list_ for several",
        },
      ];
    });
  },
};
