import type { Rule } from "../ir/draft.ts";

const telling = ["default", "const", "examples", "enum"] as const;

/** The schema of a sensitive input is shown to every caller, so it holds no values. */
export const sensitive: Rule = ({ tools }) =>
  tools.flatMap(({ file, inputs }) =>
    inputs
      .filter((input) => input.sensitive && typeof input.schema === "object")
      .flatMap(({ name, path, schema }) =>
        telling
          .filter((keyword) => typeof schema === "object" && Object.hasOwn(schema, keyword))
          .map((keyword) => ({
            rule: "sensitive",
            file,
            path: [...path, keyword],
            part: "key" as const,
            message: `${name} is sensitive, and its ${keyword} would be shown to every caller`,
            mend: `remove ${keyword}, or sensitive`,
          })),
      ),
  );
