/**
 * What becomes of real documents: `npm run corpus [-- FOLDER…]` (default: `../shared/corpus`).
 *
 * Each document is imported whole, generated and type-checked. Prints a line a document, then totals and why operations were refused.
 * Ends with 1 if a document fails without a reason. Nothing of the documents stays.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { generate, isSound } from "../../generator/src/generate.ts";
import { filesOf, planImport } from "../../generator/src/import/plan.ts";
import { readSource } from "../../generator/src/import/source.ts";

const root = join(import.meta.dirname, "../..");
const given = process.argv.slice(2);
const documents = (given.length > 0 ? given : [join(root, "../shared/corpus")]).flatMap((path) =>
  documentsIn(resolve(path)),
);
/** Below the project, so that generated code finds the runtime and zod. */
const work = mkdtempSync(join(tmpdir(), "toolspec-corpus-"));
symlinkSync(join(root, "node_modules"), join(work, "node_modules"));

interface Outcome {
  readonly document: string;
  readonly operations: number;
  readonly tools: number;
  /** Why it ended before its types were checked, or nothing. */
  readonly ended?: { readonly at: "read" | "import" | "generate"; readonly reason: string; readonly isBug: boolean };
}

const refusals = new Map<string, number>();
const outcomes: Outcome[] = [];
for (const [index, document] of documents.entries()) {
  const outcome = await run(document, `d${index}`).catch((error: unknown): Outcome => {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { document, operations: 0, tools: 0, ended: { at: "generate", reason, isBug: true } };
  });
  outcomes.push(outcome);
  const end = outcome.ended === undefined ? "generated" : `${outcome.ended.at}: ${outcome.ended.reason}`;
  console.log(
    `${String(outcome.tools).padStart(5)} of ${String(outcome.operations).padEnd(5)} ${document.slice(document.lastIndexOf("/") + 1)}  ${end}`,
  );
}
const mistyped = typeErrors();
report();
rmSync(work, { recursive: true });

function documentsIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => /\.(json|ya?ml)$/.test(name))
    .sort()
    .map((name) => join(path, name));
}

async function run(document: string, name: string): Promise<Outcome> {
  const source = await readSource({ from: document, cwd: work, allowRemote: false });
  const none = { document, operations: 0, tools: 0 };
  if (source.contract === undefined) {
    const reason = source.diagnostics.map(({ rule, message }) => `${rule}: ${message}`)[0];
    return { ...none, ended: { at: "read", reason: reason ?? "no reason", isBug: reason === undefined } };
  }
  const folder = join(work, "specs", name);
  const selection = { tags: [], paths: [], methods: [], ids: [], reads: false, excluded: [] };
  const plan = planImport({ root: work, folder, name, contract: source.contract, selection, source: "document" });
  for (const { reason } of plan.refused) {
    const kind = reason.replaceAll(/"[^"]*"|\S*\/\S*/g, "…");
    refusals.set(kind, (refusals.get(kind) ?? 0) + 1);
  }
  const counts = { document, operations: plan.seeds.length + plan.refused.length, tools: plan.seeds.length };
  if (plan.seeds.length === 0)
    return {
      ...counts,
      ended: { at: "import", reason: plan.refused[0]?.reason ?? "it has no operations", isBug: false },
    };
  for (const [path, text] of filesOf(plan)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  const made = await generate({ specs: [folder], out: join(work, "generated"), cwd: work });
  if (isSound(made)) return counts;
  const [first, ...others] = made.diagnostics.filter(({ severity }) => severity === "error");
  const more = others.length > 0 ? ` (and ${others.length} more)` : "";
  // What import has written must generate.
  return { ...counts, ended: { at: "generate", reason: `${first?.rule}: ${first?.message}${more}`, isBug: true } };
}

/** Errors of the native compiler, by document. */
function typeErrors(): ReadonlyMap<string, readonly string[]> {
  const config = {
    extends: join(root, "tsconfig.base.json"),
    compilerOptions: { noEmit: true, types: [] },
    include: ["generated/*/**/*.ts"],
  };
  writeFileSync(join(work, "tsconfig.json"), JSON.stringify(config));
  let output = "";
  try {
    execFileSync(process.execPath, [join(root, "node_modules/ts7/bin/tsc"), "-p", work], {
      cwd: work,
      maxBuffer: outputMaxBytes,
    });
  } catch (error) {
    output = String((error as { stdout?: unknown }).stdout ?? error);
  }
  const errors = new Map<string, string[]>();
  for (const line of output.split("\n").filter((one) => /error TS\d+/.test(one))) {
    const document = documents[Number(/generated\/d(\d+)\//.exec(line)?.[1] ?? Number.NaN)] ?? "the compiler";
    errors.set(document, [...(errors.get(document) ?? []), line]);
  }
  return errors;
}

/** Bytes of the compiler's output: a line an error. */
const outputMaxBytes = 64 * 1024 * 1024;

function report(): void {
  for (const [document, lines] of mistyped)
    console.log(`\n${document}: ${lines.length} type errors\n  ${lines.slice(0, 3).join("\n  ")}`);
  const upTo = (...ends: readonly string[]) =>
    outcomes.filter(({ ended }) => ended === undefined || !ends.includes(ended.at)).length;
  const sum = (key: "operations" | "tools") => outcomes.reduce((total, outcome) => total + outcome[key], 0);
  const checked = outcomes.filter(({ ended, document }) => ended === undefined && !mistyped.has(document)).length;
  console.log(
    `\n${documents.length} documents: ${upTo("read")} read, ${upTo("read", "import")} imported, ${upTo("read", "import", "generate")} generated, ${checked} type-checked`,
  );
  console.log(`${sum("tools")} of ${sum("operations")} operations became tools`);
  for (const [reason, count] of [...refusals].sort(([, one], [, other]) => other - one))
    console.log(`${String(count).padStart(5)}  ${reason}`);
  if (mistyped.size > 0 || outcomes.some(({ ended }) => ended?.isBug === true)) process.exitCode = 1;
}
