import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { print } from "../../generator/src/print.ts";
import type { Side } from "../../generator/src/schema/scope.ts";
import { typeSource } from "../../generator/src/schema/type-source.ts";
import { zodSource } from "../../generator/src/schema/zod-source.ts";

const root = resolve(import.meta.dirname, "../..");

/** One of everything that is written, so that its types are asked about. */
const schemas: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  Leaves: {
    type: "object",
    properties: {
      id: { type: "string", format: "uuid" },
      on: { type: "string", format: "date" },
      code: { type: "string", pattern: "^[A-Z]+$", minLength: 2, maxLength: 8 },
      count: { type: "integer", minimum: 1, default: 1, description: "How many." },
      price: { type: "number", multipleOf: 0.01 },
      kind: { enum: ["A", "B"] },
      level: { enum: [1, "two", null] },
      note: { type: ["string", "null"], maxLength: 5 },
      flag: { type: "boolean", default: false },
      nothing: { type: "null" },
      anything: true,
    },
    required: ["id", "kind", "anything"],
    additionalProperties: false,
  },
  Arrays: {
    type: "object",
    properties: {
      tags: { type: "array", items: { type: "string" }, minItems: 1, maxItems: 5, uniqueItems: true },
      pair: { type: "array", prefixItems: [{ type: "string" }, { type: "number" }], items: false, minItems: 2 },
      open: { type: "array", prefixItems: [{ enum: ["a", "b"] }], maxItems: 3, contains: { const: "a" } },
      nested: { type: "array", items: { type: "array", items: { type: ["integer", "null"] } } },
    },
  },
  Objects: {
    type: "object",
    properties: {
      free: { type: "object" },
      map: { type: "object", additionalProperties: { type: "number" }, minProperties: 1 },
      mixed: { type: "object", properties: { a: { type: "string" } }, additionalProperties: { type: "number" } },
      filled: { type: "object", properties: { a: { type: "integer", default: 1 } }, maxProperties: 2 },
      needy: { type: "object", properties: { a: true, "x-b": true }, dependentRequired: { a: ["x-b"] } },
      named: { type: "object", propertyNames: { maxLength: 3 }, dependentSchemas: { a: { required: ["b"] } } },
    },
  },
  Combined: {
    type: "object",
    properties: {
      either: {
        oneOf: [{ type: "object", properties: { a: { type: "string" } }, required: ["a"] }, { type: "string" }],
      },
      overlapping: { type: "object", oneOf: [{ required: ["a"] }, { required: ["b"] }] },
      maybe: { anyOf: [{ $ref: "#/$defs/Money" }, { type: "null" }] },
      picky: { type: "string", not: { const: "no" }, if: { minLength: 3 }, then: { pattern: "^a" } },
      list: { type: "array", items: { $ref: "#/$defs/Money" } },
      loose: { minimum: 3 },
      filled: { properties: { a: { type: "integer", default: 1 } }, type: "object", not: { required: ["b"] } },
      closed: {
        type: "object",
        properties: { a: true },
        anyOf: [{ properties: { b: true }, required: ["b"] }, true],
        unevaluatedProperties: false,
      },
    },
  },
};

/** Decided by checks that say nothing about types: sound, but the declared type is all that a handler has. */
const untyped: typeof schemas = {
  Checked: {
    type: "object",
    properties: {
      shape: { const: { a: 1 } },
      inherited: { type: "object", properties: { constructor: { type: "string" } }, required: ["constructor"] },
      both: {
        allOf: [
          { $ref: "#/$defs/Money" },
          { type: "object", properties: { tax: { type: "number" } }, required: ["tax"] },
        ],
      },
    },
  },
};

const money = {
  type: "object",
  properties: { amount: { type: "integer" }, next: { $ref: "#/$defs/Money" } },
  required: ["amount"],
};

test.each<Side>(["input", "output"])(
  "what is written for the %s side is sound TypeScript, and validators give the declared types",
  (side) => {
    const folder = mkdtempSync(join(tmpdir(), "toolspec-types-"));
    try {
      writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
      writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(configuration()));
      writeFileSync(join(folder, "schemas.ts"), fileOf(side));
      const { stdout } = spawnSync(process.execPath, [join(root, "node_modules/ts7/bin/tsc"), "-p", folder], {
        encoding: "utf8",
      });
      expect(stdout).toBe("");
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

function fileOf(side: Side): string {
  const imports = new Set<string>();
  const definitions = { Money: money };
  const scope = { definitions, side, imports, constName: () => "money", typeName: () => "Money", isLater: () => true };
  const shared = [
    `export interface Money ${print(typeSource(money, scope))}`,
    `export const money: z.ZodType<Money> = ${print(zodSource(money, scope))};`,
  ];
  const declared = Object.entries({ ...schemas, ...untyped }).flatMap(([name, schema]) => [
    `export interface ${name} ${print(typeSource(schema, scope))}`,
    `export const to${name} = ${print(zodSource(schema, scope))};`,
  ]);
  const compared = Object.keys(schemas).map(
    (name) => `export const as${name} = (value: z.infer<typeof to${name}>): ${name} => value;`,
  );
  const head = [`import { ${[...imports].join(", ")} } from "@toolspec/runtime/codegen";`, `import * as z from "zod";`];
  return [...head, ...shared, ...declared, ...compared].join("\n");
}

function configuration(): object {
  const paths = {
    "@toolspec/runtime/codegen": [join(root, "runtime/src/codegen.ts")],
    zod: [join(root, "node_modules/zod/index.d.ts")],
  };
  const typeRoots = [join(root, "node_modules/@types")];
  return {
    extends: join(root, "tsconfig.base.json"),
    compilerOptions: { noEmit: true, paths, typeRoots },
    files: ["schemas.ts"],
  };
}
