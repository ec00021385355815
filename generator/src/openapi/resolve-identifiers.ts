import { toPointer } from "../schema/pointer.ts";
import type { ObjectValue } from "./contract.ts";
import { Identifiers } from "./identifiers.ts";
import { dialectOf } from "./keyword-kinds.ts";
import { schemasIn, withParts } from "./schemas-in.ts";

/** What relative addresses in a contract are relative to: an address that nothing else has. */
export const contractBase = "https://contract.invalid/";

/**
 * Write references by address and by anchor as paths from the root, in place, so that whatever reads the document needs to know paths
 * alone. What leads nowhere stays as it is, and so do addresses of other documents.
 *
 * The names go, unless there are dynamic references: those find them by the way on which one comes.
 */
export function resolveIdentifiers(document: ObjectValue): void {
  const dialect = dialectOf(document.jsonSchemaDialect) ?? "2020-12";
  const identifiers = new Identifiers();
  const root = identifiers.addDocument(document, "", contractBase, dialect);
  const roots = [...schemasIn(document)];
  for (const { schema, steps } of roots) identifiers.addSchema(schema, steps, root);
  const all = roots.flatMap((found) => [...withParts(found, dialect)]);
  const resolved = all.map(({ schema: { $ref }, steps }) =>
    typeof $ref === "string" ? identifiers.resolve($ref, { document: "", steps }, contractBase) : undefined,
  );
  const isDynamic = all.some(({ schema }) => typeof schema.$dynamicRef === "string");
  for (const [index, { schema }] of all.entries()) {
    const target = resolved[index];
    if (target !== undefined) (schema as Record<string, unknown>).$ref = `#${encodeURI(toPointer(target.steps))}`;
    if (!isDynamic) for (const name of names) delete (schema as Record<string, unknown>)[name];
  }
}

const names = ["$id", "$anchor", "$dynamicAnchor"] as const;
