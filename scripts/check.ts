/** Everything that must hold before a commit, but for the tests: `npm run check`. Prints a line a part, and what failed in full. */
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { delimiter, join } from "node:path";

const root = join(import.meta.dirname, "..");
const bin = (name: string) => join(root, "node_modules", ".bin", name);

/** The tools' own first lines ask for `node`: the one that this project brings, however this script was started. */
const env = { ...process.env, PATH: `${join(root, "node_modules", ".bin")}${delimiter}${process.env.PATH}` };

/** The native compiler. `.bin/tsc` may be either of the two TypeScripts that are installed. */
const tsc = join(root, "node_modules/ts7/bin/tsc");

interface Part {
  readonly name: string;
  readonly command: readonly string[];
}

const parts: readonly Part[] = [
  { name: "types", command: [process.execPath, tsc, "-p", "tsconfig.json"] },
  { name: "specs and generated files in step", command: [process.execPath, "generator/dist/cli.js", "check"] },
  { name: "lint and format", command: [bin("biome"), "ci", "--error-on-warnings", "--colors=off"] },
  { name: "dead files, exports and dependencies", command: [bin("knip")] },
  { name: "arrows between rooms", command: [bin("vitest"), "run", "test/architecture.test.ts"] },
  { name: "package: runtime", command: [bin("publint"), "runtime", "--strict"] },
  { name: "package: generator", command: [bin("publint"), "generator", "--strict"] },
];

interface Result {
  readonly part: Part;
  readonly ok: boolean;
  readonly seconds: number;
  readonly output: string;
}

const waiting = [...parts];
const results: Result[] = [];

async function worker(): Promise<void> {
  for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
    const result = await run(part);
    results.push(result);
    console.log(`${result.ok ? "✔" : "✗"} ${part.name} (${result.seconds.toFixed(1)} s)`);
  }
}

function run(part: Part): Promise<Result> {
  const started = performance.now();
  const [command = "", ...args] = part.command;
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    const end = (ok: boolean) => resolve({ part, ok, seconds: (performance.now() - started) / 1000, output });
    child.on("error", (error) => {
      output += error.message;
      end(false);
    });
    child.on("close", (code) => end(code === 0));
  });
}

await Promise.all(Array.from({ length: Math.min(availableParallelism(), parts.length) }, worker));
const failed = results.filter((result) => !result.ok);
for (const { part, output } of failed)
  console.log(`\n── ${part.name}: ${part.command.slice(0, 4).join(" ")}\n${output.trim()}`);
process.exitCode = failed.length === 0 ? 0 : 1;
