import type { Diagnostic } from "../diagnostics.ts";
import { version } from "../version.ts";

/**
 * Diagnostics as one SARIF 2.1.0 log with one run, for code scanning.
 *
 * Paths are relative to the working directory, which is what `%SRCROOT%` stands for; columns count UTF-16 code units.
 * @see SARIF 2.1.0, sections 3.14 (run), 3.27 (result), 3.30 (region)
 */
export function toSarif(diagnostics: readonly Diagnostic[]): object {
  const ids = [...new Set(diagnostics.map(({ rule }) => rule))].sort();
  const driver = { name: "toolspec", semanticVersion: version(), rules: ids.map((id) => ({ id })) };
  const results = diagnostics.map((diagnostic) => toResult(diagnostic, ids));
  return {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [{ tool: { driver }, columnKind: "utf16CodeUnits", results }],
  };
}

function toResult({ rule, severity, message, span, mend }: Diagnostic, ids: readonly string[]) {
  const region = {
    startLine: span.start.line,
    startColumn: span.start.column,
    endLine: span.end.line,
    endColumn: span.end.column,
  };
  const artifactLocation = { uri: encodeURI(span.file), uriBaseId: "%SRCROOT%" };
  return {
    ruleId: rule,
    ruleIndex: ids.indexOf(rule),
    level: severity,
    message: { text: mend === undefined ? message : `${message}: ${mend}` },
    locations: [{ physicalLocation: { artifactLocation, region } }],
  };
}
