import * as z from "zod";
import type { JsonSchema } from "../ir/tool.ts";
import { form } from "./forms.ts";

/** Names that stand for `{ type: name }`. */
export const typeNames = ["string", "integer", "number", "boolean", "array", "object"] as const;

const typeName = form(
  'string, integer, number, boolean, array, object or "null"',
  "A JSON type.",
  z.enum([...typeNames, "null"]),
);

const schemaMap = () => z.record(z.string(), jsonSchema);
const schemaList = () => z.array(jsonSchema).min(1);
const count = z.int().min(0);
const names = z.array(z.string());

/** A JSON Schema 2020-12 as an author writes it. Shared schemas stand in server.yaml, so there are no `$defs`. */
export const jsonSchema: z.ZodType<JsonSchema> = z.lazy(() =>
  form(
    "a schema, e.g. { type: string }",
    "A JSON Schema 2020-12.",
    z.union([z.boolean(), z.strictObject(schemaKeywords)]),
  ),
);

/** The keywords of JSON Schema 2020-12 that the language has, with the shape of each. */
export const schemaKeywords = {
  $ref: form(
    "#/schemas/Name or openapi.yaml#/components/schemas/Name",
    "A schema of server.yaml (`#/schemas/Name`) or of the contract (`openapi.yaml#/components/schemas/Name`).",
    z.string(),
  ).optional(),
  $comment: z.string().optional(),
  title: z.string().optional(),
  description: form("a text", "What the value means, for the model that fills it in.", z.string()).optional(),
  type: form(
    "a type name, or a list of them",
    "One JSON type, or several.",
    z.union([typeName, z.array(typeName).min(1)]),
  ).optional(),
  enum: form("a list of values", "The values that are accepted.", z.array(z.unknown()).min(1)).optional(),
  const: z.unknown().optional(),
  default: z.unknown().describe("Used where the input is left out.").optional(),
  examples: z.array(z.unknown()).optional(),
  deprecated: z.boolean().optional(),
  readOnly: z.boolean().optional(),
  writeOnly: z.boolean().optional(),
  format: form(
    "a format name like date-time, email, uri or uuid",
    "A format like date-time, email, uri or uuid.",
    z.string(),
  ).optional(),
  pattern: form("a regular expression", "A regular expression (Unicode, not anchored).", z.string()).optional(),
  minLength: count.optional(),
  maxLength: count.optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  exclusiveMaximum: z.number().optional(),
  multipleOf: z.number().gt(0).optional(),
  items: jsonSchema.optional(),
  prefixItems: z.lazy(schemaList).optional(),
  contains: jsonSchema.optional(),
  minContains: count.optional(),
  maxContains: count.optional(),
  minItems: count.optional(),
  maxItems: count.optional(),
  uniqueItems: z.boolean().optional(),
  properties: z.lazy(schemaMap).optional(),
  patternProperties: z.lazy(schemaMap).optional(),
  additionalProperties: jsonSchema.optional(),
  propertyNames: jsonSchema.optional(),
  required: form("a list of property names", "Properties that must be there.", names).optional(),
  minProperties: count.optional(),
  maxProperties: count.optional(),
  dependentRequired: z.record(z.string(), names).optional(),
  dependentSchemas: z.lazy(schemaMap).optional(),
  unevaluatedItems: jsonSchema.optional(),
  unevaluatedProperties: jsonSchema.optional(),
  allOf: z.lazy(schemaList).optional(),
  anyOf: z.lazy(schemaList).optional(),
  oneOf: z.lazy(schemaList).optional(),
  not: jsonSchema.optional(),
  if: jsonSchema.optional(),
  then: jsonSchema.optional(),
  else: jsonSchema.optional(),
  contentEncoding: z.string().optional(),
  contentMediaType: z.string().optional(),
};
