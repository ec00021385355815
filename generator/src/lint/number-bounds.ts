import { isListed, isOf, partsOf } from "./parts.ts";
import { type LintRule, whenCurated } from "./rule.ts";

/** A number has a lowest and a highest value, so that a slip of the model is refused here and not felt there. */
export const numberBounds: LintRule = {
  id: "number-bounds",
  levels: whenCurated,
  check: ({ tools, drafts }) =>
    tools.flatMap(({ file, draft, ir }) =>
      draft.inputs.flatMap((input) =>
        partsOf(input, drafts.shared).flatMap(({ schema, name, path }) => {
          if (!isOf(schema, "number") || isListed(schema)) return [];
          const lacks = [
            ...(schema.minimum === undefined && schema.exclusiveMinimum === undefined ? ["minimum"] : []),
            ...(schema.maximum === undefined && schema.exclusiveMaximum === undefined ? ["maximum"] : []),
          ];
          if (
            lacks.length === 0 ||
            (ir.access === "read" && lacks.length === 1 && lacks[0] === "maximum" && !sizes.test(name))
          )
            return [];
          const message = `${name} may be any number: it has no ${lacks.join(" and no ")}`;
          return [
            {
              file,
              path,
              part: "key" as const,
              message,
              mend: `add ${lacks.map((one) => `${one}: …`).join(", ")}, as the upstream's documentation says`,
            },
          ];
        }),
      ),
    ),
};

/** Inputs of reads by which somebody may ask for too much. */
const sizes = /(?:limit|size|count|take|top|max|per_?page|days|depth)/i;
