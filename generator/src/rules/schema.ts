import type { Finding, Rule, ToolDraft } from "../ir/draft.ts";
import { namesReachedFrom, type Origin } from "../ir/shared-schemas.ts";
import type { JsonSchema } from "../ir/tool.ts";
import { stepsOf } from "../openapi/resolve.ts";
import type { Path } from "../spec/positions.ts";
import type { SpecFile } from "../spec/spec-file.ts";

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

/** Shared schemas of one server: the largest public contracts have about a thousand, and chains of them are followed by recursion. */
const sharedMax = 2_000;

/** Every schema of inputs and outputs, and every schema that they share, passes the schema room's own check. */
export function schemaRule(checkSchema: CheckSchema): Rule {
  return ({ server, tools, shared, collections }) => {
    const all = shared.all();
    const [, excess] = [...all][sharedMax] ?? [];
    if (excess !== undefined) return [tooMany(excess.origin)];
    const definitions = shared.definitions();
    // References are followed by recursion, so a long chain of them ends at the engine's stack. One such report is enough.
    let exhausted = false;
    const withEnoughStack = (file: SpecFile, path: Path, judge: () => Finding[]): Finding[] => {
      if (exhausted) return [];
      try {
        return judge();
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        exhausted = true;
        const message = "the schema leads through too many others, one inside the other";
        return [
          { rule: "schema-depth", file, path, part: "key", message, mend: "refer to a schema that nests less deeply" },
        ];
      }
    };
    const check = (schema: JsonSchema, side: SchemaUse["side"], file: SpecFile, path: Path): Finding[] =>
      withEnoughStack(file, path, () =>
        checkSchema(schema, { side, definitions }).map(({ pointer, rule, message, mend }) => ({
          rule,
          file,
          path: [...path, ...(stepsOf(`#${pointer}`) ?? [])],
          message,
          ...(mend === undefined ? {} : { mend }),
        })),
      );
    const asInputs =
      all.size === 0
        ? new Set<string>()
        : namesReachedFrom(
            tools.flatMap(({ inputs }) => inputs.map(({ schema }) => schema)),
            definitions,
          );
    const inTool = (tool: ToolDraft): readonly Finding[] => {
      const { file, inputs, output } = tool;
      return [
        ...inputs.flatMap(({ schema, path }) => check(schema, "input", file, path)),
        ...(output === undefined ? [] : check(output, "output", file, ["output"])),
      ];
    };
    return [
      ...tools.flatMap(inTool),
      ...[...collections.values()].flatMap(({ schema, path }) =>
        server === undefined ? [] : check(schema, "output", server.file, [...path, "schema"]),
      ),
      ...[...all].flatMap(([name, { schema, origin }]) =>
        check(schema, asInputs.has(name) ? "input" : "output", origin.file, origin.path),
      ),
    ];
  };
}

function tooMany({ file, path }: Origin): Finding {
  const message = `the tools lead to more than ${sharedMax} shared schemas`;
  return { rule: "too-many-schemas", file, path, part: "key", message, mend: "refer to smaller schemas" };
}
