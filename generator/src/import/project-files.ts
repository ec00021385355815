import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { isObject } from "../openapi/contract.ts";
import { version } from "../version.ts";

/** Files of a project beside its specs, and what could not be done to them. */
export interface ProjectFiles {
  /** Text by absolute path; only what differs from what is there. */
  readonly files: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
}

/** Scripts and packages that a project needs, the editors' schemas, and what git should not keep. What is there already stays as it is. */
export function projectFiles(root: string): ProjectFiles {
  const files = new Map<string, string>();
  const notes: string[] = [];
  const put = (path: string, text: string | undefined, before: string | undefined) => {
    if (text !== undefined && text !== before) files.set(join(root, path), text);
  };
  const manifest = textOf(join(root, "package.json"));
  const withNeeds = manifest === undefined ? newManifest(root) : changedJson(manifest, addNeeds);
  if (withNeeds === undefined)
    notes.push("package.json is no JSON that can be read; add @toolspec/generator and @toolspec/runtime to it");
  put("package.json", withNeeds, manifest);
  const settings = textOf(join(root, ".vscode/settings.json"));
  const withSchemas = settings === undefined ? json({ "yaml.schemas": schemas }) : changedJson(settings, addSchemas);
  if (withSchemas === undefined)
    notes.push(
      ".vscode/settings.json has comments and stays as it is; each spec names its schema in its first line anyway",
    );
  put(".vscode/settings.json", withSchemas, settings);
  const ignored = textOf(join(root, ".gitignore"));
  put(".gitignore", withLines(ignored ?? ""), ignored);
  // Generated code is made of ES modules, whatever the project around it is.
  put("generated/package.json", json({ private: true, type: "module" }), textOf(join(root, "generated/package.json")));
  return { files, notes };
}

function textOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

function json(value: unknown, indent: string | number = 2): string {
  return `${JSON.stringify(value, null, indent)}\n`;
}

function newManifest(root: string): string {
  const name = basename(root)
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, "-")
    .replace(/^[._-]+/, "");
  return json(addNeeds({ name: name || "mcp-server", version: "0.1.0", private: true, type: "module" }));
}

type Members = Readonly<Record<string, unknown>>;

function addNeeds(manifest: Members): Members {
  const scripts = membersOf(manifest.scripts);
  const dependencies = membersOf(manifest.dependencies);
  const devDependencies = membersOf(manifest.devDependencies);
  const has = (name: string) => name in dependencies || name in devDependencies;
  const range = `^${version()}`;
  const runtime = has("@toolspec/runtime") ? {} : { "@toolspec/runtime": range };
  const generator = has("@toolspec/generator") ? {} : { "@toolspec/generator": range };
  return {
    ...manifest,
    scripts: {
      ...Object.fromEntries(Object.entries(wantedScripts).filter(([name]) => !(name in scripts))),
      ...scripts,
    },
    ...(Object.keys({ ...dependencies, ...runtime }).length > 0
      ? { dependencies: sorted({ ...dependencies, ...runtime }) }
      : {}),
    ...(Object.keys({ ...devDependencies, ...generator }).length > 0
      ? { devDependencies: sorted({ ...devDependencies, ...generator }) }
      : {}),
  };
}

const wantedScripts = { generate: "toolspec generate", check: "toolspec check" };

function membersOf(value: unknown): Members {
  return isObject(value) ? value : {};
}

function sorted(members: Members): Members {
  return Object.fromEntries(Object.entries(members).sort(([one], [other]) => (one < other ? -1 : 1)));
}

const schemas = {
  "./node_modules/@toolspec/generator/schema/tool.schema.json": "specs/*/tools/*.yaml",
  "./node_modules/@toolspec/generator/schema/server.schema.json": "specs/*/server.yaml",
  "./node_modules/@toolspec/generator/schema/prompt.schema.json": "specs/*/prompts/*.yaml",
};

function addSchemas(settings: Members): Members {
  return { ...settings, "yaml.schemas": { ...schemas, ...membersOf(settings["yaml.schemas"]) } };
}

/** A JSON file with a change, in its own indentation; nothing where it is no JSON. */
function changedJson(text: string, change: (value: Members) => Members): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value)) return undefined;
    const changed = change(value);
    if (JSON.stringify(changed) === JSON.stringify(value)) return text;
    return json(changed, /^\{\r?\n([ \t]+)"/.exec(text)?.[1] ?? 2);
  } catch {
    return undefined;
  }
}

/** Keys and audit trail of a server that runs here are nobody else's. */
const ignoredLines = ["node_modules/", ".toolspec/", ".env"];

function withLines(text: string): string {
  const known = new Set(text.split(/\r?\n/).map((line) => line.trim().replace(/^\/|\/$/g, "")));
  const missing = ignoredLines.filter((line) => !known.has(line.replace(/\/$/, "")));
  if (missing.length === 0) return text;
  return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${missing.join("\n")}\n`;
}
