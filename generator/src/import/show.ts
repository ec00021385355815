import { relative, sep } from "node:path";
import { styleText } from "node:util";
import { exit } from "../commands/command.ts";
import type { Diagnostic } from "../diagnostics.ts";
import type { FileChange, Obstacle } from "../files.ts";
import { formatDiagnostics, summarize } from "../spec/diagnostics-format.ts";
import { hasColours } from "../terminal.ts";
import type { ImportPlan, Refused } from "./plan.ts";
import type { SourceResult } from "./source.ts";

export interface Shown {
  readonly plan: ImportPlan;
  readonly source: SourceResult;
  readonly changes: readonly FileChange[];
  readonly obstacles: readonly Obstacle[];
  readonly isNew: boolean;
  readonly cwd: string;
  readonly dryRun: boolean;
  readonly format: "pretty" | "json";
  readonly durationMs: number;
}

/** Lines of each kind that are shown; the rest is counted, and `--format json` has all. */
const linesMax = 10;

/** Tools of all servers together that Cursor offers a model; others take 100 or 128. */
const toolBudget = 40;

/** A document that could not be used. */
export function showProblems({ diagnostics, text }: SourceResult, format: "pretty" | "json", code: number): number {
  const sources = new Map(text === undefined ? [] : diagnostics.map(({ span }) => [span.file, text] as const));
  const color = hasColours(process.stderr);
  if (format === "json") process.stdout.write(`${JSON.stringify({ written: [], tools: [], problems: diagnostics })}\n`);
  else
    process.stderr.write(
      `${formatDiagnostics(diagnostics, { format: "pretty", sources, color })}\n${summarize(diagnostics)}\nNothing was written.\n`,
    );
  return code;
}

/** A document of which no tool could be made. */
export function showNothing(plan: ImportPlan, source: SourceResult, format: "pretty" | "json"): number {
  if (format === "json")
    process.stdout.write(
      `${JSON.stringify({ written: [], tools: [], refused: refusedJson(plan, source), problems: source.diagnostics })}\n`,
    );
  else
    process.stderr.write(
      `${problemText({ source, plan })}No tool can be made of what was chosen. Nothing was written.\n`,
    );
  return exit.invalidSpecs;
}

function refusedJson({ refused }: ImportPlan, source: SourceResult) {
  return refused.map((one) => ({
    method: one.operation.method.toUpperCase(),
    path: one.operation.path,
    reason: one.reason,
    at: placeOf(one, source),
  }));
}

/** What was written, left out and is to be looked at: for people, or as one JSON document. */
export function showImport(shown: Shown): void {
  if (shown.format === "json") process.stdout.write(`${JSON.stringify(toJson(shown))}\n`);
  else if (shown.obstacles.length > 0) process.stderr.write(obstacleText(shown));
  else {
    process.stderr.write(problemText(shown));
    process.stdout.write(resultText(shown));
  }
}

function toJson({ plan, source, changes, obstacles, cwd, dryRun }: Shown) {
  const path = (absolute: string) => relative(cwd, absolute).split(sep).join("/");
  return {
    name: plan.name,
    folder: path(plan.folder),
    dryRun,
    written: obstacles.length > 0 ? [] : changes.map((change) => path(change.path)),
    tools: plan.seeds.map((seed) => ({
      name: seed.name,
      method: seed.method.toUpperCase(),
      path: seed.path,
      look: looksOf(seed.blocks),
    })),
    toolsets: plan.toolsets.sets.map(({ name, isDefault, tags }) => ({ name, default: isDefault, tags })),
    refused: refusedJson(plan, source),
    mended: plan.mended.map(({ at, message }) => ({ at: at.join("."), message })),
    notChosen: plan.others,
    obstacles: obstacles.map((one) => ({ ...one, path: path(one.path) })),
    problems: source.diagnostics,
  };
}

