import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { loadAll } from "../load-all.ts";
import { addTool } from "./add.ts";
import type { ImportFlags } from "./flags.ts";
import { runInit } from "./init.ts";
import { runImport } from "./run.ts";

let cwd: string;
const printed = { out: "", err: "" };
const options = () => ({ cwd, signal: new AbortController().signal });
const flags: ImportFlags = { tag: [], path: [], method: [], id: [], exclude: [], allowHost: [], format: "pretty" };

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "toolspec-import-"));
  printed.out = printed.err = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed.out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    printed.err += String(text);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

const petstore = {
  openapi: "3.1.0",
  info: { title: "Pet Shop API", version: "1.0.0", description: "Pets and their owners." },
  servers: [{ url: "https://pets.example/v1" }],
  paths: {
    "/pets": {
      get: {
        operationId: "listPets",
        tags: ["Pets"],
        summary: "List pets",
        parameters: [{ name: "limit", in: "query", schema: { type: "integer" } }],
        responses: {},
      },
      post: {
        operationId: "createPet",
        tags: ["Pets"],
        requestBody: {
          content: {
            "application/json": {
              schema: { type: "object", required: ["name"], properties: { name: { type: "string" } } },
            },
          },
        },
        responses: {},
      },
    },
    "/{+a}": { get: { operationId: "odd", responses: {} } },
  },
};

function put(name: string, value: unknown): void {
  writeFileSync(join(cwd, name), typeof value === "string" ? value : JSON.stringify(value, null, 2));
}

test("imports a document into a folder that the generator takes as it is", async () => {
  put("api.json", petstore);
  expect(await runImport("api.json", flags, options())).toBe(0);
  expect(printed.out).toContain(
    "✔ pet-shop: 2 tools in specs/pet-shop (1 read, 1 write), 4 files written, from api.json",
  );
  expect(printed.out).toContain("1 operation refused");
  expect(printed.out).toContain("npx toolspec generate specs/pet-shop");
  expect(printed.err).toMatch(/^api\.json:\d+:\d+ {2}GET \/\{\+a\} is no tool: its path/m);
  const { servers, diagnostics } = await loadAll([join(cwd, "specs/pet-shop")], { cwd, root: cwd });
  expect(diagnostics).toEqual([]);
  expect(servers[0]?.server.tools.map(({ name }) => name).sort()).toEqual(["create_pet", "get_approval", "list_pets"]);
  // A second time it is there already, and stays.
  expect(await runImport("api.json", flags, options())).toBe(0);
  put("specs/pet-shop/tools/list_pets.yaml", "mine");
  expect(await runImport("api.json", flags, options())).toBe(1);
  expect(readFileSync(join(cwd, "specs/pet-shop/tools/list_pets.yaml"), "utf8")).toBe("mine");
});

test("tells programs all of it in one JSON document, and writes nothing in a dry run", async () => {
  put("api.json", petstore);
  expect(await runImport("api.json", { ...flags, format: "json", dryRun: true, reads: true }, options())).toBe(0);
  expect(JSON.parse(printed.out)).toMatchObject({
    name: "pet-shop",
    dryRun: true,
    tools: [{ name: "list_pets", method: "GET" }],
    refused: [{ path: "/{+a}" }],
    notChosen: 1,
  });
  expect(printed.err).toBe("");
  expect(existsSync(join(cwd, "specs"))).toBe(false);
});

test("says which words fit no operation, and what is no document", async () => {
  put("api.json", petstore);
  put("note.txt", "hello");
  expect(await runImport("api.json", { ...flags, tag: ["Pats"] }, options())).toBe(2);
  expect(printed.err).toContain("no operation fits --tag Pats");
  expect(await runImport("note.txt", flags, options())).toBe(3);
  expect(await runImport("https://pets.example/api.json", flags, options())).toBe(4);
  expect(printed.err).toContain("--allow-remote");
  expect(existsSync(join(cwd, "specs"))).toBe(false);
});

