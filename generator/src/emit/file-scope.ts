import type { JsonSchema } from "../ir/tool.ts";
import { braces, print } from "../print.ts";
import type { SchemaScope, Side } from "../schema/scope.ts";
import type { Names } from "./names.ts";

/** All that generated code imports from the runtime. */
export const codegen = "@toolspec/runtime/codegen";

/** One file being written: remembers what its source mentioned, so that it imports just that. */
export interface FileScope {
  readonly names: Names;
  /** What the schema door needs, for one side of a call. */
  on(side: Side, isLater?: (definition: string) => boolean): SchemaScope;
  /** Note a name of `@toolspec/runtime/codegen`; types are written `type Name`. */
  uses(name: string): void;
  /** Name of the constant of a collection in `content.ts`; notes that it was mentioned. */
  contentName(collection: string): string;
  /** The import line of what was mentioned of `content.ts`, if anything was. */
  contentImports(): string[];
  /** Import lines of what was mentioned: the runtime, then zod. */
  libraryImports(): string[];
  /** The import line of what was mentioned of `shared.ts`, if anything was. */
  sharedImports(): string[];
}

/** The `$defs` that files refer to: as validators of either side, and as types. */
export interface Mentions {
  readonly input: Set<string>;
  readonly output: Set<string>;
  readonly types: Set<string>;
}

/** Begin a file. What it refers to is also noted in `mentioned`, from which `shared.ts` is made. */
export function createFileScope(
  definitions: Readonly<Record<string, JsonSchema>>,
  names: Names,
  mentioned: Mentions = createMentions(),
): FileScope {
  const runtime = new Set<string>();
  const values = new Set<string>();
  const types = new Set<string>();
  const collections = new Set<string>();
  return {
    names,
    on: (side, isLater) => ({
      definitions,
      side,
      constName(definition) {
        mentioned[side].add(definition);
        return noted(names[side].get(definition), values);
      },
      typeName(definition) {
        mentioned.types.add(definition);
        return noted(names.type.get(definition), types);
      },
      imports: runtime,
      ...(isLater && { isLater }),
    }),
    uses: (name) => void runtime.add(name),
    contentName: (collection) => noted(names.content.get(collection), collections),
    contentImports: () => (collections.size === 0 ? [] : [importLine(collections, "../content.ts")]),
    libraryImports: () => [
      ...(runtime.size === 0 ? [] : [importLine(runtime, codegen)]),
      'import * as z from "zod";\n',
    ],
    sharedImports() {
      if (values.size + types.size === 0) return [];
      if (values.size === 0) return [importLine(types, "../shared.ts", "import type")];
      return [importLine([...values, ...[...types].map((name) => `type ${name}`)], "../shared.ts")];
    },
  };
}

export function createMentions(): Mentions {
  return { input: new Set(), output: new Set(), types: new Set() };
}

function noted(name: string | undefined, into: Set<string>): string {
  if (name === undefined) throw new Error("something is referred to that has no name");
  into.add(name);
  return name;
}

/** `import { type B, a } from "…";`, over several lines if it is long. */
export function importLine(names: Iterable<string>, from: string, keyword = "import"): string {
  const keyed = [...names].map((name) => ({ name, key: sortKey(name) }));
  const sorted = keyed.sort((one, other) => (one.key < other.key ? -1 : 1)).map(({ name }) => name);
  return `${print([keyword, " ", braces(sorted), ` from "${from}";`])}\n`;
}

/** Biome's order: letter by letter as in a dictionary, the capital before the small one: `a`, `B`, `Code`, `codes`. */
function sortKey(name: string): string {
  return name.replace(/^type /, "").replace(/[a-z]/gi, (letter) => `${letter.toLowerCase()}${letter < "a" ? 0 : 1}`);
}
