import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import type { ServerIr } from "../ir/tool.ts";
import { loadServer } from "../load.ts";
import { diskHost } from "../spec/host.ts";
import { emitServer } from "./emit.ts";
import { carriesMark } from "./header.ts";

const golden = join(import.meta.dirname, "../../../test/golden/emit");

/** Texts that end literals, comments, lines, templates and files, wherever they get in raw. */
const hostile = [
  '"; globalThis.pwned = 1; "',
  "'; globalThis.pwned = 1; '",
  "`; globalThis.pwned = 1; `",
  "${globalThis.pwned = 1}",
  "*/ globalThis.pwned = 1; /*",
  "\n globalThis.pwned = 1; //",
  "\r\u2028\u2029\u0085 globalThis.pwned = 1;",
  "\\",
  '\\" globalThis.pwned = 1; //',
  "</script><script>globalThis.pwned = 1</script>",
  "\ud800 \u0000 \u202e",
  "@ts-nocheck */ // @ts-nocheck",
];

test.for(hostile)("writes %j as data wherever a spec may have text", async (text) => {
  const { files } = await emit((server) => poison(server, text));
  const all = [...files].map(([path, source]) => `${path}\n${source}`).join("\n");
  expect(all).not.toMatch(/[\u0000\r\u2028\u2029\u202e]/);
  expect(all).not.toMatch(/^\s*(\/\/|\/?\*+)\s*@ts-/m);
  const schemas = files.get("schemas.ts") as string;
  const value = new Function(`return ${schemas.slice(schemas.indexOf("= {") + 2)}`)() as Record<string, unknown>;
  expect(Object.keys(value)).toContain("create_order");
  expect(globalThis).not.toHaveProperty("pwned");
});

test.for(hostile)("writes %j as data into the adapter's package", async (text) => {
  const { files } = await emit((server) => poison(server, text), undefined, ["oauth", "club"]);
  const all = [...files].map(([path, source]) => `${path}\n${source}`).join("\n");
  expect(all).not.toMatch(/[\u0000\r\u2028\u2029\u202e]/);
  const script = files.get("adapter/adapter.js") as string;
  const definition = script.slice(script.indexOf("= {") + 2, script.indexOf("\n\nprocess.exitCode"));
  expect(new Function(`return ${definition}`)()).toMatchObject({ title: text, version: text, scopes: [text] });
  expect(JSON.parse(files.get("adapter/package.json") as string)).toMatchObject({ name: "@club/mcp", version: text });
  const readme = files.get("adapter/README.md") as string;
  expect(readme.split("\n")[2]).toMatch(/^# .*MCP adapter$/);
  expect(readme.replace(/^<!--.*-->\n/, "")).not.toMatch(
    /<|^\$(?! (claude|codex) mcp add club -- npx -y @club\/mcp$)/m,
  );
  expect(globalThis).not.toHaveProperty("pwned");
});

describe("emitServer", () => {
  it("gives the same bytes whatever stands there already", async () => {
    const fresh = await emit();
    const again = await emit(
      (server) => server,
      (path) => fresh.files.get(path),
    );
    const disturbed = await emit(
      (server) => server,
      () => "something else",
    );
    expect([...again.files]).toEqual([...fresh.files]);
    expect([...disturbed.files]).toEqual([...fresh.files]);
  });

  it("asks for the contract's types only when upstream.ts was made from another contract, or changed", async () => {
    const withContract = (server: ServerIr): ServerIr => ({ ...server, contract: { openapi: "3.1.0" } });
    const first = await emit(withContract);
    expect(first.typesMade).toBe(1);
    const existing = (path: string) => first.files.get(path);
    expect((await emit(withContract, existing)).typesMade).toBe(0);
    const other = (server: ServerIr): ServerIr => ({ ...server, contract: { openapi: "3.1.1" } });
    expect((await emit(other, existing)).typesMade).toBe(1);
    const edited = (path: string) => existing(path)?.replace("paths", "roads");
    expect((await emit(withContract, edited)).typesMade).toBe(1);
  });

  it("ends every file with one new line", async () => {
    const { files } = await emit(undefined, undefined, ["oauth", "club"]);
    for (const text of [...(await emit()).files.values(), ...files.values()]) expect(text).toMatch(/[^\n]\n$/);
  });

  it("marks every file as its own, so that a stale one goes", async () => {
    const { files } = await emit(undefined, undefined, ["oauth", "club"]);
    expect([...files].filter(([, text]) => !carriesMark(text)).map(([path]) => path)).toEqual([]);
    expect([...files.keys()].filter((path) => path.startsWith("adapter/"))).toEqual([
      "adapter/README.md",
      "adapter/adapter.js",
      "adapter/package.json",
    ]);
  });
});

async function emit(
  change = (server: ServerIr) => server,
  existing?: (path: string) => string | undefined,
  folder: readonly [string, string] = ["plain", "shop"],
) {
  const { server } = await loadServer(`specs/${folder[1]}`, diskHost(join(golden, folder[0])));
  let typesMade = 0;
  const upstreamTypes = async () => {
    typesMade++;
    return "export interface paths {}\r\n";
  };
  const files = await emitServer(change(server as ServerIr), { upstreamTypes, ...(existing && { existing }) });
  return { files, typesMade };
}

/** The server with the text in every place that is free text. */
function poison(server: ServerIr, text: string): ServerIr {
  const money = { ...(server.schemas.Money as object), description: text, default: { [text]: text } };
  return {
    ...server,
    title: text,
    description: text,
    instructions: text,
    version: text,
    source: text,
    scopes: { [text]: text },
    withheld: [{ capability: text, reason: text, instead: text }],
    schemas: { ...server.schemas, Money: money },
    tools: server.tools.map((tool) => ({
      ...tool,
      title: text,
      description: text,
      scope: text,
      plan: text,
      source: text,
      deprecated: { since: text, use: text },
      request: tool.request && { ...tool.request, path: `/${text}` },
      inputs: tool.inputs.map((input) => ({
        ...input,
        as: [text, text],
        schema: { ...(input.schema as object), description: text, default: text },
      })),
    })),
  };
}
