import * as z from "zod";
import { print } from "../../generator/src/print.ts";
import type { Side } from "../../generator/src/schema/scope.ts";
import { zodSource } from "../../generator/src/schema/zod-source.ts";
import * as codegen from "../../runtime/src/codegen.ts";

type Schema = boolean | { readonly [keyword: string]: unknown };

/** A schema as generated code holds it: the source, and the validator that the source evaluates to. */
export interface Compiled {
  readonly source: string;
  readonly validator: z.ZodType;
}

/** Write a schema as generated code would, and evaluate what was written. */
export function compile(
  schema: Schema,
  options: { side?: Side; definitions?: Readonly<Record<string, Schema>> } = {},
): Compiled {
  const { side = "input", definitions = {} } = options;
  const imports = new Set<string>();
  const constName = (name: string) => `shared_${name}`;
  const scope = { definitions, side, imports, constName, typeName: (name: string) => name, isLater: () => true };
  const constants = Object.entries(definitions).map(
    ([name, each]) => `const ${constName(name)} = ${print(zodSource(each, scope))};`,
  );
  const source = print(zodSource(schema, scope));
  const helpers = [...imports].map((name) => [name, (codegen as Record<string, unknown>)[name]] as const);
  const evaluate = new Function(
    "z",
    ...helpers.map(([name]) => name),
    `"use strict"; ${constants.join("\n")}\nreturn ${source};`,
  );
  return { source, validator: evaluate(z, ...helpers.map(([, helper]) => helper)) as z.ZodType };
}
