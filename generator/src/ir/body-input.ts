import type { Operation } from "../openapi/operation.ts";
import { bodyKindOf } from "../spec/media-type.ts";
import { bytesSchema, fileSchema, isFile, textSchema } from "./file-schema.ts";
import { encodingsFor, formFieldOf, type StyleOptions } from "./parameter-style.ts";
import type { SharedSchemas } from "./shared-schemas.ts";
import type { FormField, InputPlace, JsonSchema, JsonSchemaObject, RequestIr } from "./tool.ts";

interface Body {
  readonly place: InputPlace;
  readonly as: readonly [string, ...string[]];
  readonly schema: JsonSchema;
  /** Nothing of it stands in the spec. */
  readonly inherited: boolean;
  readonly options: StyleOptions;
}

interface World {
  readonly request: RequestIr | undefined;
  readonly operation: Operation | undefined;
  readonly shared: SharedSchemas;
}

/** An input of a body as a caller gives it, and how it is written: files and bytes are base64 in arguments. */
export function bodyInput(
  body: Body,
  { request, operation, shared }: World,
): { readonly schema: JsonSchema; readonly form?: Readonly<Record<string, FormField>> } {
  const { place, schema } = body;
  const contentType = request?.contentType ?? "";
  const kind = bodyKindOf(contentType);
  const encodings = encodingsFor(operation, contentType);
  if (place === "requestBody" && kind === "bytes") return { schema: bytesSchema(schema, shared) };
  if (place === "requestBody" && kind === "text") {
    return { schema: body.inherited ? textSchema(schema, shared, contentType) : schema };
  }
  if (kind !== "urlencoded" && kind !== "form-data") return { schema };
  if (place === "requestBody") return wholeForm(schema, shared, kind === "form-data", encodings);
  const [name] = body.as;
  const file = kind === "form-data" && body.as.length === 1 && isFile(schema, shared, body.inherited);
  const field = formFieldOf(name, body.options, encodings, file);
  return {
    schema: file ? fileSchema(schema, shared) : schema,
    ...(field !== undefined && { form: { [name]: field } }),
  };
}

function wholeForm(
  schema: JsonSchema,
  shared: SharedSchemas,
  hasFiles: boolean,
  encodings: Readonly<Record<string, FormField>>,
): { readonly schema: JsonSchema; readonly form?: Readonly<Record<string, FormField>> } {
  const target = shared.resolve(schema);
  const properties = Object.entries(((typeof target === "object" && target.properties) || {}) as JsonSchemaObject);
  const files = hasFiles ? properties.filter(([, one]) => isFile(one as JsonSchema, shared, true)) : [];
  const parts = files.map(([name]): [string, FormField] => [name, { ...encodings[name], bytes: true }]);
  const form = { ...encodings, ...Object.fromEntries(parts) };
  const withForm = Object.keys(form).length > 0 && { form };
  if (files.length === 0 || typeof target === "boolean") return { schema, ...withForm };
  const converted = files.map(([name, one]) => [name, fileSchema(one as JsonSchema, shared)]);
  return {
    schema: { ...target, properties: { ...Object.fromEntries(properties), ...Object.fromEntries(converted) } },
    ...withForm,
  };
}
