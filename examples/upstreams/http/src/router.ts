import { ApiError } from "./api-error.ts";
import type { Operation } from "./operation.ts";

/** The operation of a request, and what stands in the placeholders of its path, decoded. */
export interface Match<Base> {
  readonly operation: Operation<Base>;
  readonly path: Readonly<Record<string, string>>;
}

/**
 * Find the operation of a method and a path as received.
 *
 * The path is split first and each segment is decoded alone, so an encoded slash stays inside its segment.
 *
 * @throws ApiError 404 for an unknown path, 405 for a known path with another method, 400 for a broken escape.
 */
export function route<Base>(operations: readonly Operation<Base>[], method: string, path: string): Match<Base> {
  const segments = path.split("/").map(decodeSegment);
  const candidates = operations.flatMap((operation) => {
    const values = match(operation.path.split("/"), segments);
    return values ? [{ operation, path: values }] : [];
  });
  // A literal segment wins over a placeholder: fewer values, closer match.
  candidates.sort((a, b) => Object.keys(a.path).length - Object.keys(b.path).length);
  if (candidates.length === 0) throw new ApiError(404, "not_found", "There is no such endpoint.");
  const found = candidates.find(({ operation }) => operation.method === method);
  if (found) return found;
  const allow = candidates.map(({ operation }) => operation.method).join(", ");
  throw new ApiError(405, "method_not_allowed", `This endpoint answers ${allow}.`, { headers: { allow } });
}

function match(template: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (template.length !== segments.length) return undefined;
  const values: Record<string, string> = {};
  for (const [index, part] of template.entries()) {
    const segment = segments[index] ?? "";
    if (part.startsWith("{")) values[part.slice(1, -1)] = segment;
    else if (part !== segment) return undefined;
  }
  return values;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new ApiError(400, "invalid_path", "The path holds a % that does not begin a UTF-8 escape.");
  }
}
