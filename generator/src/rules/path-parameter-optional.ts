import type { Rule } from "../ir/draft.ts";

/** A path has no gaps: what fills a placeholder is required. */
export const pathParameterOptional: Rule = ({ tools }) =>
  tools.flatMap(({ file, inputs }) =>
    inputs
      .filter(({ place, optional, schema }) => place === "path" && (optional || hasDefault(schema)))
      .map(({ name, path, optional }) => ({
        rule: "path-parameter-optional",
        file,
        path: optional ? path : [...path, "default"],
        part: "key" as const,
        message: `${name} is part of the path and cannot be optional`,
        mend: optional ? `write ${name}:` : "remove the default",
      })),
  );

function hasDefault(schema: unknown): boolean {
  return typeof schema === "object" && schema !== null && "default" in schema;
}
