/**
 * How long an edit takes to be served by `toolspec dev` with 1,000 tools: from the moment a file is saved, as an editor does it, until
 * `tools/list` over HTTP has the change.
 *
 * The list is asked for once the server says that it changed, which is what a client does; asking it all the time would measure the asking.
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { writeSpecs } from "./generate.ts";

const cli = fileURLToPath(new URL("../../generator/dist/cli.js", import.meta.url));
const modules = fileURLToPath(new URL("../../node_modules", import.meta.url));
const tools = 1_000;
const edits = 20;

interface Event {
  readonly event: string;
  readonly mcp: string;
  readonly regenerateMs: number;
  readonly access: { readonly header: string; readonly credential: string };
}

export async function benchDev(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "toolspec-bench-dev-"));
  writeSpecs(folder, tools);
  symlinkSync(modules, join(folder, "node_modules"));
  const child = spawn(process.execPath, [cli, "dev", "--port", "0", "--format", "json", "--mock"], { cwd: folder });
  child.stderr.pipe(process.stderr);
  const ended = new Promise((resolve) => child.once("close", resolve));
  const events = eventsOf(child);
  try {
    const startMs = performance.now();
    const ready = await next(events, "ready");
    console.log(`\nDev: ${tools} tools, served after ${seconds(performance.now() - startMs)} s\n`);
    // The first edits are compiled by the engine; a maintainer makes hundreds.
    for (let edit = 0; edit < 5; edit++) await timeEdit(folder, edit, { ready, events });
    const timed = [];
    for (let edit = 5; edit < edits + 5; edit++) timed.push(await timeEdit(folder, edit, { ready, events }));
    console.log(`| ${edits} edits of a description | median ms | worst ms |\n|---|--:|--:|`);
    row(
      "saved until tools/list has it",
      timed.map(({ servedMs }) => servedMs),
    );
    row(
      "of that, regenerate",
      timed.map(({ regenerateMs }) => regenerateMs),
    );
    row(
      "of that, tools/list itself",
      timed.map(({ listMs }) => listMs),
    );
  } finally {
    child.kill("SIGINT");
    await ended;
    rmSync(folder, { recursive: true });
  }
}

async function timeEdit(
  folder: string,
  edit: number,
  { ready, events }: { ready: Event; events: AsyncIterator<Event> },
) {
  const file = join(folder, "specs", "bench", "tools", `list_thing_${edit * 3}.yaml`);
  const mark = `Edit ${edit} of ${performance.now()}`;
  const text = readFileSync(file, "utf8").replace(
    /description: >-\n {2}.*/,
    `description: >-\n  ${mark}, which lists the parts of one thing.`,
  );
  const startMs = performance.now();
  writeFileSync(`${file}~`, text);
  renameSync(`${file}~`, file);
  const { regenerateMs } = await next(events, "changed");
  const askedMs = performance.now();
  const list = await listTools(ready);
  const endMs = performance.now();
  if (!list.includes(mark)) throw new Error("the change is not in tools/list");
  return { servedMs: endMs - startMs, regenerateMs, listMs: endMs - askedMs };
}

async function listTools({ mcp, access }: Event): Promise<string> {
  const response = await fetch(mcp, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json", [access.header]: access.credential },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: {} }),
  });
  if (response.status !== 200) throw new Error(`tools/list is answered ${response.status}`);
  return await response.text();
}

async function* eventsOf(child: ChildProcessWithoutNullStreams): AsyncGenerator<Event> {
  for await (const line of createInterface({ input: child.stdout })) yield JSON.parse(line) as Event;
}

async function next(events: AsyncIterator<Event>, wanted: string): Promise<Event> {
  for (;;) {
    const { value, done } = await events.next();
    if (done) throw new Error(`dev ended before it said ${wanted}`);
    if (value.event === wanted) return value;
    if (value.event !== "request") throw new Error(JSON.stringify(value));
  }
}

function row(title: string, values: readonly number[]): void {
  const sorted = [...values].sort((one, other) => one - other);
  const [median = 0, worst = 0] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  console.log(`| ${title} | ${Math.round(median)} | ${Math.round(worst)} |`);
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}
