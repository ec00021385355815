/** JSON's types. An integer is a number that happens to be whole; an array is no object. */
export type JsonType = "null" | "boolean" | "number" | "string" | "array" | "object";

/** In the order in which a reader expects them in a union. */
export const jsonTypes: readonly JsonType[] = ["string", "number", "boolean", "array", "object", "null"];

/** The type of a JSON value. */
export function jsonTypeOf(value: unknown): JsonType {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value as JsonType;
}
