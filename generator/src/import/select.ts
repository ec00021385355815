import type { HttpMethod } from "../ir/tool.ts";
import { isObject } from "../openapi/contract.ts";
import type { ListedOperation } from "../openapi/listed.ts";

/** Which operations become tools. Empty lists choose everything; of a list one must fit, and of several lists each. */
export interface Selection {
  readonly tags: readonly string[];
  /** Path patterns: `*` is one step, `**` any. */
  readonly paths: readonly string[];
  readonly methods: readonly HttpMethod[];
  /** operationIds. */
  readonly ids: readonly string[];
  /** GET and HEAD only. */
  readonly reads: boolean;
  /** operationIds, tags or path patterns that are left out. */
  readonly excluded: readonly string[];
}

export const everything: Selection = { tags: [], paths: [], methods: [], ids: [], reads: false, excluded: [] };

/** Whether a person has chosen at all. */
export function choosesAll({ tags, paths, methods, ids, reads, excluded }: Selection): boolean {
  return !reads && [tags, paths, methods, ids, excluded].every((list) => list.length === 0);
}

/** Whether a selection has an operation. Tags compare without case. */
export function selects(selection: Selection, operation: ListedOperation): boolean {
  const { tags, paths, methods, ids, reads, excluded } = selection;
  const { method, path, operationId = "" } = operation;
  if (reads && method !== "get" && method !== "head") return false;
  if (methods.length > 0 && !methods.includes(method)) return false;
  if (ids.length > 0 && !ids.includes(operationId)) return false;
  if (tags.length > 0 && !tags.some((tag) => hasTag(operation, tag))) return false;
  if (paths.length > 0 && !paths.some((pattern) => fitsPath(pattern, path))) return false;
  return !excluded.some((word) => word === operationId || hasTag(operation, word) || fitsPath(word, path));
}

function hasTag({ tags }: ListedOperation, wanted: string): boolean {
  return tags.some((tag) => tag.toLowerCase() === wanted.toLowerCase());
}

/** Whether a path fits a pattern like `/v1/**`. */
function fitsPath(pattern: string, path: string): boolean {
  if (!pattern.startsWith("/")) return false;
  const source = pattern
    .split(/(\*\*|\*)/)
    .map((part) => (part === "**" ? ".*" : part === "*" ? "[^/]*" : part.replaceAll(/[\\^$.|?+()[\]{}]/g, "\\$&")))
    .join("");
  // `/v1/orders/**` means `/v1/orders` too.
  return new RegExp(`^${source.replace(/\/\.\*$/, "(/.*)?")}/?$`, "u").test(path);
}

/** Words of a selection that no operation fits: a slip, most likely. */
export function unmatched(
  { tags, paths, ids, excluded }: Selection,
  operations: readonly ListedOperation[],
): readonly string[] {
  const none = (fits: (operation: ListedOperation) => boolean) => !operations.some(fits);
  return [
    ...tags.filter((tag) => none((one) => hasTag(one, tag))).map((tag) => `--tag ${tag}`),
    ...paths.filter((pattern) => none((one) => fitsPath(pattern, one.path))).map((pattern) => `--path ${pattern}`),
    ...ids.filter((id) => none((one) => one.operationId === id)).map((id) => `--id ${id}`),
    ...excluded
      .filter((word) => none((one) => one.operationId === word || hasTag(one, word) || fitsPath(word, one.path)))
      .map((word) => `--exclude ${word}`),
  ];
}

/** What import leaves at the root of openapi.json, so that a merge chooses and names alike. */
export interface ImportRecord {
  /** As it was given: a relative path or a file name. */
  readonly source: string;
  readonly title?: string;
  readonly version?: string;
  readonly select: Partial<Omit<Selection, "excluded">>;
  readonly excluded?: readonly string[];
  /** Tool by operation, as `nameOperations` has them: a name stays when other operations come and go. */
  readonly tools: Readonly<Record<string, string>>;
}

/** The member of the document that holds the record. */
export const recordKey = "x-toolspec-import";

/** A selection as it stands in the record: only what chooses. */
export function recorded(selection: Selection): Pick<ImportRecord, "select" | "excluded"> {
  const { excluded, reads, ...lists } = selection;
  const select = {
    ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)),
    ...(reads ? { reads } : {}),
  };
  return { select, ...(excluded.length > 0 ? { excluded } : {}) };
}

/** The record of a document that import wrote, and the selection in it. */
export function readRecord(
  document: object,
): { readonly record: ImportRecord; readonly selection: Selection } | undefined {
  const found = (document as Record<string, unknown>)[recordKey];
  if (!isObject(found) || typeof found.source !== "string") return undefined;
  const select = isObject(found.select) ? found.select : {};
  const texts = (value: unknown) => (Array.isArray(value) ? value.filter((one) => typeof one === "string") : []);
  const tools = Object.fromEntries(
    Object.entries(isObject(found.tools) ? found.tools : {}).filter(([, name]) => typeof name === "string"),
  ) as Record<string, string>;
  const selection: Selection = {
    tags: texts(select.tags),
    paths: texts(select.paths),
    methods: texts(select.methods) as HttpMethod[],
    ids: texts(select.ids),
    reads: select.reads === true,
    excluded: texts(found.excluded),
  };
  const named = (key: "title" | "version") => (typeof found[key] === "string" ? { [key]: found[key] } : {});
  return {
    record: { source: found.source, ...named("title"), ...named("version"), ...recorded(selection), tools },
    selection,
  };
}
