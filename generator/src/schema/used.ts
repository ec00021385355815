import type { JsonSchema } from "../ir/tool.ts";
import { children } from "./keywords.ts";
import { memoOf } from "./memo.ts";
import { type Definitions, targetOf } from "./scope.ts";

/** Names of the shared schemas that these schemas need, directly or not: each before those that use it, cycles apart. */
export function definitionsUsedBy(schemas: readonly JsonSchema[], definitions: Definitions): readonly string[] {
  const seen = new Set<string>();
  const used: string[] = [];
  const visit = (schema: JsonSchema) => {
    if (typeof schema !== "object" || schema === null) return;
    const target = targetOf(schema, definitions);
    if (target !== undefined && !seen.has(target.name)) {
      seen.add(target.name);
      visit(target.schema);
      used.push(target.name);
    }
    for (const child of children(schema)) visit(child.schema);
  };
  for (const schema of schemas) visit(schema);
  return used;
}

/** Whether a shared schema leads back to itself. */
export function isRecursive(name: string, definitions: Definitions): boolean {
  const { isRecursive: known } = memoOf(definitions, "output");
  const found = known.get(name) ?? definitionsUsedBy([definitions[name] as JsonSchema], definitions).includes(name);
  known.set(name, found);
  return found;
}
