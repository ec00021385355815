import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import { filesOf, planImport } from "../generator/src/import/plan.ts";
import { projectFiles } from "../generator/src/import/project-files.ts";
import { everything } from "../generator/src/import/select.ts";
import { readDocument } from "../generator/src/openapi/read-document.ts";
import { type Editor, openEditor, type Place } from "./editor-client.ts";

const root = join(import.meta.dirname, "..");
// At once, because the language server waits 200 ms for the next key before it looks.
let editor: Editor;

beforeAll(async () => {
  editor = await openEditor(root, {
    yaml: {
      schemaStore: { enable: false },
      validate: true,
      hover: true,
      completion: true,
      schemas: schemasOfInit(),
    },
  });
});

afterAll(() => editor.close());

/** What `toolspec init` writes to .vscode/settings.json; `node_modules/@toolspec/generator` is this workspace's. */
function schemasOfInit(): Readonly<Record<string, string>> {
  const settings = projectFiles("/a/new/project").files.get("/a/new/project/.vscode/settings.json") ?? "{}";
  return JSON.parse(settings)["yaml.schemas"];
}

let shown = 0;

/** Type a tool into a file of its own; `|` is the cursor. A number in the name, because nothing is on disk. */
async function type(text: string, where = toolHeader) {
  const marked = where.modeline + text;
  const before = marked.slice(0, marked.indexOf("|")).split("\n");
  const place: Place = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
  const path = where.path.replace("*", `typed_${++shown}`);
  const wrong = await editor.show(path, marked.replace("|", ""));
  return {
    wrong: wrong.map(({ message, range }) => `${range.start.line + 1}: ${message}`),
    offered: async () => {
      const items = await editor.complete(path, place);
      return new Map(
        items.map(({ label, insertText = label, documentation = "" }) => [
          label,
          { insertText, text: typeof documentation === "string" ? documentation : documentation.value },
        ]),
      );
    },
    told: () => editor.hover(path, place),
  };
}

const toolHeader = {
  path: "specs/vauchflow/tools/*.yaml",
  modeline: "# yaml-language-server: $schema=../../../generator/schema/tool.schema.json\n",
};
const serverHeader = {
  path: "specs/*/server.yaml",
  modeline: "# yaml-language-server: $schema=../../generator/schema/server.schema.json\n",
};
/** No modeline: by the settings of `toolspec init` alone. */
const bySettings = { path: "specs/acme/tools/*.yaml", modeline: "" };
const promptBySettings = { path: "specs/acme/prompts/*.yaml", modeline: "" };

const tool = "description: Pause it.\nrequest: PATCH /v1/campaigns/{campaign_id}\n";

test.concurrent("offers the keys of a tool that are not there yet, each with what it means", async ({ expect }) => {
  const keys = await (await type(`${tool}|`)).offered();
  expect(keys.get("dryRun")?.text).toMatch(/plan: show the request, send nothing/);
  expect(keys.get("inputs")?.text).toMatch(/The arguments of the tool/);
  expect([...keys.keys()]).toContain("disposition");
  expect([...keys.keys()]).not.toContain("request");
});

test.concurrent("offers a whole new tool in an empty file", async ({ expect }) => {
  const offered = await (await type("|")).offered();
  expect(offered.get("new tool that reads")?.insertText).toMatch(
    /^title: .*\ndescription: .*\nscope: .*\nrequest: GET /,
  );
  expect(offered.get("new tool that writes")?.insertText).toMatch(/disposition: .*\ndryRun: /);
});

