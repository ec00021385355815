/** What a stranger gets who installs one of the packages alone. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";

const root = join(import.meta.dirname, "..");

/** Milliseconds for packing and installing: the registry may be slow. */
const installTimeoutMs = 120_000;

/** Pack packages as they would be published, and install them into an empty project. */
function install(...folders: readonly string[]): string {
  const project = mkdtempSync(join(tmpdir(), "toolspec-packaging-"));
  writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }');
  const npm = (...args: readonly string[]) =>
    execFileSync("npm", args, { cwd: project, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  for (const folder of folders)
    npm("pack", "--silent", "--ignore-scripts", "--pack-destination", project, join(root, folder));
  const tarballs = readdirSync(project).filter((file) => file.endsWith(".tgz"));
  npm("install", "--silent", "--no-audit", "--no-fund", "--prefer-offline", ...tarballs.map((file) => `./${file}`));
  return project;
}

function installed(folder: string): readonly string[] {
  const modules = join(folder, "node_modules");
  return readdirSync(modules)
    .flatMap((name) =>
      name.startsWith("@") ? readdirSync(join(modules, name)).map((inner) => `${name}/${inner}`) : [name],
    )
    .filter((name) => !name.startsWith("."))
    .sort();
}

it("installs a runtime without anything of the generator's, which serves generated code", {
  timeout: installTimeoutMs,
}, async () => {
  const folder = install("runtime");
  expect(installed(folder)).toEqual([
    "@marcbachmann/cel-js",
    "@modelcontextprotocol/client",
    "@modelcontextprotocol/core",
    "@modelcontextprotocol/server",
    "@toolspec/runtime",
    "commander",
    // Of the SDK's client, which the stdio adapter stands on, down to "which".
    "cross-spawn",
    "eventsource",
    "eventsource-parser",
    "hono",
    "isexe",
    "jose",
    "kysely",
    "path-key",
    "pkce-challenge",
    "shebang-command",
    "shebang-regex",
    "undici",
    "which",
    "zod",
  ]);
  cpSync(join(root, "generated/vauchflow"), join(folder, "generated/vauchflow"), { recursive: true });
  const server = spawn(
    process.execPath,
    [
      "node_modules/@toolspec/runtime/dist/bin.js",
      "serve",
      "generated/vauchflow/registrations.ts",
      "--port",
      "0",
      "--data",
      ":memory:",
    ],
    {
      cwd: folder,
      env: {
        ...process.env,
        VAUCHFLOW_API_KEY: "k",
        VAUCHFLOW_IDENTITY_SECRET: "a secret of at least 32 bytes for HS256",
      },
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  onTestFinished(() => void server.kill("SIGKILL"));
  const [line] = (await once(server.stderr, "data")) as [Buffer];
  const url = /"url":"([^"]+)"/.exec(line.toString())?.[1];
  expect(await (await fetch(url ?? line.toString())).json()).toMatchObject({ name: "vauchflow" });
});

it("installs a generator without the runtime, which generates and says what serving needs", {
  timeout: installTimeoutMs,
}, () => {
  const folder = install("generator");
  expect(installed(folder)).not.toContain("@toolspec/runtime");
  cpSync(join(root, "specs"), join(folder, "specs"), { recursive: true });
  const toolspec = (...args: readonly string[]) =>
    execFileSync(process.execPath, ["node_modules/.bin/toolspec", ...args], {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  toolspec("generate");
  const text = (base: string) => readFileSync(join(base, "generated/vauchflow/registrations.ts"), "utf8");
  expect(text(folder)).toBe(text(root));
  expect(() => toolspec("serve", "specs/vauchflow")).toThrow("npm install @toolspec/runtime");
});

it("installs a generated adapter, which a client that speaks stdio only starts by its name", {
  timeout: installTimeoutMs,
}, () => {
  const folder = install("runtime", "generated/perkamo/adapter");
  const adapter = (...args: readonly string[]) =>
    execFileSync(join(folder, "node_modules/.bin/perkamo-mcp"), args, { cwd: folder, encoding: "utf8" });
  expect(adapter("--version").trim()).toContain("1.0.0");
  expect(adapter("--help")).toContain("https://api.perkamo.com/mcp");
});

it("has its command in a fresh clone, where npm links commands before it builds", () => {
  const { bin } = JSON.parse(readFileSync(join(root, "generator/package.json"), "utf8"));
  const files = execFileSync("git", ["ls-files", "--stage", "generator/bin"], { cwd: root, encoding: "utf8" });
  expect(files).toMatch(/^100755 .*\tgenerator\/bin\/toolspec\.js\n$/);
  expect(bin).toEqual({ toolspec: "./bin/toolspec.js" });
  const version = execFileSync(process.execPath, [join(root, "generator/bin/toolspec.js"), "--version"]);
  expect(version.toString()).toMatch(/^\d+\.\d+\.\d+\n$/);
});
