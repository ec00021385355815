import type { OpenApiDocument } from "../ir/tool.ts";
import { isObject } from "../openapi/contract.ts";
import { partAt } from "../openapi/resolve.ts";
import { keywordProblems } from "../schema/check-keyword.ts";
import { subschemas } from "../schema/keywords.ts";
import type { Report } from "./mend-defaults.ts";

type Mutable = Record<string, unknown>;

interface World {
  /** Of the schema, in the document. */
  readonly at: readonly string[];
  readonly document: OpenApiDocument;
  readonly report: Report;
}

/**
 * Mend, in place, the keywords of one schema that would be an error in every tool that inherits it: what is plainly meant is put right, and what
 * cannot be is left out. Schemas within it are not looked into.
 */
export function mendKeywords(schema: Mutable, world: World): void {
  mendItems(schema);
  mendRequiredMembers(schema, world);
  // No value would fit: somebody's list was not filled in.
  if (Array.isArray(schema.enum) && schema.enum.length === 0) {
    delete schema.enum;
    world.report([...world.at, "enum"], "lists no value: left out");
  }
  for (const { path, message } of [...keywordProblems(schema)]) {
    const [keyword = ""] = path;
    const value = schema[keyword];
    if (passedOver.has(keyword) || (exclusive.has(keyword) && typeof value === "boolean")) continue;
    const rest = message.startsWith(`${keyword} `) ? message.slice(keyword.length + 1) : message;
    const meant = meantBy(keyword, value);
    if (meant !== undefined && isSound(keyword, meant)) {
      schema[keyword] = meant;
      if (value === "file") schema.format ??= "binary";
      world.report([...world.at, keyword], `${rest}: read as ${JSON.stringify(meant)}`);
      continue;
    }
    delete schema[keyword];
    if (keyword === "type" && refersTo(schema, value, world)) continue;
    // `required: false` at a member, and a bound of null, say what leaving them out says.
    if (value === null || (keyword === "required" && typeof value === "boolean")) continue;
    world.report([...world.at, keyword], `${rest}: left out`);
  }
}

/** Words that never reach a validator: OpenAPI 3.0's own, and where other drafts keep schemas, which nothing can refer to. */
const passedOver: ReadonlySet<string> = new Set(
  "nullable $defs definitions $anchor $dynamicAnchor $recursiveAnchor $vocabulary dependencies additionalItems".split(
    " ",
  ),
);
/** Booleans in OpenAPI 3.0. */
const exclusive: ReadonlySet<string> = new Set(["exclusiveMinimum", "exclusiveMaximum"]);

function isSound(keyword: string, value: unknown): boolean {
  return [...keywordProblems({ [keyword]: value })].length === 0;
}

/** What the author of a wrong value meant, where that is plain. */
function meantBy(keyword: string, value: unknown): unknown {
  if (keyword === "type") return typeMeant(value);
  if (keyword === "required" && Array.isArray(value)) return value.filter((name) => typeof name === "string");
  if (typeof value !== "string" || subschemas[keyword] !== undefined) return undefined;
  if (value === "true" || value === "false") return value === "true";
  return /^-?\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : undefined;
}

/** Type names of languages and databases, as JSON Schema calls them. What can be anything has none. */
const typeNames: ReadonlyMap<string, string> = new Map(
  (
    "int:integer int32:integer int64:integer long:integer short:integer timestamp:integer float:number double:number decimal:number numeric:number " +
    "bool:boolean str:string text:string char:string date:string date-time:string datetime:string uuid:string enum:string file:string email:string " +
    "url:string uri:string byte:string binary:string password:string list:array dict:object map:object hash:object json:object none:null nil:null"
  )
    .split(" ")
    .map((pair) => pair.split(":") as [string, string]),
);
const jsonTypes: ReadonlySet<string> = new Set("string number integer boolean array object null".split(" "));

function typeMeant(value: unknown): unknown {
  if (Array.isArray(value)) {
    const names = [...new Set(value.map((name) => typeMeant(name) ?? name))];
    return names.length === 0 ? undefined : names;
  }
  if (typeof value !== "string") return undefined;
  const name = value.trim().toLowerCase();
  return jsonTypes.has(name) ? name : typeNames.get(name);
}

/** `type: Pet`, where the document has such a schema, refers to it. */
function refersTo(schema: Mutable, type: unknown, { at, document, report }: World): boolean {
  if (typeof type !== "string" || partAt(document, ["components", "schemas", type]) === undefined) return false;
  schema.$ref = `#/components/schemas/${type.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  report([...at, "type"], `is the name of a schema, ${JSON.stringify(type)}: read as a reference to it`);
  return true;
}

/** `items: [{ … }]`: a list of one schema by position, where the schema of every item is meant. */
function mendItems(schema: Mutable): void {
  if (Array.isArray(schema.items) && schema.items.length === 1) schema.items = schema.items[0];
}

/** `required: true` at a member, as JSON Schema once had it, is the object's to say. */
function mendRequiredMembers(schema: Mutable, { at, report }: World): void {
  if (!isObject(schema.properties)) return;
  for (const [name, member] of Object.entries(schema.properties)) {
    if (!isObject(member) || typeof member.required !== "boolean") continue;
    if (member.required) {
      schema.required = [...new Set([...(Array.isArray(schema.required) ? schema.required : []), name])];
      report(
        [...at, "properties", name, "required"],
        "is true, which the object's own required list says: moved there",
      );
    }
    delete (member as Mutable).required;
  }
}
