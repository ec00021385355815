import type { ServerIr } from "../ir/tool.ts";
import { adapterFile, adapterPackage } from "./adapter.ts";
import { contentFile } from "./content.ts";
import { createMentions } from "./file-scope.ts";
import { manifestFile } from "./manifest.ts";
import { nameAll } from "./names.ts";
import { promptsFile } from "./prompts.ts";
import { registrationsFile } from "./registrations.ts";
import { schemasFile } from "./schemas.ts";
import { sharedFile } from "./shared.ts";
import { type FileSource, toolFile } from "./tool-file.ts";
import { type UpstreamTypes, upstreamFile } from "./upstream.ts";

export interface EmitOptions {
  /** The contract's types, where the server has a contract. */
  readonly upstreamTypes: UpstreamTypes;
  /** Text of the file that is there already, by path. Saves work where nothing changed, and changes no result. */
  readonly existing?: (path: string) => string | undefined;
}

/**
 * Turn one server into files: text by path, relative to `generated/<name>/`, in the order of the paths.
 *
 * Pure: the same server gives the same bytes. Every text ends with a new line and holds no carriage return.
 *
 * @throws Error if a text is not the TypeScript that was meant: a bug here, never a problem of a spec.
 */
export async function emitServer(server: ServerIr, options: EmitOptions): Promise<ReadonlyMap<string, string>> {
  const { existing = () => undefined, upstreamTypes } = options;
  const sources = sourceFiles(server);
  const files = await textsOf(sources, existing);
  files.set("llms/mcp.txt", manifestFile(server));
  if (server.adapter !== undefined) {
    for (const [path, text] of adapterPackage(server, server.adapter)) files.set(path, text);
  }
  if (server.contract !== undefined) {
    const before = existing("upstream.ts");
    files.set("upstream.ts", await upstreamFile(server.source, server.contract, { existing: before, upstreamTypes }));
  }
  return new Map([...files].sort(([one], [other]) => (one < other ? -1 : 1)));
}

function sourceFiles(server: ServerIr): ReadonlyMap<string, FileSource> {
  const names = nameAll(server);
  const mentioned = createMentions();
  const files = new Map<string, FileSource>();
  for (const tool of server.tools) {
    files.set(`tools/${tool.name}.ts`, toolFile(tool, { names, schemas: server.schemas, mentioned }));
  }
  if (mentioned.input.size + mentioned.output.size + mentioned.types.size > 0) {
    files.set("shared.ts", sharedFile(server, names, mentioned));
  }
  if (names.content.size > 0) files.set("content.ts", contentFile(server, names));
  if (server.prompts.length > 0) files.set("prompts.ts", promptsFile(server));
  files.set("schemas.ts", schemasFile(server));
  files.set("registrations.ts", registrationsFile(server, names));
  if (server.adapter !== undefined) files.set("adapter/adapter.js", adapterFile(server, server.adapter));
  return files;
}

/** The texts, looked at by ts-morph's scanner. What stands on disk with the same text was looked at before. */
async function textsOf(
  sources: ReadonlyMap<string, FileSource>,
  existing: (path: string) => string | undefined,
): Promise<Map<string, string>> {
  const changed = [...sources].filter(([path, { text }]) => existing(path) !== text);
  if (changed.length > 0) {
    // Importing ts-morph takes 0.3 s, so only those pay who have something to look at.
    const { refuseMalformed } = await import("./well-formed.ts");
    for (const [path, source] of changed) refuseMalformed(path, source);
  }
  return new Map([...sources].map(([path, { text }]) => [path, text]));
}
