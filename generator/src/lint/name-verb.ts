import { type LintRule, whenCurated } from "./rule.ts";
import { isVerb, wordsIn } from "./words.ts";

/** A tool does something: its name says what it does, then to what. */
export const nameVerb: LintRule = {
  id: "name-verb",
  levels: { ...whenCurated, imported: "warning" },
  check: ({ tools }) =>
    tools.flatMap(({ name, file, ir }) => {
      const [verb = "", ...nouns] = wordsIn(name);
      const at = { file, path: ["title"], part: "key" as const };
      if (!isVerb(verb)) {
        const usual = ir.access === "read" ? "get, list or search" : "create, update or send";
        const message = `the name ${name} does not begin with a verb`;
        return [{ ...at, message, mend: `rename the file so that it does, with one like ${usual}` }];
      }
      if (nouns.length > 0) return [];
      const message = `the name ${name} does not say what of`;
      return [{ ...at, message, mend: `rename the file, e.g. to ${name}_voucher.yaml if it is about vouchers` }];
    }),
};
