/** JSON Schema → the TypeScript type of the values that the validator returns. */
import type { JsonSchema, JsonSchemaObject } from "../ir/tool.ts";
import { literal, propertyName } from "../literal.ts";
import { brokenGroup, type Doc, group, ifBroken, indent, join, line, list, softline } from "../print.ts";
import { defaultOf } from "./fills.ts";
import { declaredTypes } from "./keywords.ts";
import type { Part } from "./part.ts";
import { partsOf, valuesOf } from "./parts.ts";
import { type SchemaScope, targetOf } from "./scope.ts";

/**
 * Write the type of a schema's values. An object at the root is written one member a line, fit for an `interface`.
 *
 * The type may be wider than the schema (it knows no bounds, no `not`, no conditions), and is never narrower. A member with
 * a default is always there on the input side.
 */
export function typeSource(schema: JsonSchema, scope: SchemaScope): Doc {
  const parts = partsOf(schema, scope);
  const [only] = parts;
  const isObject = parts.length === 1 && only?.kind === "typed" && only.schema.type === "object";
  return isObject ? objectType(only.schema, scope, brokenGroup) : typeOf(schema, scope).doc;
}

interface Type {
  readonly doc: Doc;
  /** Needs parentheses in front of `[]` and beside `&`. */
  readonly isUnion: boolean;
  /** What a union is one of, so that a union of unions is one list: each list begins with a `|` of its own where it is broken. */
  readonly alternatives?: readonly Type[];
}

const unknown: Type = { doc: "unknown", isUnion: false };

function typeOf(schema: JsonSchema, scope: SchemaScope): Type {
  const types = partsOf(schema, scope)
    .map((part) => partType(part, scope))
    .filter((type) => type !== undefined);
  if (types.length <= 1) return types[0] ?? unknown;
  return { doc: join(" & ", types.map(enclosed)), isUnion: true };
}

/** The type of one part; undefined where it says nothing that TypeScript can say. */
function partType(part: Part, scope: SchemaScope): Type | undefined {
  switch (part.kind) {
    case "ref": {
      const target = targetOf(part.schema, scope.definitions) as { name: string };
      return plain(scope.typeName(target.name));
    }
    case "values":
      return union((valuesOf(part.schema) ?? []).map((value) => plain(literal(value))));
    case "oneOf":
    case "anyOf": {
      const types = (part.schema[part.kind] as readonly JsonSchema[]).map((schema) => typeOf(schema, scope));
      return types.some(({ doc }) => doc === "unknown") ? undefined : union(types);
    }
    case "typed":
      return typedType(part.schema, scope);
    case "not":
    case "if":
    case "unevaluated":
      return undefined;
  }
}

function typedType(schema: JsonSchemaObject, scope: SchemaScope): Type | undefined {
  const types = declaredTypes(schema);
  if (types === undefined) return undefined;
  return union(
    types.map((type) => {
      if (type === "array") return plain(arrayType(schema, scope));
      return plain(type === "object" ? objectType(schema, scope, group) : type);
    }),
  );
}

function arrayType(schema: JsonSchemaObject, scope: SchemaScope): Doc {
  const prefix = (schema.prefixItems ?? []) as readonly JsonSchema[];
  const items = (schema.items ?? true) as JsonSchema;
  const elements = (): Doc => [enclosed(typeOf(items, scope)), "[]"];
  if (prefix.length === 0) return elements();
  const isWhole = items === false && schema.minItems === prefix.length;
  const members = prefix.map((item): Doc => {
    const type = typeOf(item, scope);
    return isWhole ? type.doc : [enclosed(type), "?"];
  });
  return list("[", items === false ? members : [...members, ["...", elements()]], "]");
}

function objectType(schema: JsonSchemaObject, scope: SchemaScope, enclose: typeof group): Doc {
  const properties = Object.entries((schema.properties ?? {}) as Readonly<Record<string, JsonSchema>>);
  const required = (schema.required ?? []) as readonly string[];
  const undeclared = required.filter((name) => !properties.some(([declared]) => declared === name));
  const rest = (schema.patternProperties === undefined ? (schema.additionalProperties ?? true) : true) as JsonSchema;
  const members = [...properties, ...undeclared.map((name) => [name, rest] as const)].map(([name, member]) => {
    const isThere =
      required.includes(name) || (scope.side === "input" && defaultOf(member, scope.definitions) !== undefined);
    return { name: [propertyName(name), isThere ? ": " : "?: "], type: typeOf(member, scope).doc };
  });
  const others = typeOf(rest, scope).doc;
  if (members.length === 0) return record(others);
  const shape = enclose(
    "{",
    indent(
      line,
      join(
        [";", line],
        members.map(({ name, type }) => [name, type]),
      ),
    ),
    ifBroken(";"),
    line,
    "}",
  );
  if (rest === false || others === "unknown") return shape;
  // Beside members of another type, an index of the others' type would make those members impossible.
  const isUniform = members.every(({ type }) => JSON.stringify(type) === JSON.stringify(others));
  return [shape, " & ", record(isUniform ? others : "unknown")];
}

function record(of: Doc): Doc {
  return ["Record<string, ", of, ">"];
}

function plain(doc: Doc): Type {
  return { doc, isUnion: false };
}

function enclosed({ doc, isUnion }: Type): Doc {
  return isUnion ? ["(", doc, ")"] : doc;
}

function union(given: readonly Type[]): Type {
  const types = given.flatMap((type) => type.alternatives ?? [type]);
  if (types.length === 0) return plain("never");
  if (types.length === 1) return types[0] as Type;
  return {
    // In a sequence, because a bare group is an object type, which needs no parentheses.
    doc: [
      group(
        indent(
          softline,
          ifBroken("| "),
          join(
            [line, "| "],
            types.map(({ doc }) => doc),
          ),
        ),
      ),
    ],
    isUnion: true,
    alternatives: types,
  };
}
