import type { OpenApiDocument } from "../ir/tool.ts";
import { fits } from "../schema/fits.ts";
import { type Problem, shown } from "../spec/problem.ts";
import type { ObjectValue } from "./contract.ts";
import { toJsonSchema } from "./dialect.ts";
import { dialectOf } from "./keyword-kinds.ts";
import { mended } from "./repair/report.ts";
import { schemasIn, withParts } from "./schemas-in.ts";
import { unicodePattern } from "./unicode-pattern.ts";

/**
 * Mend, in place, what would make a schema of the upstream's unreadable though it is plain what is meant: patterns that are only
 * written for an older kind of regular expression, and defaults that do not fit their own schema.
 *
 * No value is let through that the schema refuses: a default says what happens to no value.
 */
export function mendSchemas(document: OpenApiDocument): readonly Problem[] {
  const problems: Problem[] = [];
  const dialect = dialectOf(document.jsonSchemaDialect) ?? "2020-12";
  for (const found of schemasIn(document))
    for (const { schema, steps } of withParts(found, dialect)) {
      const holder = schema as Record<string, unknown>;
      const pattern = typeof schema.pattern === "string" ? unicodePattern(schema.pattern) : undefined;
      if (pattern !== undefined && pattern !== schema.pattern) {
        const message = `${shown(schema.pattern)} is no Unicode regular expression: read as ${shown(pattern)}`;
        problems.push(mended("invalid-pattern", [...steps, "pattern"], message, "escape only what has a meaning"));
        holder.pattern = pattern;
      }
      if ("default" in schema && !hasFittingDefault(schema)) {
        const message = `the default ${shown(schema.default)} does not fit its own schema: left out`;
        problems.push(mended("invalid-default", [...steps, "default"], message, "give one that callers could send"));
        delete holder.default;
      }
    }
  return problems;
}

/** Whether callers might send the default themselves. What a reference beside it says is not asked. */
function hasFittingDefault(schema: ObjectValue): boolean {
  const converted = toJsonSchema(schema, [], () => undefined);
  return fits(converted, schema.default, {}) === true;
}