test("reads parts in files beside the document, and others only where that is allowed", async () => {
  const schema = { $ref: "parts/pet.yaml#/Pet" };
  const api = {
    ...petstore,
    paths: {
      "/pets": {
        post: { operationId: "createPet", requestBody: { content: { "application/json": { schema } } }, responses: {} },
      },
    },
  };
  put("api.json", api);
  mkdirSync(join(cwd, "parts"));
  mkdirSync(join(cwd, "deep"));
  put("deep/api.json", JSON.parse(JSON.stringify(api).replace("parts/pet.yaml", "../parts/pet.yaml")));
  mkdirSync(join(cwd, ".secret"));
  put(
    "parts/pet.yaml",
    "Pet: { type: object, properties: { name: { $ref: '#/Name' } } }\nName: { type: string, maxLength: 9 }\n",
  );
  put(".secret/pet.yaml", "Pet: { type: object, properties: { key: { const: s3cret } } }\n");
  symlinkSync(join(cwd, ".secret/pet.yaml"), join(cwd, "deep/pet.yaml"));
  put("deep/hidden.json", JSON.parse(JSON.stringify(api).replace("parts/pet.yaml", "../.secret/pet.yaml")));
  put("hidden.json", JSON.parse(JSON.stringify(api).replace("parts/pet.yaml", ".secret/pet.yaml")));
  put("deep/link.json", JSON.parse(JSON.stringify(api).replace("parts/pet.yaml", "pet.yaml")));
  for (const far of ["deep/api.json", "deep/hidden.json", "hidden.json", "deep/link.json"])
    expect(await runImport(far, flags, options())).toBe(3);
  expect(existsSync(join(cwd, "specs"))).toBe(false);
  expect(await runImport("deep/api.json", { ...flags, allowRemote: true, dryRun: true }, options())).toBe(0);
  expect(await runImport("api.json", flags, options())).toBe(0);
  expect(readFileSync(join(cwd, "specs/pet-shop/tools/create_pet.yaml"), "utf8")).toContain("inputs: [name]");
  const { diagnostics } = await loadAll([join(cwd, "specs/pet-shop")], { cwd, root: cwd });
  expect(diagnostics).toEqual([]);
});

test("brings no file from outside the project, also where other files are allowed", async () => {
  const outside = mkdtempSync(join(tmpdir(), "toolspec-outside-"));
  writeFileSync(join(outside, "secret.yaml"), "Key: { type: string, default: s3cret }\n");
  try {
    const schema = { $ref: `${outside}/secret.yaml#/Key` };
    put("api.json", { ...petstore, components: { schemas: { Key: schema } } });
    expect(await runImport("api.json", { ...flags, allowRemote: true }, options())).toBe(3);
    expect(printed.err).toContain("neither in this project nor beside the document");
    expect(printed.err).not.toContain("s3cret");
    expect(existsSync(join(cwd, "specs"))).toBe(false);
  } finally {
    rmSync(outside, { recursive: true });
  }
});

test("sets up a project for an API without a document, to which tools are added", async () => {
  put("package.json", { name: "mine", type: "commonjs", scripts: { check: "mine" } });
  put(".gitignore", "dist\n/node_modules\n");
  expect(
    await runInit(
      { ...flags, upstream: "https://api.acme.example/v1", auth: "header:X-API-Key", name: "acme" },
      options(),
    ),
  ).toBe(0);
  expect(JSON.parse(readFileSync(join(cwd, "package.json"), "utf8"))).toMatchObject({
    name: "mine",
    type: "commonjs",
    scripts: { check: "mine", generate: "toolspec generate" },
    dependencies: { "@toolspec/runtime": expect.any(String) },
  });
  expect(readFileSync(join(cwd, ".gitignore"), "utf8")).toBe("dist\n/node_modules\n.toolspec/\n.env\n");
  expect(await addTool("list_orders", { get: "/orders/{id}/lines?status&limit=20" }, cwd)).toBe(0);
  const curl = "curl https://api.acme.example/v1/orders/42/refund -H 'X-API-Key: k3y' -d '{\"amount\":5.5}'";
  expect(await addTool("refund_order", { fromCurl: curl, scope: "REFUND" }, cwd)).toBe(0);
  expect(await addTool("refund_order", { fromCurl: curl }, cwd)).toBe(1);
  expect(await addTool("x", { fromCurl: "curl https://other.example/a" }, cwd)).toBe(2);
  const refund = readFileSync(join(cwd, "specs/acme/tools/refund_order.yaml"), "utf8");
  expect(refund).toContain(
    "scope: REFUND\ndisposition: approval # it may move money: an operator decides\ndryRun: plan\nrequest: POST /orders/{order_id}/refund\ninputs:\n  order_id: string\n  amount: number\n",
  );
  expect(refund).not.toContain("k3y");
  const { servers, diagnostics } = await loadAll([join(cwd, "specs/acme")], { cwd, root: cwd });
  expect(diagnostics).toEqual([]);
  expect(
    servers[0]?.server.tools
      .find(({ name }) => name === "list_orders")
      ?.inputs.map(({ name, required, place }) => [name, required, place]),
  ).toEqual([
    ["id", true, "path"],
    ["status", false, "query"],
    ["limit", false, "query"],
  ]);
});

test("adds a tool by the contract where there is one", async () => {
  put("api.json", petstore);
  await runImport("api.json", { ...flags, reads: true }, options());
  expect(await addTool("make_pet", { post: "/pets" }, cwd)).toBe(2);
  expect(printed.err).toContain("the contract has no POST /pets");
  expect(await addTool("show_pets", { get: "/pets", scope: "PET_LIST" }, cwd)).toBe(0);
  expect(readFileSync(join(cwd, "specs/pet-shop/tools/show_pets.yaml"), "utf8")).toContain(
    "scope: PET_LIST\nrequest: GET /pets\ninputs: [limit]\n",
  );
  expect(readFileSync(join(cwd, "specs/pet-shop/server.yaml"), "utf8")).toContain("scopes:\n  PET_LIST: ");
});