test.concurrent.for([
  ["dryRun: |", { forward: /runs dry/, plan: /sends nothing/, none: /default/ }],
  ["disposition: |", { auto: /runs/, confirm: /said yes/, approval: /operator approves/ }],
  ["disposition:\n  - when: input.amount > 5\n    then: |", { auto: /runs/, approval: /operator/ }],
  ["inputs:\n  campaign_id:\n    in: |", { path: /placeholder/, query: /query parameter/, requestBody: /whole body/ }],
  ["inputs:\n  campaign_id:\n    type: |", { string: /JSON type/ }],
  ["inputs:\n  campaign_id:\n    |", { in: /Where the input goes/, sensitive: /Never shown/, maxLength: /characters/ }],
  ["constraints:\n  - |", { exactlyOneOf: /./, when: /input is given/ }],
  ["examples:\n  - title: A\n    |", { inputs: /arguments of the call/, expect: /How the call ends/ }],
] as const)("offers at %j what belongs there", async ([text, expected], { expect }) => {
  const offered = await (await type(tool + text)).offered();
  for (const [label, words] of Object.entries(expected)) expect.soft(offered.get(label)?.text, label).toMatch(words);
});

test.concurrent.for([
  ["toolspec: 1\n|", { name: /machines/, upstream: /REST API/, scopes: /what they allow/ }],
  ["toolspec: 1\nupstream:\n  |", { url: /Origin/, openapi: /contract/, timeout: /10s/ }],
  ["toolspec: 1\nauth:\n  - |", { apiKey: /API keys/, oauth: /log in/ }],
] as const)("offers in server.yaml at %j what belongs there", async ([text, expected], { expect }) => {
  const offered = await (await type(text, serverHeader)).offered();
  for (const [label, words] of Object.entries(expected)) expect.soft(offered.get(label)?.text, label).toMatch(words);
});

test.concurrent.for([
  ["dry|Run: plan", [/show the request, send nothing/, /`forward`: dry.run goes to the upstream/]],
  ["inputs:\n  campaign_id:\n    sens|itive: true", [/Never shown in logs/]],
  ["disposition: { upTo: 5, of: n, bey|ond: approval }", [/What happens above/, /`approval`: .*operator/]],
  ["inputs:\n  n: { type: integer, mini|mum: 1 }", [/Smallest number/]],
] as const)("tells at %j what the key means", async ([text, expected], { expect }) => {
  const told = await (await type(tool + text)).told();
  for (const words of expected) expect(told).toMatch(words);
});

test.concurrent.for([
  ["scop: A", "4: Property scop is not allowed."],
  ["dryRun: foward", '4: Value is not accepted. Valid values: "forward", "plan", "none".'],
  ["dryRun:", '4: Value is not accepted. Valid values: "forward", "plan", "none".'],
  ["disposition: aproval", '4: Value is not accepted. Valid values: "auto", "confirm", "approval".'],
  ["disposition:\n  - { when: a, thn: auto }", "5: Property thn is not allowed."],
  ["timeout: 5", "4: This does not fit: write a duration like 500ms, 10s or 2m, at most 15m."],
  ["inputs:\n  a: { sensitve: true }", "5: Property sensitve is not allowed."],
  [
    "inputs:\n  a: strng",
    '5: Value is not accepted. Valid values: "string", "integer", "number", "boolean", "array", "object".',
  ],
  [
    "inputs: [9a]",
    "4: This does not fit: write letters, digits, _ and -, at most 64, with ? at the end where the input is optional.",
  ],
  ["content: { list: a, fields: [b] }", "3: A tool answers by request or from content, not by both: keep one of them."],
] as const)("says while %j is typed what is wrong", async ([text, expected], { expect }) => {
  expect((await type(tool + text)).wrong).toEqual([expected]);
});

const server = "toolspec: 1\nname: acme\ntitle: Acme\nversion: 1.0.0\ndescription: Orders.\n";
const upstream = "upstream: { url: 'https://api.acme.example' }\n";
const auth = "auth:\n  - apiKey: { header: X-API-Key, kinds: { agent: { prefix: acme_ak_, scoped: true } } }\n";

