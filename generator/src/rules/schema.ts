import type { Finding, Rule } from "../ir/draft.ts";
import { namesReachedFrom } from "../ir/shared-schemas.ts";
import type { JsonSchema } from "../ir/tool.ts";
import { stepsOf } from "../openapi/resolve.ts";
import type { Path } from "../spec/positions.ts";
import type { SpecFile } from "../spec/yaml.ts";

/** Something in a schema that cannot be turned into a validator; `pointer` is a JSON pointer into the schema. */
export interface SchemaProblem {
  readonly pointer: string;
  readonly rule: string;
  readonly message: string;
  readonly mend?: string;
}

/** Where a schema is used: what a caller sends is judged more strictly than what the upstream answers. */
export interface SchemaUse {
  readonly side: "input" | "output";
  /** Shared schemas by name: what `#/$defs/Name` points to. */
  readonly definitions: Readonly<Record<string, JsonSchema>>;
}

export type CheckSchema = (schema: JsonSchema, use: SchemaUse) => readonly SchemaProblem[];

/** Every schema of inputs and outputs, and every schema that they share, passes the schema room's own check. */
export function schemaRule(checkSchema: CheckSchema): Rule {
  return ({ tools, shared }) => {
    const all = shared.all();
    const definitions = Object.fromEntries([...all].map(([name, { schema }]) => [name, schema]));
    const check = (schema: JsonSchema, side: SchemaUse["side"], file: SpecFile, path: Path): Finding[] =>
      checkSchema(schema, { side, definitions }).map(({ pointer, rule, message, mend }) => ({
        rule,
        file,
        path: [...path, ...(stepsOf(`#${pointer}`) ?? [])],
        message,
        ...(mend === undefined ? {} : { mend }),
      }));
    const asInputs = namesReachedFrom(
      tools.flatMap(({ inputs }) => inputs.map(({ schema }) => schema)),
      definitions,
    );
    return [
      ...tools.flatMap(({ file, inputs, output }) => [
        ...inputs.flatMap(({ schema, path }) => check(schema, "input", file, path)),
        ...(output === undefined ? [] : check(output, "output", file, ["output"])),
      ]),
      ...[...all].flatMap(([name, { schema, origin }]) =>
        check(schema, asInputs.has(name) ? "input" : "output", origin.file, origin.path),
      ),
    ];
  };
}
