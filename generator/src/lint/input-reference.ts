import { type LintRule, whenStrict } from "./rule.ts";

/** An input that is a reference is advertised as one, and the weakest clients do not follow references. */
export const inputReference: LintRule = {
  id: "input-reference",
  levels: whenStrict,
  check: ({ tools }) =>
    tools.flatMap(({ file, draft }) =>
      draft.inputs
        .filter(({ schema }) => typeof schema === "object" && schema.$ref !== undefined)
        .map(({ name, path }) => ({
          file,
          path,
          part: "key" as const,
          message: `${name} is advertised as a reference, which some clients do not follow`,
          mend: "write its type and properties out",
        })),
    ),
};
