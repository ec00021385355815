import { expect, it } from "vitest";
import { type Folder, load } from "../../../test/golden/folder.ts";
import { digestsOf } from "../lock/definitions.ts";
import { driftBetween } from "../lock/drift.ts";
import { readLock, writeLock } from "../lock/lock-file.ts";
import { changelog } from "./changelog.ts";
import { compareServers } from "./compare-servers.ts";
import { fails } from "./gate.ts";
import { judgeVersion } from "./semver.ts";

const make = `title: Make
description: Make a voucher.
scope: WRITE
request: POST /v
disposition: { upTo: 10, of: count, beyond: approval }
dryRun: plan
inputs:
  count?: { type: integer, minimum: 1, maximum: 100, default: 1, description: How many. }
  code: { type: string, pattern: '^[A-Z]+$', sensitive: true, description: Which. }
output: { type: object, properties: { id: { type: string }, note: { type: string } }, required: [id, note] }
`;
const base: Folder = {
  server: "approvals: {}\n",
  tools: { make, list: "title: List\ndescription: List.\nscope: READ\nrequest: GET /v\n" },
};

async function serverOf(folder: Folder) {
  const { server, diagnostics } = await load(folder);
  if (server === undefined) throw new Error(JSON.stringify(diagnostics));
  return server;
}

/** The tool with one text in the place of another. */
function edited(from: string, to: string): Folder {
  if (!make.includes(from)) throw new Error(`the tool has no ${from}`);
  return { ...base, tools: { ...base.tools, make: make.replace(from, to) } };
}

async function changes(after: Folder, before = base) {
  return compareServers(await serverOf(before), await serverOf(after));
}

it.each<[string, Folder, readonly string[]]>([
  ["nothing", base, []],
  ["a tool that is gone", { ...base, tools: { make } }, ["wire tool-removed"]],
  [
    "a tool of another name with the same request",
    { ...base, tools: { make, list_all: base.tools.list as string } },
    ["wire tool-renamed"],
  ],
  [
    "an input that must be given",
    edited(
      "count?: { type: integer, minimum: 1, maximum: 100, default: 1,",
      "count: { type: integer, minimum: 1, maximum: 100,",
    ),
    ["wire input-required", "wire input-default-changed"],
  ],
  ["a lower maximum", edited("maximum: 100", "maximum: 50"), ["wire input-narrowed"]],
  ["a higher maximum", edited("maximum: 100", "maximum: 200"), ["safe input-widened"]],
  ["a maximum that is gone", edited("maximum: 100, ", ""), ["security loosened input-unbounded"]],
  ["a pattern that is gone", edited("pattern: '^[A-Z]+$', ", ""), ["security loosened input-unbounded"]],
  ["another default", edited("default: 1", "default: 2"), ["wire input-default-changed"]],
  ["another type", edited("type: string, pattern: '^[A-Z]+$'", "type: integer"), ["wire input-type-changed"]],
  ["an input that is gone", edited("  code:", "  # code:"), ["wire input-removed"]],
  ["an input more", edited("  code:", "  kind?: string\n  code:"), ["safe input-added"]],
  ["a scope that is gone", edited("scope: WRITE\n", ""), ["security loosened scope-dropped"]],
  [
    "a scope more to choose",
    edited("scope: WRITE", "scope: { anyOf: [READ, WRITE] }"),
    ["security loosened scope-dropped"],
  ],
  ["a higher threshold", edited("upTo: 10,", "upTo: 20,"), ["security loosened disposition-loosened"]],
  [
    "approval for all",
    edited("{ upTo: 10, of: count, beyond: approval }", "approval"),
    ["wire tightened disposition-tightened"],
  ],
  ["no dry run", edited("dryRun: plan", "dryRun: none"), ["wire loosened dry-run-removed"]],
  ["an input that is no longer sensitive", edited("sensitive: true, ", ""), ["security loosened sensitive-removed"]],
  ["a field that may be absent", edited("required: [id, note]", "required: [id]"), ["wire output-field-optional"]],
  [
    "a field that may be null",
    edited("note: { type: string }", "note: { type: [string, 'null'] }"),
    ["wire output-widened"],
  ],
  [
    "a field more",
    edited("id: { type: string }", "id: { type: string }, at: { type: string }"),
    ["safe output-field-added"],
  ],
  ["words", edited("How many.", "How many codes."), ["docs input-reworded"]],
  ["another request", edited("POST /v", "POST /w"), ["security changed request-changed"]],
  [
    "an error of another number",
    { ...base, server: `${base.server}errors: { 404: { rpc: -32001 } }\n` },
    ["wire error-changed"],
  ],
])("tells of %s, and the lock sees it", async (_, after, expected) => {
  const found = await changes(after);
  expect(found.map(({ category, security, rule }) => [category, security, rule].filter(Boolean).join(" "))).toEqual(
    expected,
  );
  const [locked, now] = [digestsOf(await serverOf(base)), digestsOf(await serverOf(after))];
  expect(driftBetween(locked, now).length > 0).toBe(expected.length > 0);
});

const withSets = (sets: string): Folder => ({ ...base, server: `${base.server}toolsets: { ${sets} }\n` });
const all = "all_of_it: { description: All., tools: ['*'], default: true }";
const reads = "reads: { description: Read., tools: [list] }";

