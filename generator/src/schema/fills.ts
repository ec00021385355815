/** Where defaults are filled in, and where they cannot be. */
import type { JsonSchema, JsonSchemaObject } from "../ir/tool.ts";
import { memoOf } from "./memo.ts";
import { type PartScope, partsOf } from "./parts.ts";
import { type Definitions, targetOf } from "./scope.ts";

/** The default of a member that is absent: its own, or that of the shared schema it refers to. */
export function defaultOf(schema: JsonSchema, definitions: Definitions): { readonly value: unknown } | undefined {
  const seen = new Set<JsonSchema>();
  for (
    let at: JsonSchema | undefined = schema;
    typeof at === "object" && !seen.has(at);
    at = targetOf(at, definitions)?.schema
  ) {
    if ("default" in at) return { value: at.default };
    seen.add(at);
  }
  return undefined;
}

/**
 * Whether zod's own objects cannot hold these members exactly: names that every object inherits (`constructor`), which zod
 * finds though they are absent, and names given by patterns.
 */
export function needsOwnMembers(schema: JsonSchemaObject): boolean {
  const names = [
    ...Object.keys((schema.properties ?? {}) as object),
    ...((schema.required ?? []) as readonly string[]),
  ];
  const patterns = Object.keys((schema.patternProperties ?? {}) as object);
  return patterns.length > 0 || names.some((name) => name in Object.prototype);
}

/** Whether a value that the schema accepts may come back with a default filled in. */
export function fillsDefaults(schema: JsonSchema, scope: PartScope): boolean {
  if (scope.side === "output") return false;
  const { fillsDefaults: known, fillsNothing } = memoOf(scope.definitions, scope.side);
  const visited: Visited = { names: new Set(), schemas: [] };
  const found = search(schema, scope, visited);
  if (!found) {
    // Nothing was found behind any of these; where something was, the search stopped on the way.
    for (const name of visited.names) known.set(name, false);
    for (const each of visited.schemas) fillsNothing.add(each);
  }
  return found;
}

interface Visited {
  /** Of shared schemas. */
  readonly names: Set<string>;
  readonly schemas: object[];
}

function search(schema: JsonSchema, scope: PartScope, visited: Visited): boolean {
  if (typeof schema === "boolean" || memoOf(scope.definitions, scope.side).fillsNothing.has(schema)) return false;
  visited.schemas.push(schema);
  const target = targetOf(schema, scope.definitions);
  if (target !== undefined && searchShared(target, scope, visited)) return true;
  return partsOf(schema, scope).some((part) => {
    if (part.kind === "typed") return searchInside(part.schema, scope, visited);
    const alternatives = part.schema[part.kind] as unknown;
    return Array.isArray(alternatives) && alternatives.some((each) => search(each as JsonSchema, scope, visited));
  });
}

function searchShared(target: NonNullable<ReturnType<typeof targetOf>>, scope: PartScope, visited: Visited): boolean {
  const { fillsDefaults: known } = memoOf(scope.definitions, scope.side);
  const answer = known.get(target.name);
  if (answer !== undefined) return answer;
  if (visited.names.has(target.name)) return false;
  visited.names.add(target.name);
  const found = search(target.schema, scope, visited);
  if (found) known.set(target.name, true);
  return found;
}

function searchInside(schema: JsonSchemaObject, scope: PartScope, visited: Visited): boolean {
  if (needsOwnMembers(schema)) return false;
  const required = (schema.required ?? []) as readonly string[];
  const members = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>);
  const hasOwn = members.some(
    ([name, member]) => !required.includes(name) && defaultOf(member, scope.definitions) !== undefined,
  );
  const inner = [
    ...members.map(([, member]) => member),
    ...[schema.prefixItems ?? []].flat(),
    schema.items,
    schema.additionalProperties,
  ];
  return hasOwn || inner.some((each) => each !== undefined && search(each as JsonSchema, scope, visited));
}
