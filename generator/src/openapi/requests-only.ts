import { createReadOnlyLook, type ReadOnlyLook } from "../ir/request-view.ts";
import type { OpenApiDocument } from "../ir/tool.ts";
import { isObject, type ObjectValue } from "./contract.ts";
import { methods } from "./methods.ts";
import { prune } from "./prune.ts";
import { partAt, stepsOf } from "./resolve.ts";

/** What no type of a request is made from. Operations without an identifier are written where they stand, so that none can clash. */
const unneeded: ReadonlySet<string> = new Set([
  ...["responses", "callbacks", "links", "example", "examples", "encoding", "xml", "externalDocs"],
  ...["operationId", "summary", "tags", "security", "servers"],
]);

/**
 * A copy of the document that holds what types of requests are made from: parameters, request bodies, and the components
 * that they lead to. Replies are four fifths of a large contract.
 *
 * Nothing in it names a place outside of it: readers of OpenAPI fetch whatever stands behind a `$ref`, an `externalValue`
 * or a discriminator's mapping, in examples and defaults, too.
 */
export function requestsOnly(document: OpenApiDocument): OpenApiDocument {
  const chosen = Object.keys((document.paths ?? {}) as ObjectValue).flatMap((path) =>
    methods.map((method) => ({ method, path })),
  );
  const { paths, components } = prune(document, chosen, { without: unneeded });
  for (const item of Object.values(paths as ObjectValue))
    for (const method of methods) {
      const operation = (item as ObjectValue)[method];
      // OpenAPI 3.0 requires them.
      if (isObject(operation)) (operation as Record<string, unknown>).responses = {};
    }
  const look = createReadOnlyLook<undefined>((ref) => {
    const steps = stepsOf(ref);
    const part = steps && partAt({ paths, components }, steps);
    return part && { value: part.value, file: undefined };
  });
  for (const part of [paths, components]) {
    detach(part);
    loosen(part, noNames, look);
  }
  return {
    openapi: document.openapi,
    info: { title: "", version: "" },
    paths,
    components: components ?? {},
  };
}

/** Require nothing of a request that the upstream sets itself: handlers are typed by what callers may send. */
function loosen(value: unknown, above: ReadonlySet<string>, look: ReadOnlyLook<undefined>): void {
  if (Array.isArray(value)) for (const item of value) loosen(item, above, look);
  if (!isObject(value)) return;
  const { required } = value;
  const unsent = new Set([...above, ...look.namesIn(value, undefined)]);
  if (Array.isArray(required) && unsent.size > 0)
    (value as Record<string, unknown>).required = required.filter((name) => !unsent.has(name));
  for (const [name, member] of Object.entries(value))
    loosen(member, ["allOf", "anyOf", "oneOf"].includes(name) ? unsent : noNames, look);
}

const noNames: ReadonlySet<string> = new Set();

/** Take out all that names a place outside of the document, data or not. */
function detach(value: unknown, key?: string): void {
  if (Array.isArray(value)) for (const item of value) detach(item);
  if (!isObject(value)) return;
  const { $ref, externalValue, mapping } = value;
  if (typeof $ref === "string" && !$ref.startsWith("#")) delete (value as Record<string, unknown>).$ref;
  if (typeof externalValue === "string") delete (value as Record<string, unknown>).externalValue;
  if (key === "discriminator" && isObject(mapping))
    // Names of schemas hold no slash.
    for (const [name, target] of Object.entries(mapping))
      if (typeof target === "string" && !target.startsWith("#") && target.includes("/"))
        delete (mapping as Record<string, unknown>)[name];
  for (const [name, member] of Object.entries(value)) detach(member, name);
}
