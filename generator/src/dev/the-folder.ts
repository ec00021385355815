import { findSpecs } from "../folders.ts";

/** The folder that a command on one server is meant to work on; nothing, and said so, where that cannot be told. */
export function theFolder(command: string, named: string | undefined): string | undefined {
  if (named !== undefined) return named;
  const all = findSpecs(process.cwd());
  const [only] = all;
  if (only !== undefined && all.length === 1) return only;
  const which =
    all.length === 0 ? "there are no specs: ./specs has no folder with a server.yaml" : "say which specs are meant";
  process.stderr.write(`toolspec ${command}: ${which}: toolspec ${command} ${only ?? "specs/<name>"}\n`);
  return undefined;
}
