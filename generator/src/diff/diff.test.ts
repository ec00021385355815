import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { serverYaml } from "../../../test/golden/folder.ts";
import { check } from "../generate.ts";
import { loadAll } from "../load-all.ts";
import { lockSpecs } from "../lock/accept.ts";
import { lockProblems } from "../lock/drift.ts";
import { diffSpecs } from "./diff.ts";
import { formatDiff, isBroken } from "./diff-format.ts";
import { GitProblem, openRevision } from "./git-host.ts";

let cwd: string;
const ping =
  "title: Ping\ndescription: Say hello.\nscope: READ\nrequest: GET /ping\ninputs:\n  count?: { type: integer, maximum: 9 }\n";

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "toolspec-diff-"));
  put("specs/shop/server.yaml", serverYaml);
  put("specs/shop/tools/ping.yaml", ping);
  put("specs/shop/tools/pong.yaml", ping.replace("GET /ping", "GET /pong"));
  put("specs/gone/server.yaml", serverYaml.replace("name: shop", "name: gone"));
  put("specs/gone/tools/ping.yaml", ping);
  symlinkSync("server.yaml", join(cwd, "specs/gone/link.yaml"));
  git("init", "-q", "-b", "main");
  git("add", "-A");
  git("commit", "-qm", "first");
});
afterAll(() => rmSync(cwd, { recursive: true }));

function put(path: string, text: string) {
  mkdirSync(dirname(join(cwd, path)), { recursive: true });
  writeFileSync(join(cwd, path), text);
}

function git(...args: readonly string[]) {
  const who = ["-c", "user.name=ada", "-c", "user.email=ada@shop.example", "-c", "commit.gpgsign=false"];
  const { status, stderr } = spawnSync("git", [...who, ...args], { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}

it("says what there is no revision, or no repository for", () => {
  expect(() => openRevision(cwd, "nope")).toThrow(/git knows no revision "nope": name a branch/);
  expect(() => openRevision(cwd, "--output=x")).toThrow(GitProblem);
  const nowhere = mkdtempSync(join(tmpdir(), "toolspec-nogit-"));
  expect(() => openRevision(nowhere, "HEAD")).toThrow(/is in no git repository/);
  rmSync(nowhere, { recursive: true });
});

it("reads a revision as it reads a folder: links and what is not there are told apart", async () => {
  const { host } = openRevision(cwd, "HEAD");
  expect([...((await host.list("specs/shop")) ?? [])].sort()).toEqual(["server.yaml", "tools/"]);
  expect(await host.list("specs/nowhere")).toBeUndefined();
  expect(await host.read("specs/shop/tools/ping.yaml", 1000)).toEqual({ kind: "text", text: ping });
  expect(await host.read("specs/shop/tools/ping.yaml", 10)).toMatchObject({ kind: "too-large" });
  expect(await host.read("specs/gone/link.yaml", 1000)).toMatchObject({ kind: "unreadable" });
  expect(await host.read("specs/shop/nope.yaml", 1000)).toEqual({ kind: "missing" });
});

it("compares with HEAD, without a checkout, through a renamed folder; then the lock accepts, and check fails on the next change", async () => {
  renameSync(join(cwd, "specs/shop"), join(cwd, "specs/store"));
  rmSync(join(cwd, "specs/gone"), { recursive: true });
  rmSync(join(cwd, "specs/store/tools/pong.yaml"));
  put("specs/store/tools/ping.yaml", ping.replace("maximum: 9", "maximum: 8"));
  const report = await diffSpecs({ cwd });
  expect(
    report.servers.map(({ name, source, from, changes }) => [name, source, from, changes.map(({ rule }) => rule)]),
  ).toEqual([
    ["shop", "specs/store", "specs/shop", ["input-narrowed", "tool-removed"]],
    ["gone", "specs/gone", "specs/gone", ["server-removed"]],
  ]);
  put("elsewhere/notes.txt", "");
  const aside = await diffSpecs({ cwd: join(cwd, "elsewhere"), specs: ["../specs/store"], from: "../specs/shop" });
  expect(aside.servers[0]?.changes.map(({ rule, span }) => [rule, span.file])).toEqual([
    ["input-narrowed", "../specs/store/tools/ping.yaml"],
    ["tool-removed", "specs/shop/tools/pong.yaml"],
  ]);
  const [narrowed, removed] = report.servers[0]?.changes ?? [];
  expect(narrowed?.span).toMatchObject({ file: "specs/store/tools/ping.yaml", start: { line: 6, column: 3 } });
  expect(removed).toMatchObject({ revision: "HEAD", span: { file: "specs/shop/tools/pong.yaml" } });
  expect([isBroken(report, "wire"), isBroken(report, "security")]).toEqual([true, false]);
  const json = JSON.parse(formatDiff(report, { format: "json", gate: "wire", color: false })) as Record<
    string,
    unknown
  >;
  expect(json).toMatchObject({ passed: false, servers: [{ version: { verdict: "missing", wanted: "2.0.0" } }, {}] });
  const pretty = formatDiff(report, { format: "pretty", gate: "none", color: false });
  expect(pretty).toContain("hint: `toolspec lock specs/store`");
  expect(pretty).toMatch(/✔ the gate "none" holds: 3 changes, 3 break clients, 0 loosen security\n$/);

  const unlocked = async () => {
    const { servers } = await loadAll([join(cwd, "specs/store")], { cwd, root: cwd });
    return servers
      .flatMap(({ server }) => lockProblems(server, { cwd, root: cwd }))
      .map(({ rule, span }) => [rule, `${span.file}:${span.start.line}`]);
  };
  expect(await unlocked()).toEqual([]);
  const [first] = (await lockSpecs({ cwd })).servers;
  expect(first).toMatchObject({ isNew: true, tools: 1, path: "specs/store/toolspec.lock" });
  expect(await unlocked()).toEqual([]);
  git("add", "-A");
  git("commit", "-qm", "second");

  put("specs/store/tools/ping.yaml", `# A note.\n\n${ping.replace("scope: READ\n", "")}`);
  expect(await unlocked()).toEqual([["unlocked-change", "specs/store/tools/ping.yaml:3"]]);
  expect((await check({ cwd })).servers[0]?.unlocked).toMatchObject([{ rule: "unlocked-change", severity: "error" }]);
  const lock = readFileSync(join(cwd, "specs/store/toolspec.lock"), "utf8");
  const [shown] = (await lockSpecs({ cwd, dryRun: true })).servers;
  expect(shown?.changes.map(({ rule }) => rule)).toEqual(["scope-dropped", "input-widened"]);
  expect(readFileSync(join(cwd, "specs/store/toolspec.lock"), "utf8")).toBe(lock);
  await lockSpecs({ cwd });
  expect(await unlocked()).toEqual([]);

  put("specs/store/toolspec.lock", `<<<<<<< ours\n${lock}`);
  expect(await unlocked()).toEqual([["invalid-lock", "specs/store/toolspec.lock:1"]]);
});
