/** What README.md tells a newcomer to do, done. */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
const readme = readFileSync(join(root, "README.md"), "utf8");
const toolspec = join(root, "generator/dist/cli.js");

/** A copy of specs and generated code, to edit. */
function workingCopy(): string {
  const folder = mkdtempSync(join(tmpdir(), "toolspec-readme-"));
  cpSync(join(root, "specs"), join(folder, "specs"), { recursive: true });
  cpSync(join(root, "generated/vauchflow"), join(folder, "generated/vauchflow"), { recursive: true });
  // Whoever follows README.md in this checkout has the tool already.
  rmSync(specOf(folder), { force: true });
  execFileSync(process.execPath, [toolspec, "generate"], { cwd: folder });
  return folder;
}

const filesOf = (folder: string) =>
  new Map(
    globSync("generated/**/*.{ts,txt}", { cwd: folder }).map((file) => [
      file,
      readFileSync(join(folder, file), "utf8"),
    ]),
  );

/** The indented block of this language after a heading, its indentation taken off. */
function blockAfter(heading: string, language: string): string {
  const section = readme.slice(readme.indexOf(heading));
  const [, indentation = "", body = ""] =
    new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\``, "m").exec(section) ?? [];
  return body.replace(new RegExp(`^${indentation}`, "gm"), "");
}

const newTool = blockAfter("## How to add a tool", "yaml");
const specOf = (folder: string) => join(folder, "specs/vauchflow/tools/pause_campaign.yaml");

it("adds its tool by one YAML file and generated files only", () => {
  const folder = workingCopy();
  const before = filesOf(folder);
  writeFileSync(specOf(folder), newTool);
  execFileSync(process.execPath, [toolspec, "generate"], { cwd: folder });
  const after = filesOf(folder);
  const changed = [...after].filter(([file, text]) => before.get(file) !== text).map(([file]) => file);
  expect(changed.sort()).toEqual([
    "generated/vauchflow/llms/mcp.txt",
    "generated/vauchflow/registrations.ts",
    "generated/vauchflow/schemas.ts",
    "generated/vauchflow/tools/pause_campaign.ts",
  ]);
});

it("shows a mistake as the command does", () => {
  const folder = workingCopy();
  writeFileSync(specOf(folder), newTool.replace(/^# yaml.*\n/, "").replace("CAMPAIGN_WRITE", "CAMPAIGN_WRIT"));
  const { status, stdout, stderr } = spawnSync(process.execPath, [toolspec, "generate"], {
    cwd: folder,
    encoding: "utf8",
  });
  expect(status).toBe(3);
  expect(stdout + stderr).toContain(blockAfter("A mistake is told", "").trim());
  expect(filesOf(folder)).toEqual(filesOf(workingCopy()));
});

it("shows a spec that the tools know: its inputs and its contract are the real ones", () => {
  const folder = workingCopy();
  writeFileSync(join(folder, "specs/vauchflow/tools/create_voucher.yaml"), blockAfter("## One spec", "yaml"));
  execFileSync(process.execPath, [toolspec, "generate"], { cwd: folder });
});

it("names every file and command that it links to or prints", () => {
  const links = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path = ""]) => path);
  expect(links.filter((path) => globSync(path, { cwd: root }).length === 0)).toEqual([]);
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const commands = [...readme.matchAll(/npm run ([a-z]+)/g)].map(([, name = ""]) => name);
  expect(commands.filter((name) => scripts[name] === undefined)).toEqual([]);
});
