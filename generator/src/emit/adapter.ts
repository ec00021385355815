import type { ServerIr } from "../ir/tool.ts";
import { jsonSource } from "../literal.ts";
import { block, print } from "../print.ts";
import { version } from "../version.ts";
import { adapterReadme } from "./adapter-readme.ts";
import { firstSentence } from "./doc-comment.ts";
import { importLine } from "./file-scope.ts";
import { header, headerSentences, oneLine } from "./header.ts";
import { properties } from "./properties.ts";
import type { FileSource } from "./tool-file.ts";

/** Oldest Node on which the runtime runs, as both packages say under `engines`. */
const nodeVersions = ">=22.19";

/** `adapter/adapter.js`: what a client that speaks stdio only starts. JavaScript, so that the package is published as it stands. */
export function adapterFile(server: ServerIr, { url }: NonNullable<ServerIr["adapter"]>): FileSource {
  const { name, title, version, scopes } = server;
  const text = [
    "#!/usr/bin/env node\n",
    header(server.source, "specs"),
    importLine(["runAdapter"], "@toolspec/runtime/adapter"),
    "\n",
    print(["const server = ", block(properties({ name, title, version, url, scopes: Object.keys(scopes) })), ";"]),
    "\n\nprocess.exitCode = await runAdapter(server, process.argv.slice(2));\n",
  ].join("");
  return { text, statements: 3 };
}

/** The rest of the package, by path: `package.json` and `README.md`. */
export function adapterPackage(server: ServerIr, adapter: NonNullable<ServerIr["adapter"]>): Map<string, string> {
  return new Map([
    ["adapter/README.md", adapterReadme(server, adapter)],
    ["adapter/package.json", `${jsonSource(manifest(server, adapter))}\n`],
  ]);
}

function manifest(server: ServerIr, adapter: NonNullable<ServerIr["adapter"]>): object {
  return {
    // JSON has no comments; npm leaves this key alone.
    "//": headerSentences(server.source, "specs").join(" "),
    name: adapter.package,
    version: server.version,
    description: oneLine(firstSentence(server.description)),
    ...(server.website !== undefined && { homepage: server.website }),
    type: "module",
    bin: { [commandOf(adapter.package)]: "adapter.js" },
    files: ["adapter.js"],
    engines: { node: nodeVersions },
    // Generator and runtime are released together, at the same version, so that this one knows that one's.
    dependencies: { "@toolspec/runtime": version() },
  };
}

/** `@acme/mcp` → `acme-mcp`: the command that the package installs. With one command, `npx` needs the package's name alone. */
function commandOf(packageName: string): string {
  return packageName.replace(/^@/, "").replace("/", "-");
}
