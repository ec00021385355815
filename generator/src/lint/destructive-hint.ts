import { always, type LintRule } from "./rule.ts";
import { destructiveVerbs, wordsIn } from "./words.ts";

/** Clients ask a person before what is destructive, and they believe the hint. POST does not imply it, so the spec says it. */
export const destructiveHint: LintRule = {
  id: "destructive-hint",
  levels: always("warning"),
  check: ({ tools }) =>
    tools.flatMap(({ name, file, ir, draft }) => {
      const [verb = ""] = wordsIn(name);
      const said = draft.spec.annotations?.destructiveHint;
      if (ir.access !== "write" || ir.annotations.destructiveHint || said !== undefined || !destructiveVerbs.has(verb))
        return [];
      const message = `${name} is advertised as not destructive, because ${ir.request?.method.toUpperCase()} need not be`;
      const mend = "add annotations: { destructiveHint: true }, or false if it can be undone";
      return [{ file, path: ["request"], message, mend }];
    }),
};
