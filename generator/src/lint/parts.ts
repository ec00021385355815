import type { Drafts, InputDraft } from "../ir/draft.ts";
import type { JsonSchema, JsonSchemaObject } from "../ir/tool.ts";
import { declaredTypes } from "../schema/keywords.ts";
import type { Path } from "../spec/positions.ts";

/** One value that a caller fills in: an input, or something inside it. */
export interface Part {
  /** What it must be; references are followed. */
  readonly schema: JsonSchemaObject;
  /** Its own description, or that of the schema it refers to. */
  readonly description: string | undefined;
  /** `recipients[].email`, as messages name it. */
  readonly name: string;
  /** From the root of the file; leads into the input's declaration as far as it is written there. */
  readonly path: Path;
  /** Maps and lists around it, within the input. */
  readonly depth: number;
  /** An input or a property: not a list's item, and not one of several alternatives. */
  readonly named: boolean;
  /** One of several alternatives, or a part of what is composed: what it leaves open another may say. */
  readonly branch: boolean;
}

/** Parts of one input that are looked at: more is not filled in by anybody. */
const partsMax = 200;

/** Everything inside an input that a caller may fill in, the input itself first; each shared schema once. */
export function partsOf(input: InputDraft, shared: Drafts["shared"]): readonly Part[] {
  const parts: Part[] = [];
  const seen = new Set<JsonSchema>();
  const visit = (schema: JsonSchema, at: Omit<Part, "schema" | "description">) => {
    const target = shared.resolve(schema);
    if (typeof target === "boolean" || parts.length >= partsMax) return;
    // A circle, or the same shared schema once more.
    if (target !== schema && seen.has(target)) return;
    seen.add(target);
    parts.push({ ...at, schema: target, description: descriptionOf(schema) ?? descriptionOf(target) });
    for (const [name, inner] of Object.entries((target.properties ?? {}) as Record<string, JsonSchema>))
      visit(inner, {
        name: `${at.name}.${name}`,
        path: [...at.path, "properties", name],
        depth: at.depth + 1,
        named: true,
        branch: false,
      });
    if (target.items !== undefined)
      visit(target.items as JsonSchema, {
        name: `${at.name}[]`,
        path: [...at.path, "items"],
        depth: at.depth + 1,
        named: false,
        branch: false,
      });
    for (const keyword of ["allOf", "anyOf", "oneOf"] as const)
      ((target[keyword] ?? []) as readonly JsonSchema[]).forEach((inner, index) => {
        visit(inner, { ...at, path: [...at.path, keyword, index], named: false, branch: true });
      });
  };
  visit(input.schema, { name: input.name, path: input.path, depth: 0, named: true, branch: false });
  return parts;
}

function descriptionOf(schema: JsonSchema): string | undefined {
  const text = typeof schema === "object" ? schema.description : undefined;
  return typeof text === "string" && text.trim() !== "" ? text.trim() : undefined;
}

/** Whether values are of this type, as far as the schema says itself. */
export function isOf(schema: JsonSchemaObject, ...types: readonly string[]): boolean {
  return declaredTypes(schema)?.some((type) => types.includes(type)) ?? false;
}

/** The values are listed one by one. */
export function isListed({ enum: values, const: value }: JsonSchemaObject): boolean {
  return values !== undefined || value !== undefined;
}
