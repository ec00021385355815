import * as z from "zod";
import { toolSnippets, wordsOfKeyword, wordsOfValues } from "./editor-words.ts";
import { wordsOf } from "./forms.ts";
import { promptShape } from "./prompt-shape.ts";
import { serverShape } from "./server-shape.ts";
import { toolShape } from "./tool-shape.ts";

/** The JSON Schemas for editors, by file name below `generator/schema/`. Made from the shapes, so they cannot differ. */
export function editorSchemas(): Readonly<Record<string, string>> {
  return {
    "server.schema.json": editorSchema(serverShape, "The server of a folder of tool specs"),
    "tool.schema.json": editorSchema(toolShape, "A tool", { defaultSnippets: toolSnippets, ...requestOrContent }),
    "prompt.schema.json": editorSchema(promptShape, "A prompt"),
  };
}

/** Said here, because the shape has both keys as optional ones; see `checkTool`. A `oneOf` would not say which key is too many. */
const requestOrContent = {
  if: { required: ["content"] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: {
    properties: { request: false },
    errorMessage: "A tool answers by request or from content, not by both: keep one of them.",
  },
  else: { required: ["request"] },
};

type Schema = z.core.JSONSchema.BaseSchema;

/** Draft 7 is what yaml-language-server and editors' older engines all understand. */
function editorSchema(shape: z.ZodType, title: string, further: object = {}): string {
  const schema = z.toJSONSchema(shape, {
    target: "draft-07",
    io: "input",
    override: ({ jsonSchema, zodSchema }) => {
      // Vendors' extensions are welcome in every map with fixed keys, as in `checkShape`.
      if (jsonSchema.properties !== undefined && jsonSchema.additionalProperties === false) {
        jsonSchema.patternProperties = { "^x-": {} };
      }
      sayWhatIsExpected(jsonSchema, wordsOf(zodSchema));
    },
  });
  return `${JSON.stringify({ title, ...helpful(schema), ...further }, null, 2)}\n`;
}

/** The words of `toolspec check`, instead of a regular expression. Of enums and maps, editors tell more themselves. */
function sayWhatIsExpected(schema: Schema, words: string | undefined): void {
  const isPlain = ["string", "number", "integer", "boolean"].includes(String(schema.type));
  if (words !== undefined && isPlain && schema.enum === undefined)
    schema.errorMessage = `This does not fit: write ${words}.`;
}

/** A schema with what makes editors' help better; what it accepts stays the same. */
function helpful(schema: Schema): Schema {
  const helped = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, helpfulMember(key, value)]));
  return withStatusNumbers(withEnumWords(byType(helped)));
}

function helpfulMember(key: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => (isSchema(one) ? helpful(one) : one));
  if (!isSchema(value)) return value;
  if (key !== "properties" && key !== "definitions") return helpful(value);
  const members = Object.entries(value).map(([name, one]) => [name, isSchema(one) ? helpful(one) : one] as const);
  const isOfSchemas = Object.hasOwn(value, "minLength");
  return Object.fromEntries(members.map(([name, one]) => [name, isOfSchemas ? withKeywordWords(name, one) : one]));
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function withKeywordWords(keyword: string, schema: unknown): unknown {
  const description = wordsOfKeyword(keyword);
  if (!isSchema(schema) || description === undefined || schema.description !== undefined) return schema;
  // Draft 7 ignores what stands beside a `$ref`.
  return schema.$ref === undefined ? { ...schema, description } : { description, allOf: [schema] };
}

/**
 * Alternatives of different types, the map first: yaml-language-server then tells of the branch that is of the value's type,
 * `Property sensitve is not allowed` rather than `Incorrect type` (its `genericComparison`).
 */
function byType(schema: Schema): Schema {
  const { anyOf, ...rest } = schema;
  const types = anyOf?.map((branch) => branch.type);
  if (!types?.includes("object") || types.includes(undefined) || new Set(types).size < types.length) return schema;
  const isMap = (branch: Schema) => branch.type === "object";
  return { ...rest, oneOf: [...(anyOf ?? []).filter(isMap), ...(anyOf ?? []).filter((branch) => !isMap(branch))] };
}

function withEnumWords(schema: Schema): Schema {
  const words = Array.isArray(schema.enum) ? wordsOfValues(schema.enum) : undefined;
  return words === undefined ? schema : { ...schema, markdownEnumDescriptions: words };
}

/** YAML reads the key 404 as a number, and JSON Schema takes that for no text. */
function withStatusNumbers(schema: Schema): Schema {
  return schema.pattern === "^[45]\\d\\d$"
    ? { ...schema, type: ["string", "integer"] as unknown as "string", minimum: 400, maximum: 599 }
    : schema;
}
