import type { ServerIr, ToolIr } from "../ir/tool.ts";
import { literal, propertyName } from "../literal.ts";
import { block, type Doc, print } from "../print.ts";
import { advertisedInput, advertisedOutput } from "../schema/advertised.ts";
import { codegen, importLine } from "./file-scope.ts";
import { header } from "./header.ts";
import type { FileSource } from "./tool-file.ts";

/** `schemas.ts`: what `tools/list` says of each tool, so that a server starts without deriving anything. */
export function schemasFile(server: ServerIr): FileSource {
  const entries = server.tools.map((tool): Doc => [propertyName(tool.name), ": ", advertised(tool, server)]);
  const text = [
    header(server.source, "specs"),
    importLine(["Advertised"], codegen, "import type"),
    "\n",
    "/** JSON Schemas and hints by tool name, as `tools/list` shows them. */\n",
    print(["export const advertised: Readonly<Record<string, Advertised>> = ", block(entries), ";"]),
    "\n",
  ].join("");
  return { text, statements: 2 };
}

function advertised(tool: ToolIr, server: ServerIr): Doc {
  const output = advertisedOutput(tool, server.schemas, { canPark: server.approvals !== undefined });
  return block([
    ["inputSchema: ", literal(advertisedInput(tool, server.schemas))],
    ...(output === undefined ? [] : [["outputSchema: ", literal(output)]]),
    ["annotations: ", literal(tool.annotations)],
  ]);
}