test.concurrent.for([
  [`${server}${upstream}`, ['2: Missing property "auth".']],
  [`${server.replace("1.0.0", "1.0")}${upstream}${auth}`, [/5: This does not fit: write a version like "1.4.0"/]],
  [`${server}${upstream.replace("url:", "tmeout: 5s, url:")}${auth}`, [/7: Property tmeout is not allowed/]],
  [`${server}${upstream}${auth.replace("apiKey:", "apikey:")}`, [/9: Property apikey is not allowed/]],
  [`${server}${upstream}${auth}errors:\n  404: { fix: Look again. }\n`, []],
] as const)("says while a server is typed what is wrong, %#", async ([text, expected], { expect }) => {
  const { wrong } = await type(`${text}|`, serverHeader);
  expect(wrong).toEqual(expected.map((words) => expect.stringMatching(words)));
});

test.concurrent("knows the files of a project by the settings of toolspec init, without a modeline", async ({
  expect,
}) => {
  expect((await type(`${tool}dryRun: foward`, bySettings)).wrong).toHaveLength(1);
  expect((await type("tilte: A", promptBySettings)).wrong.join("\n")).toMatch(/tilte is not allowed/);
});

test.concurrent("goes on as a mistake is mended", async ({ expect }) => {
  const path = "specs/vauchflow/tools/mended.yaml";
  expect(await editor.show(path, `${toolHeader.modeline}${tool}dryRun: pla`)).toHaveLength(1);
  expect(await editor.show(path, `${toolHeader.modeline}${tool}dryRun: plan`)).toEqual([]);
});

test.concurrent("finds nothing wrong in the specs of the three systems", async ({ expect }) => {
  const files = globSync("specs/*/{server.yaml,{tools,prompts}/*.yaml}", { cwd: root });
  expect(files.length).toBeGreaterThan(60);
  expect(await wrongIn(new Map(files.map((file) => [file, readFileSync(join(root, file), "utf8")])))).toEqual([]);
});

test.concurrent("finds nothing wrong in what import writes, and knows it by its modeline", async ({ expect }) => {
  const folder = join(root, "specs/imported");
  const text = JSON.stringify(document);
  const { contract } = await readDocument("api.json", {
    list: async () => undefined,
    read: async () => ({ kind: "text", text }),
  });
  if (contract === undefined) throw new Error("the document of this test is not sound");
  const plan = planImport({ root, folder, name: "imported", contract, selection: everything, source: "api.json" });
  const written = [...filesOf(plan)].filter(([path]) => /\/(server|tools\/\w+)\.yaml$/.test(path));
  const files = new Map(written.map(([path, content]) => [path.slice(root.length + 1), content]));
  expect(files.size).toBe(4);
  expect(await wrongIn(files)).toEqual([]);
  const broken = new Map([...files].map(([path, content]) => [path, `${content}tilte: A\n`]));
  expect(await wrongIn(broken)).toHaveLength(4);
});

/** Show files at once, as an editor that opens a folder; gives the wrong ones. */
async function wrongIn(files: ReadonlyMap<string, string>): Promise<unknown[]> {
  const found = await Promise.all(
    [...files].map(async ([path, text]) => ({
      path,
      wrong: (await editor.show(path, text)).map((one) => one.message),
    })),
  );
  return found.filter(({ wrong }) => wrong.length > 0);
}

const idParameter = { name: "id", in: "path", required: true, schema: { type: "integer", minimum: 1 } };
const done = {
  responses: { 200: { description: "OK", content: { "application/json": { schema: { type: "object" } } } } },
};
const document = {
  openapi: "3.0.3",
  info: { title: "Acme Shop API", version: "2.1.0" },
  servers: [{ url: "https://api.acme.example/v2" }],
  paths: {
    "/orders": {
      get: {
        operationId: "listOrders",
        parameters: [{ name: "status", in: "query", schema: { enum: ["open", "paid"] } }],
        ...done,
      },
      post: {
        operationId: "createOrder",
        requestBody: {
          content: { "application/json": { schema: { type: "object", properties: { sku: { type: "string" } } } } },
        },
        ...done,
      },
    },
    "/orders/{id}": { delete: { operationId: "deleteOrder", parameters: [idParameter], ...done } },
  },
};
