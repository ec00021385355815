import type { Path } from "../spec/positions.ts";
import type { ServerSpec } from "../spec/server-shape.ts";
import type { SpecFile } from "../spec/spec-file.ts";
import type { ToolSpec } from "../spec/tool-shape.ts";
import type { ServerDraft } from "./server-draft.ts";
import type { SharedSchemas } from "./shared-schemas.ts";
import type { CollectionIr, ContentUseIr, JsonSchema, JsonSchemaObject } from "./tool.ts";

/** One file below `content/<collection>/`. */
export interface EntryDraft {
  readonly file: SpecFile;
  /** The file name without its ending. */
  readonly key: string;
  readonly data: unknown;
}

/** A collection as declared, and the entries that could be read. */
export interface CollectionDraft {
  readonly name: string;
  /** The declared member that tells entries apart. */
  readonly key: string;
  readonly schema: JsonSchema;
  readonly fallback: string | undefined;
  readonly entries: readonly EntryDraft[];
  /** Keys of all files, of those too that could not be read. */
  readonly keys: readonly string[];
  /** Of its declaration in server.yaml. */
  readonly path: Path;
}

/** Files of one collection: all paths, and those that could be read. */
export interface CollectionFiles {
  readonly paths: readonly string[];
  readonly files: readonly SpecFile[];
}

/** The collections that server.yaml declares. A key that stands in the file name alone is filled in. */
export function draftCollections(
  server: ServerDraft | undefined,
  files: ReadonlyMap<string, CollectionFiles>,
  shared: SharedSchemas,
): ReadonlyMap<string, CollectionDraft> {
  const declared: NonNullable<ServerSpec["content"]> = server?.spec.content ?? {};
  return new Map(
    Object.entries(declared).map(([name, spec]): [string, CollectionDraft] => {
      const path = ["content", name];
      const { paths = [], files: read = [] } = files.get(name) ?? {};
      return [
        name,
        {
          name,
          key: spec.key,
          schema:
            server === undefined ? true : shared.convert(spec.schema, { file: server.file, path: [...path, "schema"] }),
          fallback: spec.fallback,
          entries: read.map((file) => toEntry(file, spec.key)),
          keys: paths.map(entryKeyOf),
          path,
        },
      ];
    }),
  );
}

function toEntry(file: SpecFile, keyMember: string): EntryDraft {
  const key = entryKeyOf(file.path);
  const { data } = file;
  const isOpen = typeof data === "object" && data !== null && !Array.isArray(data) && !Object.hasOwn(data, keyMember);
  return { file, key, data: isOpen ? { [keyMember]: key, ...data } : data };
}

/** The file name without its ending. */
function entryKeyOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(/\.ya?ml$/i, "");
}

/** A collection in which no rule found an error. */
export function toCollectionIr({ key, fallback, entries }: CollectionDraft): CollectionIr {
  const found = entries.find((entry) => entry.key === fallback);
  return {
    key,
    entries: entries.filter((entry) => entry !== found).map(({ data }) => data as JsonSchemaObject),
    fallback: found?.data as JsonSchemaObject | undefined,
  };
}

/** A tool's `content:` in which nothing is missing. */
export function toContentUse(spec: ToolSpec["content"]): ContentUseIr | undefined {
  if (spec?.list !== undefined) return { list: spec.list, fields: spec.fields ?? [] };
  if (spec?.get !== undefined && spec.by !== undefined) return { get: spec.get, by: spec.by };
  return undefined;
}

/** What such a tool answers: the chosen members of every entry, or one entry. Nothing where the collection is not known. */
export function contentOutput(
  use: ContentUseIr,
  collections: ReadonlyMap<string, CollectionDraft>,
  shared: SharedSchemas,
): JsonSchema | undefined {
  const collection = collections.get("list" in use ? use.list : use.get);
  if (collection === undefined) return undefined;
  if ("get" in use) return collection.schema;
  const { properties, required } = membersOf(collection.schema, shared);
  const picked = use.fields.filter((field) => Object.hasOwn(properties, field));
  const item: JsonSchema = {
    type: "object",
    properties: Object.fromEntries(picked.map((field) => [field, properties[field]])),
    required: picked.filter((field) => required.has(field)),
    additionalProperties: false,
  };
  return {
    type: "object",
    properties: { items: { type: "array", items: item }, total: { type: "integer", minimum: 0 } },
    required: ["items", "total"],
    additionalProperties: false,
  };
}

export interface Members {
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly required: ReadonlySet<string>;
}

/** Schemas within schemas that are followed for members: `allOf` of references of `allOf` … */
const membersDepthMax = 16;

/** The members that an object schema names, through references, `allOf`, and (then never required) `anyOf` and `oneOf`. */
export function membersOf(schema: JsonSchema, shared: SharedSchemas): Members {
  const properties: Record<string, JsonSchema> = {};
  const required = new Set<string>();
  const gather = (part: JsonSchema, depth: number, certain: boolean) => {
    const found = depth > membersDepthMax ? true : shared.resolve(part);
    if (typeof found !== "object" || found === null) return;
    for (const [name, member] of Object.entries((found.properties ?? {}) as Record<string, JsonSchema>))
      properties[name] ??= member;
    if (certain && Array.isArray(found.required)) for (const name of found.required) required.add(String(name));
    for (const inner of listOf(found.allOf)) gather(inner, depth + 1, certain);
    for (const inner of [...listOf(found.anyOf), ...listOf(found.oneOf)]) gather(inner, depth + 1, false);
  };
  gather(schema, 0, true);
  return { properties, required };
}

function listOf(parts: unknown): readonly JsonSchema[] {
  return Array.isArray(parts) ? parts : [];
}
