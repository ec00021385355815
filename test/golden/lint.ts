import type { Diagnostic } from "../../generator/src/diagnostics.ts";
import type { Example } from "../../generator/src/explain/explanation.ts";
import { lintServer } from "../../generator/src/lint/lint.ts";
import { lintRules } from "../../generator/src/lint/rules.ts";
import { loadOptions } from "../../generator/src/load-all.ts";
import { type LoadedServer, loadServer } from "../../generator/src/load.ts";
import { memoryHost, serverYaml } from "./folder.ts";

/** A folder as an explanation shows it: its keys of server.yaml in the place of a good server's. */
export function loadExample(example: Example): Promise<LoadedServer> {
  const { "server.yaml": own = "", ...others } = example;
  const keys = new Set([...own.matchAll(/^(\w+):/gm)].map(([, key]) => key));
  const kept = serverYaml.split(/^(?=\w)/m).filter((part) => !keys.has(part.slice(0, part.indexOf(":"))));
  const files = Object.entries(others).map(([path, text]) => [`s/${path}`, text] as const);
  return loadServer("s", memoryHost({ "s/server.yaml": kept.join("") + own, ...Object.fromEntries(files) }), loadOptions);
}

/** What lint finds in an example with every rule on, and what the generator finds. */
export async function lintProblems(example: Example): Promise<readonly Diagnostic[]> {
  const loaded = await loadExample(example);
  const errors = loaded.diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) return errors;
  return [...loaded.diagnostics, ...lintServer(loaded, lintRules.map(({ id }) => id)).diagnostics];
}
