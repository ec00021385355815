import { partsOf } from "./parts.ts";
import { always, type LintRule } from "./rule.ts";
import { some } from "./words.ts";

/** Whatever a caller fills in says what it means. One finding an input, because one person mends it in one place. */
export const inputDescription: LintRule = {
  id: "input-description",
  levels: { ...always("warning") },
  check: ({ tools, drafts }) =>
    tools.flatMap(({ file, draft }) =>
      draft.inputs.flatMap((input) => {
        const silent = partsOf(input, drafts.shared).filter(
          ({ named, description, schema }) => named && description === undefined && schema.const === undefined,
        );
        const [first] = silent;
        if (first === undefined) return [];
        const names = some(silent.map(({ name }) => name));
        const message = `${names} ${silent.length === 1 ? "has" : "have"} no description`;
        const mend = "say what the value means, in which unit or form, and where it comes from";
        return [{ file, path: first.path, part: "key", message, mend }];
      }),
    ),
};
