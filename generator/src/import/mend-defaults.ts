import type { JsonSchema, OpenApiDocument } from "../ir/tool.ts";
import { isObject, type ObjectValue } from "../openapi/contract.ts";
import { toJsonSchema } from "../openapi/dialect.ts";
import { stepsOf } from "../openapi/resolve.ts";
import { checkSchema } from "../schema/check.ts";
import { fits } from "../schema/fits.ts";

/** Told of every change: where in the document, and what was done. */
export type Report = (at: readonly string[], message: string) => void;

type Mutable = Record<string, unknown>;

/** A schema of the document, and where it stands. */
export interface Placed {
  readonly schema: Mutable;
  readonly at: readonly string[];
}

/** Take out every default that does not fit its own schema, what it refers to included. */
export function dropUnfit(document: OpenApiDocument, placed: readonly Placed[], report: Report): void {
  const definitions: Record<string, JsonSchema> = {};
  for (const { schema, at } of placed) {
    define(schema, document, definitions);
    if (fits(converted(schema), schema.default, definitions) === true) continue;
    delete schema.default;
    report([...at, "default"], "is a default that does not fit its own schema, and is left out");
  }
}

/** Add what a schema refers to, and what that refers to, to the definitions. */
function define(part: unknown, document: OpenApiDocument, definitions: Record<string, JsonSchema>): void {
  if (typeof part !== "object" || part === null) return;
  for (const [key, inner] of Object.entries(part)) {
    const name = key === "$ref" && typeof inner === "string" ? schemaName(inner) : undefined;
    if (name === undefined) define(inner, document, definitions);
    else if (!Object.hasOwn(definitions, name)) {
      const target = (document.components as { schemas?: Mutable } | undefined)?.schemas?.[name];
      definitions[name] = converted(target);
      define(target, document, definitions);
    }
  }
}

/** The name of the shared schema that a reference leads to, or into. */
function schemaName(ref: string): string | undefined {
  const [, kind, name] = stepsOf(ref) ?? [];
  return kind === "schemas" ? name : undefined;
}

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
  const { suspects, needed } = suspectsIn(components);
  for (let round = 0; round < roundsMax; round++) {
    const definitions = Object.fromEntries(needed.map((name) => [name, converted(components[name])]));
    const found = suspects.flatMap((name) =>
      checkSchema(definitions[name] as JsonSchema, { definitions, side: "input" }).flatMap(({ rule, pointer }) =>
        rule === "unfilled-default" ? [[name, ...(stepsOf(`#${pointer}`) ?? [])]] : [],
      ),
    );
    if (found.length === 0) return;
    for (const steps of found) drop(components, steps, report);
  }
}

/** Shared schemas that combine others and lead to a default, and all that is needed to check them: few of a large document's. */
function suspectsIn(components: ObjectValue): {
  readonly suspects: readonly string[];
  readonly needed: readonly string[];
} {
  const names = Object.keys(components);
  const outlines = new Map(names.map((name) => [name, outlineOf(components[name])]));
  const users = new Map(names.map((name) => [name, new Set<string>()]));
  for (const [name, { refs }] of outlines) for (const ref of refs) users.get(ref)?.add(name);
  const leading = closure(
    names.filter((name) => outlines.get(name)?.hasDefault),
    (name) => users.get(name),
  );
  const suspects = names.filter((name) => outlines.get(name)?.combines && leading.has(name));
  const used = closure(suspects, (name) => outlines.get(name)?.refs);
  return { suspects, needed: names.filter((name) => used.has(name)) };
}

/** What stands in a schema, wherever in it. */
interface Outline {
  /** Shared schemas by name. */
  readonly refs: ReadonlySet<string>;
  readonly combines: boolean;
  readonly hasDefault: boolean;
}

const combining: ReadonlySet<string> = new Set(["allOf", "anyOf", "oneOf"]);

function outlineOf(schema: unknown): Outline {
  const refs = new Set<string>();
  let combines = false;
  let hasDefault = false;
  const walk = (value: unknown) => {
    if (typeof value !== "object" || value === null) return;
    for (const name in value) {
      const inner = (value as ObjectValue)[name];
      combines ||= combining.has(name);
      hasDefault ||= name === "default";
      const ref = name === "$ref" && typeof inner === "string" ? schemaName(inner) : undefined;
      if (ref !== undefined) refs.add(ref);
      walk(inner);
    }
  };
  walk(schema);
  return { refs, combines, hasDefault };
}

/** These names, and all that can be reached from them. */
function closure(from: readonly string[], next: (name: string) => Iterable<string> | undefined): ReadonlySet<string> {
  const reached = new Set(from);
  // What is added to a set while it is gone through is gone through too.
  for (const name of reached) for (const one of next(name) ?? []) reached.add(one);
  return reached;
}

function converted(schema: unknown): JsonSchema {
  return toJsonSchema(schema, [], (ref) => {
    const name = schemaName(ref);
    return name === undefined ? undefined : `#/$defs/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  });
}

/** Drop the defaults at these steps: of the schema that a reference there leads to, or of the schema itself. */
function drop(components: Readonly<Record<string, unknown>>, steps: readonly string[], report: Report): void {
  let part: unknown = components;
  for (let index = 0; index < steps.length; index++) {
    const step = steps[index] as string;
    if (!isObject(part) && !Array.isArray(part)) return;
    // A nullable schema is converted to one of itself and null, which the document does not say.
    if (step === "anyOf" && isObject(part) && part.nullable === true && part.anyOf === undefined) index++;
    else part = (part as Mutable)[step];
  }
  const name = typeof part === "string" ? stepsOf(part)?.[2] : undefined;
  const target = name === undefined ? part : components[name];
  const at = ["components", "schemas", ...(name === undefined ? steps : [name])];
  if (strip(target, components, new Set()))
    report(at, "has defaults that cannot be filled in where it is one of several parts; they are left out");
}

/** Take every default out, also of the shared schemas that it refers to: they would be filled in through the reference. */
function strip(value: unknown, components: ObjectValue, seen: Set<string>): boolean {
  if (typeof value !== "object" || value === null) return false;
  let dropped = false;
  for (const [name, inner] of Object.entries(value)) {
    const shared = name === "$ref" && typeof inner === "string" ? schemaName(inner) : undefined;
    // A property called `default` is a schema; a default beside a type is a value.
    if (name === "default" && ("type" in value || "enum" in value || "$ref" in value)) {
      delete (value as Mutable).default;
      dropped = true;
    } else if (shared === undefined) dropped = strip(inner, components, seen) || dropped;
    else if (!seen.has(shared)) {
      seen.add(shared);
      dropped = strip(components[shared], components, seen) || dropped;
    }
  }
  return dropped;
}
