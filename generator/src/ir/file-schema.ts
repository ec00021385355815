import type { SharedSchemas } from "./shared-schemas.ts";
import type { JsonSchema, JsonSchemaObject } from "./tool.ts";

/** Told to whoever fills in a file, because neither `format: binary` nor bytes can stand in JSON. */
const fileWords = "Base64, or a data: URL (data:image/png;name=cat.png;base64,…) that names type and file.";
const bytesWords = "The bytes, as base64.";

/** A field of a multipart form that is a file, or a list of files. `inherited` where only the contract says what it is. */
export function isFile(schema: JsonSchema, shared: SharedSchemas, inherited: boolean): boolean {
  const target = shared.resolve(schema);
  if (typeof target === "boolean") return target && inherited;
  if (isObject(target.items) && hasType(target, "array")) return isFile(target.items, shared, false);
  const { format, contentEncoding, contentMediaType } = target;
  if (format === "binary" || contentEncoding === "base64") return true;
  if (typeof contentMediaType === "string" && contentEncoding === undefined) return isBinary(contentMediaType);
  // OpenAPI 3.1: "Omitted schemas are application/octet-stream".
  return inherited && Object.keys(target).every((keyword) => annotations.has(keyword));
}

/** The schema of a file in arguments: base64 in a string; of several, a list of them. */
export function fileSchema(schema: JsonSchema, shared: SharedSchemas): JsonSchema {
  const target = shared.resolve(schema);
  if (isObject(target) && isObject(target.items) && hasType(target, "array"))
    return { ...described(schema, target), items: fileSchema(target.items, shared) };
  return base64Schema(described(schema, target), fileWords);
}

/** The schema of a body that is bytes. */
export function bytesSchema(schema: JsonSchema, shared: SharedSchemas): JsonSchema {
  return base64Schema(described(schema, shared.resolve(schema)), bytesWords);
}

/** The schema of a body that is a text: the contract may describe what the text says, which no caller has to build. */
export function textSchema(schema: JsonSchema, shared: SharedSchemas, contentType: string): JsonSchema {
  const target = described(schema, shared.resolve(schema));
  if (hasType(target, "string")) return schema;
  return { type: "string", description: sentences(target.description, `The body, as ${contentType}.`) };
}

function base64Schema({ title, description, minLength }: JsonSchemaObject, words: string): JsonSchemaObject {
  return {
    type: "string",
    contentEncoding: "base64",
    ...(title !== undefined && { title }),
    description: sentences(description, words),
    ...(minLength !== undefined && { minLength }),
  };
}

/** What stands beside a reference comes first. */
function described(schema: JsonSchema, target: JsonSchema): JsonSchemaObject {
  const { $ref: _, ...beside } = isObject(schema) ? schema : {};
  return { ...(isObject(target) ? target : {}), ...beside };
}

function sentences(description: unknown, words: string): string {
  if (typeof description !== "string" || description.trim() === "") return words;
  const text = description.trim();
  if (text.includes("base64") || text.includes(words)) return text;
  return `${text}${/[.!?]$/.test(text) ? "" : "."} ${words}`;
}

function isBinary(mediaType: string): boolean {
  return !/^(?:text\/|application\/(?:[^/]*\+)?(?:json|xml)\b)/i.test(mediaType);
}

function hasType({ type }: JsonSchemaObject, name: string): boolean {
  return type === name || (Array.isArray(type) && type.includes(name));
}

function isObject(schema: unknown): schema is JsonSchemaObject {
  return typeof schema === "object" && schema !== null && !Array.isArray(schema);
}

const annotations: ReadonlySet<string> = new Set([
  "title",
  "description",
  "examples",
  "deprecated",
  "readOnly",
  "writeOnly",
]);
