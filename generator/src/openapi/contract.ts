import type { OpenApiDocument } from "../ir/tool.ts";
import type { SpecFile } from "../spec/spec-file.ts";

/** An upstream's own OpenAPI document, and where it stands. */
export interface Contract {
  readonly file: SpecFile;
  readonly document: OpenApiDocument;
  /** Operations that cannot be used, though the rest of the document can, by `operationKey`. */
  readonly unusable?: ReadonlyMap<string, UnusableOperation>;
}

/** Why an operation cannot be used, where, and how to mend it. */
export interface UnusableOperation {
  readonly message: string;
  readonly at: readonly string[];
  readonly mend: string;
}

/** What tells the operations of a document apart: `get /pets/{id}`. */
export function operationKey(method: string, path: string): string {
  return `${method} ${path}`;
}

/** A part of the document, and the path to it. */
export interface Located<T = unknown> {
  readonly value: T;
  readonly at: readonly string[];
}

export type ObjectValue = { readonly [name: string]: unknown };

export function isObject(value: unknown): value is ObjectValue {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A member of a part, where the part is a map that has it. */
export function member(part: Located, name: string): Located | undefined {
  if (!isObject(part.value) || !Object.hasOwn(part.value, name)) return undefined;
  return { value: part.value[name], at: [...part.at, name] };
}

/** The items of a list, each with its place. */
export function items(part: Located | undefined): readonly Located[] {
  if (part === undefined || !Array.isArray(part.value)) return [];
  return part.value.map((value, index) => ({ value, at: [...part.at, String(index)] }));
}

/** The entries of a map, each with its place. */
export function entries(part: Located | undefined): readonly (readonly [string, Located])[] {
  if (part === undefined || !isObject(part.value)) return [];
  return Object.entries(part.value).map(([name, value]) => [name, { value, at: [...part.at, name] }] as const);
}

/** Root member that holds what other documents say, where one was put together of several, until pruning moves what is used to components. */
export const partsKey = "x-parts";
