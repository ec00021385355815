import { isDeepStrictEqual } from "node:util";
import type { HttpMethod, OpenApiDocument } from "../ir/tool.ts";
import { isObject, type ObjectValue } from "../openapi/contract.ts";
import { prune } from "../openapi/prune.ts";

/** What marks an operation that the upstream's document has no more; its value is the version in which it was gone. */
const vanishedKey = "x-toolspec-vanished";

export interface Vanished {
  readonly method: HttpMethod;
  readonly path: string;
}

/**
 * The new document with operations of the old one that tools still ask for, marked, with all that they refer to.
 *
 * What both have under one name and say differently is kept under another name for the vanished ones, so that nothing changes for them.
 */
export function keepVanished(
  document: OpenApiDocument,
  old: OpenApiDocument,
  vanished: readonly Vanished[],
  version: string,
): OpenApiDocument {
  if (vanished.length === 0) return document;
  const kept = structuredClone(prune(old, vanished)) as Record<string, unknown>;
  const result = structuredClone(document) as Record<string, unknown>;
  const renamed = addComponents(result, kept);
  const paths = result.paths as Record<string, unknown>;
  for (const { method, path } of vanished) {
    const item = (kept.paths as ObjectValue)[path];
    const operation = isObject(item) ? item[method] : undefined;
    if (!isObject(item) || !isObject(operation)) continue;
    const whole = standingAlone(operation, item, kept.security);
    const marked = { ...whole, [vanishedKey]: operation[vanishedKey] ?? version };
    const there = paths[path];
    paths[path] = { ...(isObject(there) ? there : {}), [method]: referring(marked, renamed) };
  }
  return result as unknown as OpenApiDocument;
}

/** The mark of an operation in a document that import wrote. */
export function vanishedSince(document: OpenApiDocument, { method, path }: Vanished): string | undefined {
  const item = (document.paths as ObjectValue)[path];
  const operation = isObject(item) ? item[method] : undefined;
  const since = isObject(operation) ? operation[vanishedKey] : undefined;
  return since === undefined ? undefined : String(since);
}

/** An operation with what it takes from its path and from the document. */
function standingAlone(operation: ObjectValue, item: ObjectValue, security: unknown): ObjectValue {
  const [above, own] = [item.parameters, operation.parameters].map((list) => (Array.isArray(list) ? list : []));
  const parameters = [...(above ?? []), ...(own ?? [])];
  return {
    ...operation,
    ...(parameters.length > 0 && { parameters }),
    ...(operation.security === undefined && security !== undefined && { security }),
  };
}

/** Add the components of the vanished; gives the references that lead elsewhere now. */
function addComponents(result: Record<string, unknown>, kept: Record<string, unknown>): ReadonlyMap<string, string> {
  const renamed = new Map<string, string>();
  const components = { ...(isObject(result.components) ? result.components : {}) } as Record<string, unknown>;
  const waiting: [kind: string, name: string, value: unknown][] = [];
  for (const [kind, group] of Object.entries(isObject(kept.components) ? kept.components : {})) {
    const there = isObject(components[kind]) ? (components[kind] as ObjectValue) : {};
    for (const [name, value] of Object.entries(group as ObjectValue)) {
      const isTaken = Object.hasOwn(there, name);
      // Schemes of security are named by requirements and not by references: the new one is as good.
      if (isTaken && (kind === "securitySchemes" || isDeepStrictEqual(there[name], value))) continue;
      const free = isTaken ? freeName(`${name}Vanished`, there) : name;
      if (free !== name) renamed.set(`#/components/${kind}/${name}`, `#/components/${kind}/${free}`);
      waiting.push([kind, free, value]);
    }
  }
  for (const [kind, name, value] of waiting) {
    components[kind] = { ...(isObject(components[kind]) ? components[kind] : {}), [name]: referring(value, renamed) };
  }
  if (Object.keys(components).length > 0) result.components = components;
  return renamed;
}

function freeName(wanted: string, taken: ObjectValue): string {
  let name = wanted;
  for (let count = 2; Object.hasOwn(taken, name); count++) name = `${wanted}${count}`;
  return name;
}

/** A part of a document with its references led elsewhere. */
function referring(value: unknown, renamed: ReadonlyMap<string, string>): unknown {
  if (renamed.size === 0) return value;
  if (Array.isArray(value)) return value.map((item) => referring(item, renamed));
  if (!isObject(value)) return typeof value === "string" ? led(value, renamed) : value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, referring(inner, renamed)]));
}

/** Only a text that is a whole reference: `#/components/schemas/Order`, or into it. */
function led(text: string, renamed: ReadonlyMap<string, string>): string {
  if (!text.startsWith("#/components/")) return text;
  const [start, rest] = [text.split("/").slice(0, 4).join("/"), text.split("/").slice(4)];
  const target = renamed.get(start);
  return target === undefined ? text : [target, ...rest].join("/");
}
