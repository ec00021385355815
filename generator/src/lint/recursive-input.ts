import { namesReachedFrom } from "../ir/shared-schemas.ts";
import { always, type LintRule } from "./rule.ts";

/** A schema that leads back to itself cannot be flattened, and model APIs refuse it. */
export const recursiveInput: LintRule = {
  id: "recursive-input",
  levels: always("warning"),
  check: ({ tools, ir }) => {
    const circular = new Set(
      Object.entries(ir.schemas)
        .filter(([name, schema]) => namesReachedFrom([schema], ir.schemas).has(name))
        .map(([name]) => name),
    );
    return tools.flatMap(({ file, draft }) =>
      draft.inputs.flatMap((input) => {
        const found = [...namesReachedFrom([input.schema], ir.schemas)].find((name) => circular.has(name));
        if (found === undefined) return [];
        const message = `${input.name} leads to ${found}, which holds itself: some model APIs refuse the whole tool`;
        return [{ file, path: input.path, part: "key", message, mend: "write out as many levels as callers need" }];
      }),
    );
  },
};
