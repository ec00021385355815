import { isObject, type ObjectValue } from "./contract.ts";

/** How the value of a JSON Schema keyword is built: from data, from one schema, a list of them, or a map. */
export type KeywordKind = "data" | "schema" | "list" | "map";

/** How a schema is read. `draft-07` stands for the drafts 4 to 7, whose words mean the same where they have them. */
export type Dialect = "2020-12" | "draft-07";

const keywordKinds: ReadonlyMap<string, KeywordKind> = new Map([
  ...kinds("data", [
    ...["title", "description", "type", "enum", "const", "default", "examples", "deprecated", "format", "pattern"],
    ...["minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
    ...["minContains", "maxContains", "minItems", "maxItems", "uniqueItems"],
    ...["required", "minProperties", "maxProperties", "dependentRequired", "contentEncoding", "contentMediaType"],
  ]),
  ...kinds("schema", ["items", "contains", "additionalProperties", "propertyNames", "not", "if", "then", "else"]),
  ...kinds("schema", ["unevaluatedItems", "unevaluatedProperties"]),
  ...kinds("list", ["prefixItems", "allOf", "anyOf", "oneOf"]),
  ...kinds("map", ["properties", "patternProperties", "dependentSchemas"]),
]);

function kinds(kind: KeywordKind, names: readonly string[]): (readonly [string, KeywordKind])[] {
  return names.map((name) => [name, kind] as const);
}

/** Words that draft 7 does not have, so that they say nothing in it. */
const laterWords: ReadonlySet<string> = new Set([
  ...["prefixItems", "unevaluatedItems", "unevaluatedProperties", "dependentRequired", "dependentSchemas"],
  ...["minContains", "maxContains", "$dynamicRef", "$recursiveRef"],
]);

/** A keyword as 2020-12 has it, and the name under which it is written. */
export interface Keyword {
  readonly name: string;
  readonly written: string;
  readonly kind: KeywordKind;
  readonly value: unknown;
}

/** What a schema says, in the words of 2020-12. Words that are none are left out. */
export function keywordsOf(schema: ObjectValue, dialect: Dialect): readonly Keyword[] {
  const isOld = dialect === "draft-07";
  // JSON Schema draft 7 core, 8.3: "All other properties in a "$ref" object MUST be ignored."
  if (isOld && typeof schema.$ref === "string") return [];
  return Object.entries(schema).flatMap(([written, value]): Keyword[] => {
    const name = isOld ? renamed(written, schema) : written;
    const kind = name === undefined ? undefined : keywordKinds.get(name);
    return name === undefined || kind === undefined ? [] : [{ name, written, kind, value }];
  });
}

/** Lists of items by position were `items` once, and the others `additionalItems`. */
function renamed(written: string, { items }: ObjectValue): string | undefined {
  if (laterWords.has(written)) return undefined;
  if (written === "items" && Array.isArray(items)) return "prefixItems";
  if (written === "additionalItems") return Array.isArray(items) ? "items" : undefined;
  return written;
}

/** Every schema directly inside of one, those included that only references reach, and the steps to it. */
export function partsOfSchema(
  schema: ObjectValue,
  dialect: Dialect,
): readonly { readonly schema: unknown; readonly path: readonly string[] }[] {
  const own = keywordsOf(schema, dialect);
  const stores = stored.flatMap((name): Keyword[] =>
    isObject(schema[name]) ? [{ name, written: name, kind: "map", value: schema[name] }] : [],
  );
  return [...own, ...stores].flatMap(({ kind, written, value }) => {
    if (kind === "schema") return [{ schema: value, path: [written] }];
    if (kind === "data" || typeof value !== "object" || value === null) return [];
    return Object.entries(value).map(([name, inner]) => ({ schema: inner as unknown, path: [written, name] }));
  });
}

/** Where schemas are kept that say nothing by themselves, and the `dependencies` of older drafts. */
const stored = ["$defs", "definitions", "dependencies"] as const;

/** The dialect that a `$schema` names. Nothing where it names none, or one that is read by nobody here. */
export function dialectOf($schema: unknown): Dialect | undefined {
  if (typeof $schema !== "string") return undefined;
  if (/^https?:\/\/json-schema\.org\/draft-0[4-7]\/schema#?$/.test($schema)) return "draft-07";
  return current.test($schema) ? "2020-12" : undefined;
}

/** Also OpenAPI's own, which adds words that say nothing about values. */
const current =
  /^https?:\/\/(?:json-schema\.org\/(?:draft\/2020-12\/)?schema|spec\.openapis\.org\/oas\/3\.[12]\/dialect\/[\w-]+)#?$/;