/** Texts of the `# Look:` comments of a tool's file. */
function looksOf(blocks: ImportPlan["seeds"][number]["blocks"]): readonly string[] {
  return blocks.flatMap(({ text }) =>
    !text.includes("# Look: ") ? [] : [...text.matchAll(/^ *# Look: (.*)$/gm)].map(([, look]) => look ?? ""),
  );
}

function placeOf({ operation: { path, method } }: Refused, { contract }: SourceResult): Diagnostic["span"] | undefined {
  return contract?.file.at(["paths", path, method], "key");
}

function obstacleText({ obstacles, cwd }: Shown): string {
  const lines = obstacles
    .slice(0, linesMax)
    .map(({ path, problem, mend }) => `${relative(cwd, path)}: ${problem}\n  ${mend}`);
  return `${[...lines, ...more(obstacles.length)].join("\n")}\nNothing was written.\n`;
}

/** What was mended in the document, and which operations are no tools. */
function problemText({ source, plan }: Pick<Shown, "source" | "plan">): string {
  const color = hasColours(process.stderr);
  const { diagnostics } = source;
  const shown = diagnostics.slice(0, linesMax);
  const mended =
    diagnostics.length === 0
      ? []
      : [formatDiagnostics(shown, { format: "pretty", sources: new Map(), color }), ...more(diagnostics.length)];
  const refused = plan.refused.slice(0, linesMax).map((one) => {
    const span = placeOf(one, source);
    const place = span === undefined ? "" : `${span.file}:${span.start.line}:${span.start.column}  `;
    return `${place}${one.operation.method.toUpperCase()} ${one.operation.path} is no tool: ${one.reason}`;
  });
  const changed = plan.mended.slice(0, linesMax).map(({ at, message }) => `openapi.json: ${at.join(".")} ${message}`);
  const lines = [...mended, ...changed, ...more(plan.mended.length), ...refused, ...more(plan.refused.length)];
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

function more(count: number): string[] {
  return count > linesMax ? [`… and ${count - linesMax} more (--format json has all)`] : [];
}

function resultText(shown: Shown): string {
  const { plan, source, changes, cwd, dryRun, durationMs } = shown;
  const paint = (style: "green" | "yellow" | "bold", text: string) =>
    hasColours(process.stdout) ? styleText(style, text, { validateStream: false }) : text;
  const folder = relative(cwd, plan.folder).split(sep).join("/") || ".";
  const writes = plan.seeds.filter(({ method }) => method !== "get" && method !== "head").length;
  const tools = plan.seeds.length;
  const lines = [
    `${paint("green", "✔")} ${plan.name}: ${count(tools, "tool")} ${dryRun ? "would be" : ""}${dryRun ? " " : ""}in ${folder} (${count(tools - writes, "read")}, ${count(writes, "write")}), ${count(changes.length, "file")} ${dryRun ? "to write" : "written"}, from ${source.source}, ${Math.round(durationMs)} ms`,
  ];
  const rest = [
    ...(plan.others > 0 ? [`${count(plan.others, "operation")} not chosen`] : []),
    ...(plan.refused.length > 0 ? [`${count(plan.refused.length, "operation")} refused, see above`] : []),
    ...(source.diagnostics.length > 0
      ? [`${count(source.diagnostics.length, "place")} of the document mended, see above`]
      : []),
  ];
  if (rest.length > 0) lines.push(`  ${rest.join("; ")}`);
  if (tools > toolBudget)
    lines.push(
      `${paint("yellow", "!")} ${tools} tools are more than clients and models cope with: Cursor offers ${toolBudget} of all servers together, and each costs tokens on every turn.`,
      ...toolsetLines(plan),
      "  Choose with --tag, --path, --method, --id or --reads, or delete the files that nobody needs.",
    );
  lines.push(...lookText(plan, paint));
  if (dryRun) lines.push("Nothing was written.");
  else
    lines.push(
      "",
      `${paint("bold", "Next:")}`,
      `  npx toolspec generate ${folder}`,
      `  npx toolspec keys create ${folder} --kind agent --name test --scope ${scopesOf(plan)}`,
      ...credentialLines(plan),
      `  npx toolspec serve ${folder}`,
    );
  return `${lines.join("\n")}\n`;
}

/** What clients get that ask for nothing, where toolsets were proposed. */
function toolsetLines({ toolsets: { sets, core } }: ImportPlan): string[] {
  if (core === undefined) return [];
  const others = count(sets.length - 1, "more toolset");
  return [
    `  A client that asks for no toolset gets ${count(core.tools.size, "tool")}, those with the tag ${core.tag}; server.yaml has ${others}.`,
  ];
}

/** Tools where a person must look, by what is to be looked at. */
function lookText({ seeds, serverYaml }: ImportPlan, paint: (style: "yellow", text: string) => string): string[] {
  const looked = seeds
    .map((seed) => ({ name: seed.name, looks: looksOf(seed.blocks) }))
    .filter(({ looks }) => looks.length > 0);
  const inServer = [...serverYaml.matchAll(/^ *# Look: /gm)].length;
  if (looked.length === 0 && inServer === 0) return [];
  const names = looked.slice(0, linesMax).map(({ name }) => name);
  const others = looked.length > names.length ? `, … ${looked.length - names.length} more` : "";
  const tools = looked.length === 0 ? "" : `${names.join(", ")}${others}`;
  return [
    `${paint("yellow", "▲")} Look at the places marked "# Look:" in ${[...(inServer > 0 ? ["server.yaml"] : []), ...(tools === "" ? [] : [tools])].join(", ")}`,
  ];
}

/** Scopes of the tools, as `keys create` takes them. */
function scopesOf({ seeds }: ImportPlan): string {
  const names = seeds.flatMap(({ blocks }) => {
    const text = blocks.find(({ key }) => key[0] === "scope")?.text ?? "";
    return (/\[(.*)\]/.exec(text)?.[1] ?? /scope: (\S+)/.exec(text)?.[1] ?? "")
      .split(",")
      .map((name) => name.trim().replaceAll("'", ""));
  });
  const scopes = [...new Set(names)].filter((name) => name !== "").sort();
  const rest = scopes.length > scopesMax ? ` # and ${scopes.length - scopesMax} more of server.yaml` : "";
  return `${scopes.slice(0, scopesMax).join(",")}${rest}`;
}

/** Scopes that the printed command names. */
const scopesMax = 8;

function credentialLines({ serverYaml }: ImportPlan): string[] {
  const names = [
    ...new Set(
      [...serverYaml.matchAll(/\$\{([A-Z0-9_]+)(:-[^}]*)?\}/g)].flatMap(([, name, preset]) =>
        preset === undefined && name !== undefined ? [name] : [],
      ),
    ),
  ];
  return names.map((name) => `  export ${name}=…`);
}

function count(number: number, noun: string): string {
  // As toLocaleString("en-US"), without loading what it knows of every language.
  return `${String(number).replaceAll(/\B(?=(\d{3})+$)/g, ",")} ${noun}${number === 1 ? "" : "s"}`;
}
