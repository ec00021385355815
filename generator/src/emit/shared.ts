import type { JsonSchema, ServerIr } from "../ir/tool.ts";
import { type Doc, print } from "../print.ts";
import type { Side } from "../schema/scope.ts";
import { typeSource } from "../schema/type-source.ts";
import { definitionsUsedBy } from "../schema/used.ts";
import { zodSource } from "../schema/zod-source.ts";
import { docComment } from "./doc-comment.ts";
import { createFileScope, type FileScope, type Mentions } from "./file-scope.ts";
import { header } from "./header.ts";
import type { Names } from "./names.ts";
import type { FileSource } from "./tool-file.ts";

/** `shared.ts`: schemas and types that tools refer to by name, each before those that use it, as far as cycles allow. */
export function sharedFile(server: ServerIr, names: Names, mentioned: Mentions): FileSource {
  const scope = createFileScope(server.schemas, names);
  const declared = new Set<string>();
  const declarations = [
    ...ordered(mentioned.types, server.schemas).map((name) => typeDeclaration(name, server.schemas, scope)),
    ...(["input", "output"] as const).flatMap((side) => {
      const constName = (name: string) => names[side].get(name) as string;
      // What both sides have in common stands among the inputs already.
      const order = ordered(mentioned[side], server.schemas).filter((name) => !declared.has(constName(name)));
      for (const name of order) declared.add(constName(name));
      const position = new Map(order.map((name, index) => [name, index]));
      return order.map((name, index) => {
        // A schema that comes later, or this one itself, does not have its value yet.
        const isLater = (other: string) => (position.get(other) ?? -1) >= index;
        return validatorDeclaration({ name, side, isLater }, server.schemas, scope);
      });
    }),
  ];
  const imports = scope.libraryImports();
  return {
    text: `${header(server.source, "specs")}${imports.join("")}${declarations.map((text) => `\n${text}\n`).join("")}`,
    statements: imports.length + declarations.length,
  };
}

function typeDeclaration(name: string, schemas: ServerIr["schemas"], scope: FileScope): string {
  const schema = schemas[name] as JsonSchema;
  const typeName = scope.names.type.get(name) as string;
  // Not an interface: those do not fit where the contract has an index signature.
  const declaration: Doc = [`export type ${typeName} = `, typeSource(schema, scope.on("input")), ";"];
  return `${describe(schema)}${print(declaration)}`;
}

/** Annotated as `z.ZodType`: what is inferred would be computed anew for every tool, and not at all through a cycle. */
function validatorDeclaration(
  which: { readonly name: string; readonly side: Side; readonly isLater: (other: string) => boolean },
  schemas: ServerIr["schemas"],
  scope: FileScope,
): string {
  const { name, side, isLater } = which;
  const schema = schemas[name] as JsonSchema;
  const constName = scope.names[side].get(name);
  return `${describe(schema)}${print([`export const ${constName}: z.ZodType = `, zodSource(schema, scope.on(side, isLater)), ";"])}`;
}

function describe(schema: JsonSchema): string {
  const description = typeof schema === "object" ? schema.description : undefined;
  return typeof description === "string" && description.trim() !== "" ? docComment([description]) : "";
}

/** The named schemas and all that they refer to, what is used before what uses it; the same order every time. */
function ordered(roots: Iterable<string>, schemas: ServerIr["schemas"]): readonly string[] {
  const references = [...roots].sort().map((name) => ({ $ref: `#/$defs/${encodePointer(name)}` }));
  return definitionsUsedBy(references, schemas);
}

/** A name as one step of a JSON pointer in a URI fragment (RFC 6901, section 6). */
function encodePointer(name: string): string {
  return encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1"));
}
