import type { JsonSchema, OpenApiDocument } from "../ir/tool.ts";
import { isObject } from "../openapi/contract.ts";
import { toJsonSchema } from "../openapi/dialect.ts";
import { stepsOf } from "../openapi/resolve.ts";
import { checkSchema } from "../schema/check.ts";

/** Told of every change: where in the document, and what was done. */
export type Report = (at: readonly string[], message: string) => void;

type Mutable = Record<string, unknown>;

/** Dropping one schema's defaults may show the next: schemas in schemas, at most so deep. */
const roundsMax = 8;

/**
 * Take defaults out of shared schemas where no validator could fill them in: within one alternative of several, or one part of a whole.
 *
 * The upstream fills them in itself.
 */
export function dropUnfillable(document: OpenApiDocument, report: Report): void {
  const components = isObject(document.components) ? document.components.schemas : undefined;
  if (!isObject(components)) return;
  const combined = Object.keys(components).filter((name) => has(components[name], combining));
  if (combined.length === 0 || !Object.values(components).some((schema) => has(schema, "default"))) return;
  for (let round = 0; round < roundsMax; round++) {
    const definitions = Object.fromEntries(
      Object.entries(components).map(([name, schema]) => [name, converted(schema)]),
    );
    const found = combined.flatMap((name) =>
      checkSchema(definitions[name] as JsonSchema, { definitions, side: "input" }).flatMap(({ rule, pointer }) =>
        rule === "unfilled-default" ? [[name, ...(stepsOf(`#${pointer}`) ?? [])]] : [],
      ),
    );
    if (found.length === 0) return;
    for (const steps of found) drop(components, steps, report);
  }
}

const combining = /^(allOf|anyOf|oneOf)$/;

function has(value: unknown, key: string | RegExp): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(
    ([name, inner]) => (typeof key === "string" ? name === key : key.test(name)) || has(inner, key),
  );
}

function converted(schema: unknown): JsonSchema {
  return toJsonSchema(schema, [], (ref) => {
    const [, kind, name] = stepsOf(ref) ?? [];
    return kind === "schemas" && name !== undefined
      ? `#/$defs/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`
      : undefined;
  });
}

/** Drop the defaults at these steps: of the schema that a reference there leads to, or of the schema itself. */
function drop(components: Readonly<Record<string, unknown>>, steps: readonly string[], report: Report): void {
  let part: unknown = components;
  for (const step of steps) part = isObject(part) || Array.isArray(part) ? (part as Mutable)[step] : undefined;
  const name = typeof part === "string" ? stepsOf(part)?.[2] : undefined;
  const target = name === undefined ? part : components[name];
  const at = ["components", "schemas", ...(name === undefined ? steps : [name])];
  if (strip(target))
    report(at, "has defaults that cannot be filled in where it is one of several parts; they are left out");
}

function strip(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  let dropped = false;
  for (const [name, inner] of Object.entries(value)) {
    // A property called `default` is a schema; a default beside a type is a value.
    if (name === "default" && ("type" in value || "enum" in value || "$ref" in value)) {
      delete (value as Mutable).default;
      dropped = true;
    } else dropped = strip(inner) || dropped;
  }
  return dropped;
}
