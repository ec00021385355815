/** What README.md tells a newcomer to do, done. */
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { toolspec } from "./shell.ts";

const root = join(import.meta.dirname, "..");
const readme = readFileSync(join(root, "README.md"), "utf8");

/** A copy of specs and generated code, to edit. */
async function workingCopy(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "toolspec-readme-"));
  cpSync(join(root, "specs"), join(folder, "specs"), { recursive: true });
  cpSync(join(root, "generated/vauchflow"), join(folder, "generated/vauchflow"), { recursive: true });
  // Whoever follows README.md in this checkout has the tool already.
  rmSync(specOf(folder), { force: true });
  await generateIn(folder);
  return folder;
}

async function generateIn(cwd: string): Promise<void> {
  const { code, stderr } = await toolspec(["generate"], { cwd });
  expect(code, stderr).toBe(0);
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

it("adds its tool by one YAML file and generated files only", async () => {
  const folder = await workingCopy();
  const before = filesOf(folder);
  writeFileSync(specOf(folder), newTool);
  await generateIn(folder);
  const after = filesOf(folder);
  const changed = [...after].filter(([file, text]) => before.get(file) !== text).map(([file]) => file);
  expect(changed.sort()).toEqual([
    "generated/vauchflow/llms/mcp.txt",
    "generated/vauchflow/registrations.ts",
    "generated/vauchflow/schemas.ts",
    "generated/vauchflow/tools/pause_campaign.ts",
  ]);
});

it("shows a mistake as the command does", async () => {
  const folder = await workingCopy();
  writeFileSync(specOf(folder), newTool.replace(/^# yaml.*\n/, "").replace("CAMPAIGN_WRITE", "CAMPAIGN_WRIT"));
  const { code, stdout, stderr } = await toolspec(["generate"], { cwd: folder });
  expect(code).toBe(3);
  expect(stdout + stderr).toContain(blockAfter("A mistake is told", "").trim());
  expect(filesOf(folder)).toEqual(filesOf(await workingCopy()));
});

it("shows a spec that the tools know: its inputs and its contract are the real ones", async () => {
  const folder = await workingCopy();
  writeFileSync(join(folder, "specs/vauchflow/tools/create_voucher.yaml"), blockAfter("## One spec", "yaml"));
  await generateIn(folder);
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
