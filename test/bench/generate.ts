/**
 * How long `toolspec generate` takes for 1,000 tools of 1.6 kB each: from nothing, again without a change, and `check`.
 *
 * Every run is a process of its own, as a maintainer starts it. CPU time travels between machines better than wall time.
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const cli = fileURLToPath(new URL("../../generator/dist/cli.js", import.meta.url));
const tools = 1_000;

const server = `toolspec: 1
name: bench
title: Bench
version: 1.0.0
description: Things and their parts, a thousand ways.
mcp: { path: /mcp }
upstream: { url: 'http://127.0.0.1:4010', credentials: none, timeout: 10s }
auth:
  - apiKey: { header: X-API-Key, kinds: { agent: { prefix: bk_, scoped: true } } }
scopes: { THING_READ: Read things., THING_WRITE: Write things. }
dryRunParameter: { query: dry_run }
approvals: {}
`;

export async function benchGenerate(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "toolspec-bench-"));
  try {
    const bytes = writeSpecs(folder, tools);
    console.log(`\nGenerate: ${tools} tools, ${Math.round(bytes / tools)} bytes of YAML each\n`);
    console.log("| | wall s | CPU s | peak MB |\n|---|--:|--:|--:|");
    for (const [title, command] of [
      ["generate, from nothing", "generate"],
      ["generate, nothing changed", "generate"],
      ["check", "check"],
    ] as const) {
      const { wallMs, cpuMs, maxRssKb } = await timed(command, folder);
      console.log(`| ${title} | ${seconds(wallMs)} | ${seconds(cpuMs)} | ${Math.round(maxRssKb / 1024)} |`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Timing {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly maxRssKb: number;
}

/** Run the command in a process that reports its own use of the processor when it ends. */
function timed(command: string, folder: string): Promise<Timing> {
  const report = `process.on("exit", () => console.error("usage:" + JSON.stringify(process.resourceUsage())))`;
  const startMs = performance.now();
  const child = spawn(
    process.execPath,
    ["--import", `data:text/javascript,${encodeURIComponent(report)}`, cli, command],
    {
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      const usage = /^usage:(.*)$/m.exec(errors)?.[1];
      if (code !== 0 || usage === undefined)
        return reject(new Error(`${command} ended with ${code}\n${errors.slice(0, 2_000)}`));
      const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(usage) as NodeJS.ResourceUsage;
      resolve({ wallMs: performance.now() - startMs, cpuMs: (userCPUTime + systemCPUTime) / 1_000, maxRssKb: maxRSS });
    });
  });
}

/** A server of so many tools below `root`; the bytes of all its tool files. */
export function writeSpecs(root: string, count: number): number {
  const specs = join(root, "specs", "bench");
  mkdirSync(join(specs, "tools"), { recursive: true });
  writeFileSync(join(specs, "server.yaml"), server);
  let bytes = 0;
  for (let index = 0; index < count; index++) {
    const text = tool(index);
    bytes += text.length;
    writeFileSync(join(specs, "tools", `${index % 3 === 0 ? "list" : "create"}_thing_${index}.yaml`), text);
  }
  return bytes;
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(2);
}

/** Reads and writes, one to two, of about 1.6 kB as they are written by hand. */
function tool(index: number): string {
  const isRead = index % 3 === 0;
  const head = isRead
    ? `access: read\nscope: THING_READ\nrequest: GET /v1/things-${index}/{thing_id}/parts\n`
    : `access: write\nscope: THING_WRITE\ndisposition: { upTo: 100, of: count, beyond: approval }\ndryRun: forward\n` +
      `request: POST /v1/things-${index}/{thing_id}/parts\n`;
  return `# yaml-language-server: $schema=../../../node_modules/@toolspec/generator/schema/tool.schema.json
title: ${isRead ? "List" : "Create"} parts of thing ${index}
description: >-
  ${isRead ? "List" : "Create"} the parts of one thing of the ${index}th kind, newest first, with id, name, price and state.
  Use another tool for the thing itself; this one never returns more than one page.
${head}inputs:
  thing_id: { type: string, format: uuid, description: Identifier of the thing whose parts are meant. }
  name: { type: string, minLength: 1, maxLength: 80, description: What people call the part. }
  state: { enum: [ACTIVE, PAUSED, ARCHIVED], description: Whether the part can be ordered now. }
  count?: { type: integer, minimum: 1, maximum: 10000, default: 1, description: How many parts are meant. }
  price?: { type: number, exclusiveMinimum: 0, description: "Price of one part, in the tenant's currency." }
  prefix?: { type: string, pattern: '^[A-Z0-9-]{1,16}$', description: "Prefix of every code, e.g. SUMMER." }
  tags?: { type: array, items: { type: string, maxLength: 32 }, maxItems: 10, description: Labels to find it by. }
  limit?: { type: integer, minimum: 1, maximum: 200, default: 50, description: Items on one page. }
output:
  type: object
  required: [id, parts]
  properties:
    id: { type: string, format: uuid }
    total: { type: integer, minimum: 0 }
    parts: { type: array, items: { type: object, required: [id], properties: { id: { type: string }, name: { type: string } } } }
examples:
  - title: The usual call
    inputs: { thing_id: 550e8400-e29b-41d4-a716-446655440000, name: Wheel, state: ACTIVE }
`;
}
