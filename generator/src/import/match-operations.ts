import type { ListedOperation } from "../openapi/listed.ts";
import { operationKey } from "./names.ts";

/**
 * Which operation of the new document each operation of the old one is, by `operationKey`; those that are gone are left out.
 *
 * The same method and path are the same operation, whatever its operationId. Else the same operationId, or the same path with other
 * names of placeholders, where only one comes into question: then it has moved.
 */
export function matchOperations(
  old: readonly ListedOperation[],
  now: readonly ListedOperation[],
): ReadonlyMap<string, ListedOperation> {
  const byKey = new Map(now.map((operation) => [operationKey(operation), operation]));
  const oldKeys = new Set(old.map(operationKey));
  const fresh = now.filter((operation) => !oldKeys.has(operationKey(operation)));
  const matches = new Map<string, ListedOperation>();
  const taken = new Set<ListedOperation>();
  for (const operation of old) {
    const key = operationKey(operation);
    const [moved, ...others] = fresh.filter((one) => !taken.has(one) && isMoved(operation, one));
    const match = byKey.get(key) ?? (others.length === 0 ? moved : undefined);
    if (match === undefined) continue;
    taken.add(match);
    matches.set(key, match);
  }
  return matches;
}

function isMoved(old: ListedOperation, now: ListedOperation): boolean {
  if (old.operationId !== undefined && old.operationId === now.operationId) return true;
  return old.method === now.method && shapeOf(old.path) === shapeOf(now.path);
}

function shapeOf(path: string): string {
  return path.replaceAll(/\{[^}]*\}/g, "{}").replace(/\/$/, "");
}
