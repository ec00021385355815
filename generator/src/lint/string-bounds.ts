import { isListed, isOf, partsOf } from "./parts.ts";
import { type LintRule, whenStrict } from "./rule.ts";

/** Formats whose values are short by what they are. */
const short = new Set(["date", "date-time", "time", "duration", "uuid", "email", "ipv4", "ipv6", "hostname"]);

/** A text has a longest length, or a pattern or format that gives it one. */
export const stringBounds: LintRule = {
  id: "string-bounds",
  levels: whenStrict,
  check: ({ tools, drafts }) =>
    tools.flatMap(({ file, draft }) =>
      draft.inputs.flatMap((input) =>
        partsOf(input, drafts.shared)
          .filter(
            ({ schema }) =>
              isOf(schema, "string") &&
              !isListed(schema) &&
              schema.maxLength === undefined &&
              schema.pattern === undefined &&
              !short.has(String(schema.format)),
          )
          .map(({ name, path }) => ({
            file,
            path,
            part: "key" as const,
            message: `${name} may be a text of any length`,
            mend: "add maxLength: …, or a pattern",
          })),
      ),
    ),
};
