/** A schema through the generator's own reading and door, beside Ajv: agreed, refused by name, or wrong. */
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import * as z from "zod";
import { createSharedSchemas, type SharedSchemas } from "../../generator/src/ir/shared-schemas.ts";
import type { JsonSchema, OpenApiDocument } from "../../generator/src/ir/tool.ts";
import { print } from "../../generator/src/print.ts";
import { checkSchema } from "../../generator/src/schema/check.ts";
import { formatsNotAdvertised } from "../../generator/src/schema/formats.ts";
import { metaschemas } from "../../generator/src/schema/metaschemas.ts";
import type { Definitions, Side } from "../../generator/src/schema/scope.ts";
import { definitionsUsedBy } from "../../generator/src/schema/used.ts";
import { zodSource } from "../../generator/src/schema/zod-source.ts";
import type { SpecFile } from "../../generator/src/spec/spec-file.ts";
import * as codegen from "../../runtime/src/codegen.ts";

/** A schema as the door has it, and all that it refers to. */
export interface Read {
  readonly schema: JsonSchema;
  readonly definitions: Definitions;
}

const span = { file: "document", start: { line: 1, column: 1 }, end: { line: 1, column: 1 } };

/** Schemas of one document, converted as the generator converts a contract's. */
export function readSchemas(document: unknown, schemas: readonly { value: unknown; at: readonly string[] }[]) {
  const file: SpecFile = { path: "document", text: JSON.stringify(document), data: document, at: () => span };
  const contract = { file, document: document as OpenApiDocument };
  const shared = createSharedSchemas({ server: undefined, contract, contractName: "", contractBroken: false });
  return readWith(shared, () => schemas.map(({ value, at }) => shared.convert(value, { file, path: at })));
}

/** A schema that stands alone, as a document that is known by its address, beside others. */
export function readSchema(schema: unknown, documents: ReadonlyMap<string, unknown>) {
  const address = "https://suite.invalid/schema";
  const shared = createSharedSchemas({
    server: undefined,
    contract: undefined,
    contractName: "",
    contractBroken: false,
    documents: new Map([...metaschemas, ...documents, [address, schema]]),
  });
  const file: SpecFile = { path: "suite", text: "", data: undefined, at: () => span };
  return readWith(shared, () => [shared.convert({ $ref: address }, { file, path: [] })]);
}

function readWith(shared: SharedSchemas, convert: () => readonly JsonSchema[]) {
  const converted = convert();
  const definitions = Object.fromEntries([...shared.all()].map(([name, { schema }]) => [name, schema]));
  const unknown = shared.unknownRefs.map(({ ref }) => ref);
  return { converted, definitions, unknown };
}

/** The first construct for which the door refuses a schema or something that it needs; undefined where it is let in. */
export function refusalOf({ schema, definitions }: Read, side: Side): string | undefined {
  const used = definitionsUsedBy([schema], definitions).map((name) => definitions[name] as JsonSchema);
  for (const each of [schema, ...used]) {
    const [problem] = checkSchema(each, { definitions, side });
    if (problem !== undefined) return `${problem.rule}: ${problem.pointer.split("/").at(-1)}`;
  }
  return undefined;
}

/** The validator of a schema; the shared ones of a document are compiled once, when they are first needed. */
export function compiled({ schema, definitions }: Read, side: Side): z.ZodType {
  const known = validators[side].get(definitions) ?? new Map<string, z.ZodType>();
  validators[side].set(definitions, known);
  const shared = (name: string): z.ZodType => {
    const validator = known.get(name) ?? evaluate(definitions[name] as JsonSchema);
    known.set(name, validator);
    return validator;
  };
  const evaluate = (each: JsonSchema): z.ZodType => {
    const imports = new Set<string>();
    const constName = (name: string) => `shared(${JSON.stringify(name)})`;
    const scope = { definitions, side, imports, constName, typeName: (name: string) => name, isLater: () => true };
    const source = print(zodSource(each, scope));
    const helpers = [...imports].map((name) => (codegen as Record<string, unknown>)[name]);
    return new Function("z", "shared", ...imports, `"use strict"; return ${source};`)(z, shared, ...helpers);
  };
  return evaluate(schema);
}

const validators = {
  input: new WeakMap<Definitions, Map<string, z.ZodType>>(),
  output: new WeakMap<Definitions, Map<string, z.ZodType>>(),
};
const referees = new WeakMap<Definitions, Ajv2020>();

/** Ajv's verdicts on a schema, as clients are shown it; undefined where it cannot read the schema. */
export function refereeOf({ schema, definitions }: Read): ((value: unknown) => boolean | undefined) | undefined {
  try {
    const ajv = referees.get(definitions) ?? createReferee(definitions);
    referees.set(definitions, ajv);
    const validate = ajv.compile(asShown(schema));
    return (value) => {
      try {
        return validate(value) === true;
      } catch {
        return undefined;
      }
    };
  } catch {
    return undefined;
  }
}

function createReferee(definitions: Definitions): Ajv2020 {
  const ajv = new Ajv2020({ strict: false, logger: false, ownProperties: true });
  (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
  // Not `addSchema`'s own check: a document may hold schemas that nobody asks about and that are none.
  ajv.addSchema(asShown({ $defs: definitions }) as object, "https://document.example/schema", undefined, false);
  return ajv;
}

/** References into the document that was added, and without the formats that are not advertised. */
function asShown(schema: JsonSchema): JsonSchema {
  return JSON.parse(JSON.stringify(schema), (key, value) => {
    if (key === "format" && formatsNotAdvertised.has(value)) return undefined;
    return key === "$ref" && typeof value === "string"
      ? value.replace(/^#\/\$defs\//, "https://document.example/schema#/$defs/")
      : value;
  });
}
