/** What the other keywords of a schema say about members and items, so that `unevaluated*` can speak about the rest. */
import type { JsonSchema, JsonSchemaObject } from "../ir/tool.ts";
import { type Definitions, targetOf } from "./scope.ts";

/** Members (by name and pattern) or items (the first few, and those that match `contains`) that are spoken about. */
export interface Evaluated {
  readonly all: boolean;
  readonly names: readonly string[];
  readonly patterns: readonly string[];
  readonly first: number;
  readonly containing: readonly JsonSchema[];
  /** What applies only to some values. */
  readonly given: readonly { readonly condition: Condition; readonly then: Evaluated }[];
}

/** `always`: the schema in which it stands demands it anyway. */
export type Condition =
  | { readonly kind: "always" }
  | { readonly kind: "accepts"; readonly schema: JsonSchema }
  | { readonly kind: "refuses"; readonly schema: JsonSchema }
  | { readonly kind: "has"; readonly name: string };

/** JSON Schema 2020-12 core, 11.2 and 11.3; `unevaluated*` inside a part speaks about everything that it saw. */
export function evaluatedBy(schema: JsonSchema, of: "members" | "items", definitions: Definitions): Evaluated {
  if (typeof schema === "boolean") return { ...nobody, given: [] };
  return { ...(of === "members" ? membersOf(schema) : itemsOf(schema)), given: givenBy(schema, of, definitions) };
}

type Own = Omit<Evaluated, "given">;

const nobody: Own = { all: false, names: [], patterns: [], first: 0, containing: [] };

function membersOf(schema: JsonSchemaObject): Own {
  const keys = (value: unknown) => Object.keys((value ?? {}) as object);
  const all = schema.additionalProperties !== undefined;
  return { ...nobody, all, names: keys(schema.properties), patterns: keys(schema.patternProperties) };
}

function itemsOf(schema: JsonSchemaObject): Own {
  const first = ((schema.prefixItems ?? []) as readonly unknown[]).length;
  const containing = schema.contains === undefined ? [] : [schema.contains as JsonSchema];
  return { ...nobody, all: schema.items !== undefined, first, containing };
}

function givenBy(schema: JsonSchemaObject, of: "members" | "items", definitions: Definitions): Evaluated["given"] {
  const given: { condition: Condition; then: Evaluated }[] = [];
  const add = (condition: Condition, part: unknown) => {
    const then = withUnevaluated(part as JsonSchema, of, definitions);
    if (
      then.all ||
      then.names.length + then.patterns.length + then.first + then.containing.length + then.given.length > 0
    ) {
      given.push({ condition, then });
    }
  };
  const target = targetOf(schema, definitions);
  if (target !== undefined) add({ kind: "always" }, target.schema);
  for (const part of list(schema.allOf)) add({ kind: "always" }, part);
  for (const part of [...list(schema.anyOf), ...list(schema.oneOf)]) add({ kind: "accepts", schema: part }, part);
  if (schema.if !== undefined) {
    const condition = schema.if as JsonSchema;
    add({ kind: "accepts", schema: condition }, condition);
    if (schema.then !== undefined) add({ kind: "accepts", schema: condition }, schema.then);
    if (schema.else !== undefined) add({ kind: "refuses", schema: condition }, schema.else);
  }
  for (const [name, part] of Object.entries((schema.dependentSchemas ?? {}) as object))
    add({ kind: "has", name }, part);
  return given;
}

function withUnevaluated(part: JsonSchema, of: "members" | "items", definitions: Definitions): Evaluated {
  const keyword = of === "members" ? "unevaluatedProperties" : "unevaluatedItems";
  const evaluated = evaluatedBy(part, of, definitions);
  return typeof part === "object" && part[keyword] !== undefined ? { ...evaluated, all: true } : evaluated;
}

function list(value: unknown): readonly JsonSchema[] {
  return Array.isArray(value) ? value : [];
}
