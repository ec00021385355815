/** Whether each keyword is one that the door holds, and has a value of the right shape. */
import type { JsonSchemaObject } from "../ir/tool.ts";
import { jsonTypes } from "./json-type.ts";
import { subschemas } from "./keywords.ts";

export interface KeywordProblem {
  /** From the schema to the offending value. */
  readonly path: readonly string[];
  readonly rule: string;
  readonly message: string;
  readonly mend: string;
}

/** Levels of arrays and objects in a `const`, `enum` or `default`, as for arguments. */
const valueDepthMax = 40;

/** Keywords of JSON Schema's other drafts, of OpenAPI 3.0, and of 2020-12's dynamic scope: each with what to write instead. */
const unsupported: Readonly<Record<string, string>> = {
  $id: "refer to shared schemas by name",
  $anchor: "refer to shared schemas by name",
  $dynamicAnchor: "refer to shared schemas by name",
  $dynamicRef: "use $ref",
  $recursiveAnchor: "refer to shared schemas by name",
  $recursiveRef: "use $ref",
  $vocabulary: "leave it out",
  $schema: "write the schema as JSON Schema 2020-12, or as draft 7",
  $defs: "move the schemas to the shared ones and refer to them by name",
  definitions: "move the schemas to the shared ones and refer to them by name",
  dependencies: "write dependentRequired or dependentSchemas",
  additionalItems: "write prefixItems for the first items and items for the others",
  nullable: 'write type: [string, "null"]',
};

/** Every keyword that is unsupported or has a value of the wrong shape. Unknown keywords say nothing, as in JSON Schema. */
export function* keywordProblems(schema: JsonSchemaObject): Generator<KeywordProblem> {
  for (const [keyword, value] of Object.entries(schema)) {
    const instead = Object.hasOwn(unsupported, keyword) ? unsupported[keyword] : undefined;
    if (instead !== undefined) {
      yield {
        path: [keyword],
        rule: "unsupported-keyword",
        message: `${keyword} is not supported in schemas`,
        mend: instead,
      };
      continue;
    }
    const shape = Object.hasOwn(shapes, keyword) ? shapes[keyword] : undefined;
    if (shape !== undefined && !shape.fits(value)) {
      const message = `${keyword} must be ${shape.words}, not ${show(value)}`;
      yield { path: [keyword], rule: "invalid-keyword", message, mend: shape.mend ?? `write ${shape.words}` };
    }
  }
}

interface Shape {
  readonly words: string;
  readonly fits: (value: unknown) => boolean;
  readonly mend?: string;
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isMap = (value: unknown): value is object => typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown) => typeof value === "string";
const isTexts = (value: unknown) => isList(value) && value.every(isText);

const count: Shape = {
  words: "a whole number from 0 on",
  fits: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
};
const number: Shape = { words: "a number", fits: Number.isFinite };
const bound: Shape = { ...number, mend: "write the number itself: exclusiveMinimum: 0" };
const text: Shape = { words: "a text", fits: isText };
const json: Shape = {
  words: `a JSON value of at most ${valueDepthMax} levels`,
  fits: (value) => isJson(value, valueDepthMax),
};

/** That inner schemas are schemas is asked when they are walked. */
const schemaShapes: Readonly<Record<"one" | "list" | "map", Shape>> = {
  one: { words: "one schema", fits: (value) => !isList(value), mend: "a list of schemas by position is prefixItems" },
  list: { words: "a list of schemas, not empty", fits: (value) => isList(value) && value.length > 0 },
  map: { words: "schemas by name", fits: isMap },
};

const shapes: Readonly<Record<string, Shape>> = {
  type: {
    words: "a type name, or a list of different ones",
    fits: isTypes,
    mend: `types are ${jsonTypes.join(", ")} and integer`,
  },
  enum: { words: "a list of JSON values", fits: (value) => isList(value) && json.fits(value) },
  const: json,
  default: json,
  multipleOf: { words: "a number above 0", fits: (value) => Number.isFinite(value) && (value as number) > 0 },
  minimum: number,
  maximum: number,
  exclusiveMinimum: bound,
  exclusiveMaximum: bound,
  minLength: count,
  maxLength: count,
  minItems: count,
  maxItems: count,
  minContains: count,
  maxContains: count,
  minProperties: count,
  maxProperties: count,
  uniqueItems: { words: "true or false", fits: (value) => typeof value === "boolean" },
  pattern: text,
  format: text,
  $ref: text,
  required: {
    words: "a list of names",
    fits: isTexts,
    mend: "write the names in the object's required list, not true at the member",
  },
  dependentRequired: {
    words: "lists of names, by name",
    fits: (value) => isMap(value) && Object.values(value).every(isTexts),
  },
  ...Object.fromEntries(Object.entries(subschemas).map(([keyword, kind]) => [keyword, schemaShapes[kind]])),
};

function isTypes(value: unknown): boolean {
  const names = isList(value) ? value : [value];
  const known: readonly unknown[] = [...jsonTypes, "integer"];
  return names.length > 0 && new Set(names).size === names.length && names.every((name) => known.includes(name));
}

function isJson(value: unknown, depth: number): boolean {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  return typeof value === "object" && depth > 0 && Object.values(value).every((member) => isJson(member, depth - 1));
}

function show(value: unknown): string {
  const written = JSON.stringify(value) ?? String(value);
  return written.length > 60 ? `${written.slice(0, 60)}…` : written;
}
