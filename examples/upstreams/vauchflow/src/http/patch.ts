import { invalidRequest } from "@toolspec/example-http";

/** What a PATCH gives, or else what was there. Null is a value: it removes. */
export function kept<T>(given: T | undefined, before: T): T {
  return given === undefined ? before : given;
}

/** @throws ApiError 422 for a PATCH without any field. */
export function requireChange(fields: Readonly<Record<string, unknown>>): void {
  if (Object.values(fields).some((value) => value !== undefined)) return;
  throw invalidRequest([{ field: "body", message: `must hold one of ${Object.keys(fields).sort().join(", ")}` }]);
}
