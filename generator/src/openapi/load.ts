import type { Diagnostic } from "../diagnostics.ts";
import type { SpecHost } from "../spec/host.ts";
import { toDiagnostics } from "../spec/problem.ts";
import type { Contract } from "./contract.ts";
import { mendSchemas } from "./mend-schemas.ts";
import { readDocument } from "./read-document.ts";

export interface ContractResult {
  readonly contract: Contract | undefined;
  readonly text: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** What import has written, it has mended; what a person changed in it since is the person's. */
const importedKey = "x-toolspec-import";

/**
 * Read the contract of a folder of specs. An imported one needs no repair; a raw one is mended to its schemas, and each kind of repair
 * is told once, because every run would say it again.
 */
export async function loadContract(path: string, host: SpecHost): Promise<ContractResult> {
  const { contract, text, diagnostics } = await readDocument(path, host);
  const isRaw = contract !== undefined && contract.document[importedKey] === undefined;
  const mended = isRaw ? toDiagnostics(contract.file, mendSchemas(contract.document)) : [];
  return { contract, text, diagnostics: oncePerRule([...diagnostics, ...mended]) };
}

function oncePerRule(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const counts = new Map<string, number>();
  for (const { rule, severity } of diagnostics)
    if (severity === "warning") counts.set(rule, (counts.get(rule) ?? 0) + 1);
  const told = new Set<string>();
  return diagnostics.flatMap((diagnostic) => {
    const { rule, severity, message } = diagnostic;
    if (severity !== "warning") return [diagnostic];
    if (told.has(rule)) return [];
    told.add(rule);
    const others = (counts.get(rule) ?? 1) - 1;
    return [others === 0 ? diagnostic : { ...diagnostic, message: `${message} (and ${others} more like it)` }];
  });
}
