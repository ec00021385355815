import { always, type LintRule } from "./rule.ts";
import { quoted } from "./words.ts";

/** A person who is asked for a yes sees titles, and has to tell them apart. */
export const duplicateTitle: LintRule = {
  id: "duplicate-title",
  levels: always("warning"),
  check: ({ tools }) => {
    const seen = new Map<string, string>();
    return tools.flatMap(({ name, ir, file }) => {
      const key = ir.title.trim().toLowerCase();
      const other = seen.get(key);
      if (other === undefined) {
        seen.set(key, name);
        return [];
      }
      const message = `the title ${quoted(ir.title)} is also that of ${other}`;
      return [{ file, path: ["title"], message, mend: "say in both titles what is different" }];
    });
  },
};
