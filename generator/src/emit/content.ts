import type { CollectionIr, ServerIr } from "../ir/tool.ts";
import { comment } from "../literal.ts";
import { block, type Doc, list, print } from "../print.ts";
import { codegen, importLine } from "./file-scope.ts";
import { header } from "./header.ts";
import type { Names } from "./names.ts";
import { properties } from "./properties.ts";
import type { FileSource } from "./tool-file.ts";

/** `content.ts`: the entries of every collection, so that tools answer from them without reading a file. */
export function contentFile(server: ServerIr, names: Names): FileSource {
  const declarations = Object.entries(server.content).map(([name, collection]) =>
    [
      `\n/** ${collection.entries.length === 1 ? "One entry" : `${collection.entries.length} entries`}, by ${comment(collection.key)}. */\n`,
      print([`export const ${names.content.get(name)}: ContentCollection = `, collectionSource(collection), ";"]),
      "\n",
    ].join(""),
  );
  const text = [
    header(server.source, "specs"),
    importLine(["ContentCollection"], codegen, "import type"),
    ...declarations,
  ];
  return { text: text.join(""), statements: 1 + declarations.length };
}

/** Entries stand one below the other, however short they are: a table that grows by a block. */
function collectionSource({ key, entries, fallback }: CollectionIr): Doc {
  return block([
    ...properties({ key }),
    ["entries: ", list("[", entries.map(entrySource), "]")],
    ...(fallback === undefined ? [] : [["fallback: ", entrySource(fallback)]]),
  ]);
}

function entrySource(entry: CollectionIr["entries"][number]): Doc {
  return block(properties(entry));
}
