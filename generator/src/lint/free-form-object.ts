import { isListed, isOf, partsOf } from "./parts.ts";
import { type LintRule, whenCurated } from "./rule.ts";

const saying = ["properties", "patternProperties", "allOf", "anyOf", "oneOf", "not", "if", "propertyNames"];

/** A map says which keys it has, or what its values are: a model that may send anything does. */
export const freeFormObject: LintRule = {
  id: "free-form-object",
  levels: whenCurated,
  check: ({ tools, drafts }) =>
    tools.flatMap(({ file, draft }) =>
      draft.inputs.flatMap((input) =>
        partsOf(input, drafts.shared)
          .filter(
            ({ schema, branch }) =>
              !branch &&
              isOf(schema, "object") &&
              !isListed(schema) &&
              saying.every((keyword) => schema[keyword] === undefined) &&
              (schema.additionalProperties === undefined || schema.additionalProperties === true),
          )
          .map(({ name, path }) => ({
            file,
            path,
            part: "key" as const,
            message: `${name} is a map of anything`,
            mend: "name its properties, or say what its values are: additionalProperties: { type: string }; or ignore this with the reason",
          })),
      ),
    ),
};
