import type { Finding, Rule } from "../ir/draft.ts";
import type { InputPlace } from "../ir/tool.ts";
import { findField } from "../openapi/fields.ts";

/** `dryRun: forward` needs to know where the flag goes, and an operation that has it. */
export const dryRunParameter: Rule = ({ server, contract, tools }) =>
  tools.flatMap(({ file, spec, request, operation }): Finding[] => {
    if (spec.dryRun !== "forward" || server === undefined || server.broken.has("dryRunParameter")) return [];
    const refuse = (message: string, mend: string): Finding[] => [
      { rule: "dry-run-parameter", file, path: ["dryRun"], message, mend },
    ];
    const [entry] = Object.entries(server.spec.dryRunParameter ?? {}) as [InputPlace, string][];
    if (entry === undefined) {
      const message = `the upstream's dry-run flag is unknown: ${server.file.path} has no dryRunParameter`;
      return refuse(message, "add dryRunParameter: { query: dry_run } there, or write dryRun: plan");
    }
    if (contract === undefined || operation === undefined || request === undefined) return [];
    const [place, name] = entry;
    if (findField(contract, operation, { place, name: [name], contentType: request.contentType }) !== undefined)
      return [];
    const { method, path } = operation;
    const message = `${method.toUpperCase()} ${path} has no ${place} parameter ${name}, which would make it run dry`;
    return refuse(message, "write dryRun: plan or none");
  });
