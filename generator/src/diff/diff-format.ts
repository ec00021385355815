/** A diff as text: for people, for programs, for pull requests, for code scanning. */
import { styleText } from "node:util";
import type { Diagnostic } from "../diagnostics.ts";
import { formatDiagnostics } from "../spec/diagnostics-format.ts";
import { changelog, markdown } from "./changelog.ts";
import type { DiffReport, LocatedChange, ServerDiff } from "./diff.ts";
import { fails, type Gate } from "./gate.ts";
import { type Category, categories } from "./rules.ts";
import { versionText } from "./semver.ts";

export type DiffFormat = "pretty" | "json" | "github" | "sarif" | "markdown";
export const diffFormats: readonly DiffFormat[] = ["pretty", "json", "github", "sarif", "markdown"];

export interface DiffLook {
  readonly format: DiffFormat;
  readonly gate: Gate;
  readonly color: boolean;
}

/** Text that ends with a new line, or nothing. */
export function formatDiff(report: DiffReport, look: DiffLook): string {
  switch (look.format) {
    case "json":
      return `${JSON.stringify(toJson(report, look.gate), null, 2)}\n`;
    case "github":
    case "sarif":
      return formatDiagnostics(diagnosticsOf(report, look.gate), { ...look, format: look.format, sources: new Map() });
    case "markdown":
      return report.servers.map((server) => toMarkdown(server, report.against)).join("\n");
    case "pretty":
      return `${report.servers.map((server) => `${prettyServer(server, report.against, look)}\n`).join("")}${summary(report, look)}\n`;
  }
}

const titles: Readonly<Record<Category, string>> = {
  wire: "breaks clients",
  security: "alters what is allowed",
  docs: "words",
  safe: "breaks nobody",
};

function prettyServer(server: ServerDiff, against: string, look: DiffLook): string {
  const moved = server.from === undefined || server.from === server.source ? "" : ` (was ${server.from})`;
  const head = `${paint("bold", server.name, look)}  ${server.source}${moved}, since ${against}`;
  if (server.changes.length === 0) return `${head}\n  nothing changed\n`;
  const blocks = categories.flatMap((category) => {
    const changes = server.changes.filter((change) => change.category === category);
    if (changes.length === 0) return [];
    return [
      `  ${paint("bold", category.toUpperCase(), look)} ${titles[category]}`,
      ...changes.map((change) => prettyChange(change, look)),
    ];
  });
  const version = server.version === undefined ? [] : ["", `  ${versionText(server.version)}`];
  const hint = server.isLocked
    ? []
    : [
        "",
        `  hint: \`toolspec lock ${server.source}\` pins these definitions, so that \`toolspec check\` fails when one changes`,
      ];
  const block = indented(changelog(server.changes));
  return `${[head, ...blocks, ...version, ...hint, "", "  changelog, ready to paste:", block].join("\n")}\n`;
}

/** One change in two or three lines, as `diff` and `lock` show it. */
export function prettyChange(change: LocatedChange, look: Pick<DiffLook, "gate" | "color">): string {
  const { rule, subject, message, before, after, concerns, security, span, revision } = change;
  const sign = fails(change, look.gate) ? paint("red", "✖", look) : paint("green", "•", look);
  const name = subject === undefined || message.includes(subject) ? "" : `${paint("bold", subject, look)}  `;
  const direction = security === undefined ? "" : ` (${security})`;
  const file = revision === undefined ? span.file : `${revision}:${span.file}`;
  const place = `${file}:${span.start.line}:${span.start.column}`;
  const values =
    before === undefined || after === undefined || message.includes(after) ? [] : [`        ${before} → ${after}`];
  const whom = concerns === "nobody" ? "" : `  for: ${concerns}`;
  return [
    `    ${sign} ${name}${message}${direction}`,
    ...values,
    paint("dim", `        ${place}  ${rule}${whom}`, look),
  ].join("\n");
}

function summary({ servers }: DiffReport, look: DiffLook): string {
  const all = servers.flatMap(({ changes }) => changes);
  const failing = all.filter((change) => fails(change, look.gate));
  const count = (some: readonly LocatedChange[], does: string) => `${some.length} ${does}`;
  const parts = [
    `${all.length} ${all.length === 1 ? "change" : "changes"}`,
    count(
      all.filter(({ category }) => category === "wire"),
      "break clients",
    ),
    count(
      all.filter(({ security }) => security === "loosened"),
      "loosen security",
    ),
  ];
  const verdict =
    failing.length === 0
      ? `${paint("green", "✔", look)} the gate "${look.gate}" holds`
      : `${paint("red", "✗", look)} the gate "${look.gate}" is broken by ${failing.length}`;
  return `${verdict}: ${parts.join(", ")}`;
}

function diagnosticsOf({ servers }: DiffReport, gate: Gate): readonly Diagnostic[] {
  return servers.flatMap(({ changes }) =>
    changes
      .filter((change) => fails(change, gate) || change.category === "wire" || change.security !== undefined)
      .map((change): Diagnostic => {
        const { rule, subject, message, before, after, concerns, span } = change;
        const values =
          before === undefined || after === undefined || message.includes(after) ? "" : ` (${before} → ${after})`;
        const name = subject === undefined || message.includes(subject) ? "" : `${subject}: `;
        const severity = fails(change, gate) ? "error" : "warning";
        return { rule, severity, message: `${name}${message}${values}`, span, mend: `it concerns ${concerns}` };
      }),
  );
}

function toJson(report: DiffReport, gate: Gate) {
  return {
    against: report.against,
    commit: report.commit,
    gate,
    passed: !isBroken(report, gate),
    servers: report.servers.map(({ changes, name, source, from, version }) => ({
      name,
      source,
      from: from ?? null,
      version: version ?? null,
      changes: changes.map((change) => ({
        rule: change.rule,
        category: change.category,
        security: change.security ?? null,
        tool: change.subject ?? null,
        message: change.message,
        before: change.before ?? null,
        after: change.after ?? null,
        concerns: change.concerns,
        semver: change.step,
        fails: fails(change, gate),
        file: change.span.file,
        revision: change.revision ?? null,
        start: change.span.start,
        end: change.span.end,
      })),
      changelog: changelog(changes),
    })),
  };
}

/** Whether a change does not pass the gate. */
export function isBroken({ servers }: Pick<DiffReport, "servers">, gate: Gate): boolean {
  return servers.some(({ changes }) => changes.some((change) => fails(change, gate)));
}

function toMarkdown({ name, changes, version }: ServerDiff, against: string): string {
  const rows = categories.flatMap((category) =>
    changes
      .filter((change) => change.category === category)
      .map(({ rule, subject, message, concerns, security, span }) => {
        const kind = security === undefined ? category : `${category}, ${security}`;
        const cells = [kind, subject ?? "", message, concerns, `${span.file}:${span.start.line}`, rule];
        return `| ${cells.map(markdown).join(" | ")} |`;
      }),
  );
  const table = ["| category | tool | change | for whom | where | rule |", "|---|---|---|---|---|---|", ...rows];
  const told = changes.length === 0 ? ["Nothing changed."] : table;
  const verdict = version === undefined ? [] : ["", `${markdown(versionText(version))}.`];
  return `${[`# ${name} since ${markdown(against)}`, "", ...told, ...verdict, "", changelog(changes)].join("\n").trimEnd()}\n`;
}

function indented(text: string): string {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => (line === "" ? "" : `    ${line}`))
    .join("\n");
}

function paint(style: "bold" | "dim" | "green" | "red", text: string, { color }: Pick<DiffLook, "color">): string {
  return color ? styleText(style, text, { validateStream: false }) : text;
}
