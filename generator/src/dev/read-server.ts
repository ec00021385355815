import { resolve } from "node:path";
import type { Diagnostic } from "../diagnostics.ts";
import type { ServerIr } from "../ir/tool.ts";
import { loadAll } from "../load-all.ts";
import { showReport } from "../report.ts";

/** Read one specs folder and print its problems. Without a server there was an error among them. */
export async function readServer(
  folder: string,
): Promise<{ readonly server: ServerIr | undefined; readonly diagnostics: readonly Diagnostic[] }> {
  const cwd = process.cwd();
  const { servers, diagnostics, sources } = await loadAll([resolve(cwd, folder)], { cwd, root: cwd });
  if (diagnostics.length > 0) showReport({ diagnostics, sources, servers: [] }, { format: "pretty", kind: "stale" });
  const isSound = diagnostics.every(({ severity }) => severity !== "error");
  return { server: isSound ? servers[0]?.server : undefined, diagnostics };
}
