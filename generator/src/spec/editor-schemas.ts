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
 * Alternatives of different types. yaml-language-server tells of the first one that a value breaks, so the order is by how people err:
 * a list is meant where there is a list; in a map a key is wrong rather than the type; anything else is no accepted word.
 */
function byType(schema: Schema): Schema {
  const { anyOf = [], ...rest } = schema;
  const types = anyOf.map(typeOf);
  if (anyOf.length < 2 || types.includes("") || new Set(types).size < types.length) return schema;
  const of = (type: string) => anyOf.filter((branch) => typeOf(branch) === type);
  const maps = of("object").map((branch) => ({ title: "map", ...branch }));
  const words = anyOf.filter((branch) => branch.enum !== undefined).map((branch) => ({ type: "string", ...branch }));
  const others = anyOf.filter((branch) => !["object", "array"].includes(typeOf(branch)) && branch.enum === undefined);
  const [list] = of("array");
  const alternatives = [...maps, ...words, ...others, ...(list === undefined ? [] : [{ type: "array" }])];
  return {
    ...rest,
    oneOf: alternatives,
    ...(list === undefined ? {} : { if: { type: "array" }, then: list }),
  } as Schema;
}

/** The one type of a schema's values, or nothing. Enums of words have lost theirs, see `withEnumWords`; a whole number is a number. */
function typeOf({ type, enum: values }: Schema): string {
  if (type === undefined) return values === undefined ? "" : "string";
  if (Array.isArray(type)) return "";
  return type === "integer" ? "number" : type;
}

/** Words that are missing would be told twice, as no string and as none of the enum. `"null"` needs the type, to be written in quotes. */
function withEnumWords(schema: Schema): Schema {
  if (!Array.isArray(schema.enum) || schema.type !== "string" || schema.enum.includes("null")) return schema;
  const { type: _, ...rest } = schema;
  const words = wordsOfValues(schema.enum);
  return { ...rest, ...(words === undefined ? {} : { markdownEnumDescriptions: words }) };
}

/** YAML reads the key 404 as a number, and JSON Schema takes that for no text. */
function withStatusNumbers(schema: Schema): Schema {
  return schema.pattern === "^[45]\\d\\d$"
    ? { ...schema, type: ["string", "integer"] as unknown as "string", minimum: 400, maximum: 599 }
    : schema;
}
