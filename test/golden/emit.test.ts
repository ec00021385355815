import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { check, generate } from "../../generator/src/generate.ts";

const root = join(import.meta.dirname, "../..");
const cases = join(import.meta.dirname, "emit");
const compiler = join(root, "node_modules/ts7/bin/tsc");
const names = readdirSync(cases, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

test.for(names)("emits %s as it stands in its folder", async (name) => {
  const cwd = join(cases, name);
  const report = process.env.UPDATE_GOLDEN === "1" ? await generate({ cwd }) : await check({ cwd });
  expect(report.diagnostics).toEqual([]);
  expect(report.servers.flatMap((server) => server.obstacles)).toEqual([]);
  if (process.env.UPDATE_GOLDEN === "1") return;
  for (const { before, after } of report.servers.flatMap((server) => server.changes)) expect(after).toBe(before);
});

test("emits code that type-checks, with the native compiler", () => {
  expect(outputOf(compiler, ["-p", join(cases, "tsconfig.json")])).toBe("");
});

test.for(names)("lays %s out as the house's formatter would", (name) => {
  const folder = mkdtempSync(join(tmpdir(), "toolspec-format-"));
  cpSync(join(cases, name, "generated"), folder, { recursive: true });
  const { formatter, $schema: _ } = JSON.parse(readFileSync(join(root, "biome.json"), "utf8"));
  const config = { formatter, linter: { enabled: false }, files: { includes: ["**", "!**/upstream.ts"] } };
  writeFileSync(join(folder, "biome.json"), JSON.stringify(config));
  const before = filesBelow(folder);
  outputOf(join(root, "node_modules/@biomejs/biome/bin/biome"), ["check", "--write", "--config-path", folder, folder]);
  expect(filesBelow(folder)).toEqual({ ...before, "biome.json": expect.anything() });
  rmSync(folder, { recursive: true });
});

describe("a copy of the specs", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "toolspec-emit-"));
    cpSync(join(cases, "contract/specs"), join(folder, "specs"), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("gives the same bytes in another folder, and again by absolute paths from elsewhere", async () => {
    await generate({ cwd: folder });
    expect(filesBelow(join(folder, "generated"))).toEqual(filesBelow(join(cases, "contract/generated")));
    const again = await check({ cwd: "/", specs: [join(folder, "specs/books")], out: join(folder, "generated") });
    expect(again.servers.flatMap((server) => server.changes)).toEqual([]);
  });

  it("no longer compiles when the contract changes below the generated tools", () => {
    cpSync(join(cases, "contract/generated"), join(folder, "generated"), { recursive: true });
    const upstream = join(folder, "generated/books/upstream.ts");
    writeFileSync(upstream, readFileSync(upstream, "utf8").replace("title?: string;", ""));
    writeFileSync(join(folder, "package.json"), '{"type":"module"}');
    const paths = {
      "@toolspec/runtime/codegen": [join(root, "runtime/src/codegen.ts")],
      zod: [join(root, "node_modules/zod/index.d.ts")],
    };
    const compilerOptions = { noEmit: true, paths, typeRoots: [join(root, "node_modules/@types")] };
    const config = { extends: join(root, "tsconfig.base.json"), compilerOptions, include: ["generated/**/*.ts"] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    const output = outputOf(compiler, ["-p", folder]);
    expect(output).toContain("update_book.ts");
    expect(output).toContain("'title' does not exist");
  });
});

function outputOf(script: string, args: readonly string[]): string {
  try {
    return execFileSync(process.execPath, [script, ...args], { encoding: "utf8", cwd: root });
  } catch (error) {
    return String((error as { stdout?: unknown }).stdout);
  }
}

function filesBelow(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, "utf8")]));
}
