import type { ServerIr, ToolIr } from "../ir/tool.ts";
import { literal, propertyName } from "../literal.ts";
import { block, type Doc, print } from "../print.ts";
import { advertisedInput, advertisedOutput } from "../schema/advertised.ts";
import { codegen, importLine } from "./file-scope.ts";
import { header } from "./header.ts";
import type { FileSource } from "./tool-file.ts";

/** `schemas.ts`: what `tools/list` says of each tool, so that a server starts without deriving anything. */
export function schemasFile(server: ServerIr): FileSource {
  const pieces = server.tools.map((tool) => entryOf(tool, server));
  const text = [
    header(server.source, "specs"),
    importLine(["Advertised"], codegen, "import type"),
    "\n",
    "/** JSON Schemas and hints by tool name, as `tools/list` shows them. */\n",
    `${opening}{`,
    ...pieces.map(({ text }) => text.slice(opening.length + 1, -closing.length)),
    pieces.length === 0 ? "};" : closing,
    "\n",
  ].join("");
  return { text, statements: 2, pieces };
}

const opening = "export const advertised: Readonly<Record<string, Advertised>> = ";
const closing = "\n};";

interface Entry {
  readonly schemas: ServerIr["schemas"];
  readonly canPark: boolean;
  readonly piece: FileSource;
}

/** Tools that are as they were are advertised as they were. */
const entries = new WeakMap<ToolIr, Entry>();

/** The file, if this were the only tool: entries stand below each other, so it is the same text beside others. */
function entryOf(tool: ToolIr, server: ServerIr): FileSource {
  const { schemas } = server;
  const canPark = server.approvals !== undefined;
  const known = entries.get(tool);
  if (known?.schemas === schemas && known.canPark === canPark) return known.piece;
  const entry: Doc = [propertyName(tool.name), ": ", advertised(tool, server)];
  const piece = { text: print([opening, block([entry]), ";"]), statements: 1 };
  entries.set(tool, { schemas, canPark, piece });
  return piece;
}

function advertised(tool: ToolIr, server: ServerIr): Doc {
  const output = advertisedOutput(tool, server.schemas, { canPark: server.approvals !== undefined });
  return block([
    ["inputSchema: ", literal(advertisedInput(tool, server.schemas))],
    ...(output === undefined ? [] : [["outputSchema: ", literal(output)]]),
    ["annotations: ", literal(tool.annotations)],
  ]);
}
