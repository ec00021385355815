import { relative } from "node:path";
import { type DiagnosticsFormat, explainHint, formatDiagnostics, summarize } from "../spec/diagnostics-format.ts";
import { hasColours } from "../terminal.ts";
import { byRule, foldByFile, listMax } from "./fold.ts";
import type { LintReport } from "./run.ts";
import { tokenTable } from "./token-table.ts";
import { countedAs, type TokenCosts } from "./tokens.ts";

/** Print what lint found: it is the command's result, so all of it goes to stdout. */
export function showLint({ diagnostics, sources, costs, fixed }: LintReport, format: DiagnosticsFormat): void {
  const color = hasColours(process.stdout);
  if (format !== "pretty") {
    process.stdout.write(formatDiagnostics(diagnostics, { format, sources, color }));
    return;
  }
  const folded = foldByFile(diagnostics);
  // Beyond a screen or two, a person works through a list of lines; frames are for each of a few.
  const framed = folded.length > listMax ? new Map<string, string>() : sources;
  const text = formatDiagnostics(folded, { format, sources: framed, color });
  for (const path of fixed) process.stdout.write(`✔ mended ${relative(process.cwd(), path)}\n`);
  if (text !== "") process.stdout.write(`${text}\n`);
  for (const server of costs) process.stdout.write(`  ${costLine(server)}\n`);
  process.stdout.write(`${summarize(diagnostics)}\n`);
  for (const line of byRule(diagnostics)) process.stdout.write(`  ${line}\n`);
  const hint = explainHint(diagnostics, process.stdout);
  if (hint !== undefined) process.stdout.write(`${hint}\n`);
}

/** Print what each server costs a model; budgets that are exceeded are problems, on stderr. */
export function showCosts({ costs, diagnostics, sources }: LintReport, format: DiagnosticsFormat): void {
  if (format === "json") {
    process.stdout.write(`${JSON.stringify({ countedAs, servers: costs }, null, 2)}\n`);
    return;
  }
  const colour = hasColours(process.stdout);
  const look = { colour, bars: process.stdout.isTTY === true };
  const tables = costs.map((server) => `${tokenTable(server, look).join("\n")}\n`);
  process.stdout.write(tables.join("\n"));
  const errors = diagnostics.filter(({ rule, severity }) => severity === "error" && /budget/.test(rule));
  const color = hasColours(process.stderr);
  process.stderr.write(formatDiagnostics(errors, { format, sources, color }));
}

/** `vauchflow: 16 tools, tools/list 9,120 tokens, llms/mcp.txt 2,907 tokens`. */
function costLine({ name, tools, listTokens, defaultList, manifestTokens }: TokenCosts): string {
  const number = (value: number) => String(value).replace(/\B(?=(?:\d{3})+$)/g, ",");
  const count = `${number(tools.length)} ${tools.length === 1 ? "tool" : "tools"}`;
  const usual =
    defaultList === undefined
      ? ""
      : ` (by default ${number(defaultList.tools)} of them, ${number(defaultList.tokens)})`;
  return `${name}: ${count}, tools/list ${number(listTokens)} tokens${usual}, llms/mcp.txt ${number(manifestTokens)} tokens`;
}
