import type { InputIr, JsonSchema, JsonSchemaObject } from "../ir/tool.ts";
import { oneLine } from "./header.ts";

/** How much is said: every input's type and range, only those of required inputs, or names alone. */
export type Detail = "all" | "required" | "names";

/** Values of an enum that are spelled out; the rest is a count, and `tools/list` has them all. */
const enumMaxValues = 8;

/** Members of a row that are named. */
const membersMax = 16;

/** `status? (ACTIVE|PAUSED), limit? (integer 1–200, default 50)`: inputs in a few words, in spec order. */
export function inputWords(
  inputs: readonly InputIr[],
  schemas: Readonly<Record<string, JsonSchema>>,
  detail: Detail,
): string {
  return inputs
    .map((input) => {
      const name = `${oneLine(input.name)}${input.required ? "" : "?"}`;
      const isDetailed = detail === "all" || (detail === "required" && input.required);
      const words = isDetailed ? schemaWords(input.schema, schemas) : "";
      return words === "" ? name : `${name} (${words})`;
    })
    .join(", ");
}

function schemaWords(written: JsonSchema, schemas: Readonly<Record<string, JsonSchema>>): string {
  const schema = resolve(written, schemas);
  const words = [typeWords(schema, schemas), range(schema)].filter((word) => word !== "").join(" ");
  const fallback = typeof written === "object" ? written.default : undefined;
  return [words, ...(fallback === undefined ? [] : [`default ${plain(fallback)}`])]
    .filter((word) => word !== "")
    .join(", ");
}

/** Follow refs that stand alone; a chain is as long as there are schemas, at most. */
function resolve(schema: JsonSchema, schemas: Readonly<Record<string, JsonSchema>>): JsonSchemaObject {
  let found = schema;
  for (let step = 0; step <= Object.keys(schemas).length; step++) {
    if (typeof found === "boolean") return {};
    if (typeof found.$ref !== "string") return found;
    found = schemas[found.$ref.replace("#/$defs/", "")] ?? {};
  }
  return {};
}

function typeWords(schema: JsonSchemaObject, schemas: Readonly<Record<string, JsonSchema>>): string {
  if ("const" in schema) return plain(schema.const);
  if (Array.isArray(schema.enum)) return enumWords(schema.enum);
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  if (types.includes("array")) return `list${itemWords(schema.items, schemas)}`;
  if (typeof schema.format === "string") return schema.format;
  if (typeof schema.contentEncoding === "string") return schema.contentEncoding;
  return types.filter((type) => typeof type === "string").join("|");
}

function itemWords(items: unknown, schemas: Readonly<Record<string, JsonSchema>>): string {
  if (typeof items !== "object" || items === null) return "";
  const item = resolve(items as JsonSchemaObject, schemas);
  const { type, enum: values, format } = item;
  if (Array.isArray(values)) return ` of ${enumWords(values)}`;
  if (typeof format === "string") return ` of ${format}`;
  return typeof type === "string" ? ` of ${memberWords(item) ?? type}` : "";
}

/** `{ email, fullName?, slug? }`: what a row is made of. */
function memberWords({ properties, required = [] }: JsonSchemaObject): string | undefined {
  if (typeof properties !== "object" || properties === null) return undefined;
  const names = Object.keys(properties);
  const shown = names.slice(0, membersMax).map((name) => `${oneLine(name)}${listed(required, name) ? "" : "?"}`);
  return `{ ${shown.join(", ")}${names.length > membersMax ? ", …" : ""} }`;
}

function listed(required: unknown, name: string): boolean {
  return Array.isArray(required) && required.includes(name);
}

function enumWords(values: readonly unknown[]): string {
  const shown = values.slice(0, enumMaxValues).map(plain).join("|");
  return values.length > enumMaxValues ? `${shown}|… ${values.length} values` : shown;
}

/** `1–200`, `> 0`, `≤ 64 chars`. */
function range(schema: JsonSchemaObject): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, maxLength, maxItems } = schema;
  if (typeof minimum === "number" && typeof maximum === "number") return `${minimum}–${maximum}`;
  return [
    bound(">", exclusiveMinimum) || bound("≥", minimum),
    bound("<", exclusiveMaximum) || bound("≤", maximum),
    typeof maxLength === "number" && !("enum" in schema) && !("format" in schema) ? `≤ ${maxLength} chars` : "",
    typeof maxItems === "number" ? `≤ ${maxItems} items` : "",
  ]
    .filter((word) => word !== "")
    .join(" ");
}

function bound(sign: string, value: unknown): string {
  return typeof value === "number" ? `${sign} ${value}` : "";
}

function plain(value: unknown): string {
  return oneLine(typeof value === "string" ? value : JSON.stringify(value));
}