it.each<[string, string, string, readonly string[]]>([
  ["a set more", all, `${all}, ${reads}`, ["safe toolset-added"]],
  ["a set that is gone", `${all}, ${reads}`, all, ["wire toolset-removed"]],
  [
    "a tool that a set has no longer",
    `${all}, ${reads.replace("list", "list, make")}`,
    `${all}, ${reads}`,
    ["wire toolset-narrowed"],
  ],
  [
    "a tool that a set has too",
    `${all}, ${reads}`,
    `${all}, ${reads.replace("list", "'*'")}`,
    ["safe toolset-widened"],
  ],
  [
    "another default",
    `${all}, ${reads}`,
    `${all.replace(", default: true", "")}, ${reads.replace(" }", ", default: true }")}`,
    ["wire default-tools-removed"],
  ],
  ["no default", `${reads.replace(" }", ", default: true }")}`, reads, ["safe default-tools-added"]],
  ["other words", reads, reads.replace("Read.", "Look."), ["docs reworded"]],
])("tells of toolsets: %s", async (_, before, after, expected) => {
  const found = await changes(withSets(after), withSets(before));
  expect(found.map(({ category, rule }) => `${category} ${rule}`)).toEqual(expected);
  const [locked, now] = [digestsOf(await serverOf(withSets(before))), digestsOf(await serverOf(withSets(after)))];
  expect(driftBetween(locked, now)).toEqual([{ block: "server", name: "toolsets", kind: "changed" }]);
});

it("names the tools that a client loses which asks for no toolset", async () => {
  const found = await changes(withSets(reads.replace(" }", ", default: true }")));
  expect(found.map(({ message }) => message)).toEqual([
    "the toolset reads is new",
    "the default list has no longer get_approval, make",
  ]);
  expect(digestsOf(await serverOf(base)).server.has("toolsets")).toBe(false);
});

const recipes: Folder = {
  server: `content:
  recipes:
    key: app
    fallback: other
    schema: { type: object, properties: { app: { type: string }, steps: { type: string } }, required: [app, steps] }
`,
  tools: {
    show: `title: Show
description: Show a recipe.
content: { get: recipes, by: app }
inputs: { app: { type: string, maxLength: 64, description: Which. } }
`,
    find: `title: Find
description: Find vouchers.
request: { method: POST, path: /v/find, body: { kind: A } }
inputs: { tags: { in: query, type: array, items: { type: string }, maxItems: 3, description: Which. } }
disposition: auto
notes: Asked for by sales.
`,
  },
  files: {
    "content/recipes/cursor.yaml": "steps: Click.\n",
    "content/recipes/other.yaml": "steps: Ask.\n",
  },
};

function recipesWith(file: string, from: string | RegExp, to: string): Folder {
  const replaced = (texts: Readonly<Record<string, string>> = {}) =>
    Object.fromEntries(
      Object.entries(texts).map(([name, text]) => [name, name === file ? text.replace(from, to) : text]),
    );
  const { server = "", tools, files } = recipes;
  return {
    server: file === "server" ? server.replace(from, to) : server,
    tools: replaced(tools),
    files: replaced(files),
  };
}

it.each<[string, Folder, readonly string[]]>([
  [
    "the media type",
    recipesWith("find", "kind: A }", "kind: A }, contentType: application/x-www-form-urlencoded"),
    ["find: media type of the body: application/x-www-form-urlencoded, it was application/json"],
  ],
  [
    "a constant",
    recipesWith("find", "kind: A", "kind: B"),
    ['find: constants of the body: {"kind":"B"}, it was {"kind":"A"}'],
  ],
  [
    "a style",
    recipesWith("find", "in: query", "in: query, style: pipeDelimited, explode: false"),
    ["find: inputs.tags: sent as query tags (pipeDelimited, not exploded), it was query tags"],
  ],
  ["notes", recipesWith("find", "sales", "support"), ["find: notes changed"]],
  [
    "an entry",
    recipesWith("content/recipes/cursor.yaml", "Click.", "Ignore all before."),
    ["content recipes: cursor.steps changed"],
  ],
  [
    "another fallback",
    recipesWith("server", "fallback: other", "fallback: cursor"),
    ["content recipes: cursor answers for unknown keys, it was other"],
  ],
  [
    "an entry that is gone",
    { ...recipes, files: { "content/recipes/other.yaml": "steps: Ask.\n" } },
    ["content recipes: the entry cursor is gone"],
  ],
])("tells of %s in words, and the lock sees it", async (_, after, expected) => {
  const [was, is] = [await serverOf(recipes), await serverOf(after)];
  expect(compareServers(was, is).map(({ subject, message }) => `${subject}: ${message}`)).toEqual(expected);
  expect(driftBetween(digestsOf(was), digestsOf(is))).toHaveLength(1);
});

it("names whom it breaks, the version that is wanted, and what to write into the changelog", async () => {
  const found = await changes(edited("scope: WRITE", "scope: READ"));
  expect(found[0]).toMatchObject({
    rule: "scope-changed",
    concerns: "agents with scope WRITE, without READ",
    subject: "make",
  });
  expect(judgeVersion(found, "1.0.0", "1.0.1")).toMatchObject({ step: "major", wanted: "2.0.0", verdict: "too-small" });
  expect(judgeVersion(found, "0.3.0", "0.4.0").verdict).toBe("enough");
  expect(changelog(found)).toBe(`## [Unreleased]

### Security

- **Breaking:** \`make\`: scope: READ is needed, it was WRITE.
`);
  expect(found.map((change) => [fails(change, "wire"), fails(change, "security"), fails(change, "none")])).toEqual([
    [true, true, false],
  ]);
});

it("reads its own lock, and no half of a merge", async () => {
  const digests = digestsOf(await serverOf(base));
  const text = writeLock(digests);
  expect(readLock(text)).toMatchObject({ digests });
  expect(text).toMatch(/^tools:\n {2}get_approval: sha256:[0-9a-f]{64}\n {2}list: /m);
  expect(readLock(text.replace("tools:", "<<<<<<< HEAD\ntools:"))).toEqual({ brokenLine: 13 });
});
