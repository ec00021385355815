import { partsOf } from "./parts.ts";
import { always, type LintRule } from "./rule.ts";

/** Above that the list costs more than it helps, and some clients cut it. */
const valuesMax = 50;

/** A list of values is short enough that a model reads it. */
export const enumSize: LintRule = {
  id: "enum-size",
  levels: always("warning"),
  check: ({ tools, drafts }) =>
    tools.flatMap(({ file, draft }) =>
      draft.inputs.flatMap((input) =>
        partsOf(input, drafts.shared).flatMap(({ schema, name, path }) => {
          const count = Array.isArray(schema.enum) ? schema.enum.length : 0;
          if (count <= valuesMax) return [];
          const message = `${name} lists ${count} values, more than ${valuesMax}`;
          const mend = "write { type: string, pattern: … } and say in the description where the values come from";
          return [{ file, path: [...path, "enum"], part: "key" as const, message, mend }];
        }),
      ),
    ),
};
