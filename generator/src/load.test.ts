import { expect, test } from "vitest";
import { load, memoryHost, problemsOf } from "../../test/golden/folder.ts";
import { loadServer } from "./load.ts";

const openapi = `openapi: 3.1.0
info: { title: T, version: 1.0.0 }
paths:
  /v:
    get:
      parameters:
        - { name: cursor, in: query, description: Where to go on., schema: { type: string, description: Not this. } }
        - { name: take, in: query, required: true, schema: { type: integer, minimum: 1, maximum: 50, default: 10 } }
        - { name: kind, in: query, required: true, schema: { $ref: '#/components/schemas/Kind' } }
        - { name: tags, in: query, style: pipeDelimited, explode: false, schema: { type: array, items: { type: string } } }
      responses: { '200': { description: OK } }
    post:
      parameters:
        - { name: expand, in: query, schema: { type: boolean } }
      requestBody:
        content:
          application/json:
            schema: { type: object, required: [node], properties: { node: { $ref: '#/components/schemas/Node' }, fee: { type: object, properties: { value: { type: number } } } } }
      responses: { '200': { description: OK } }
components:
  schemas:
    Kind: { type: string, enum: [A, B], description: Which kind. }
    Node: { type: object, properties: { next: { $ref: '#/components/schemas/Node' }, kind: { $ref: '#/components/schemas/Kind' } } }
    Unused: { type: string }
`;
const list = "description: List.\nrequest: GET /v\n";
const create = "description: Create.\nrequest: POST /v\ndisposition: auto\n";

async function tool(text: string, contract = openapi) {
  const { server, diagnostics } = await load({
    ...(contract === "" ? {} : { openapi: contract }),
    tools: { a: text },
  });
  expect(diagnostics).toEqual([]);
  if (server?.tools[0] === undefined) throw new Error("no tool");
  return { server, tool: server.tools[0], inputs: server.tools[0].inputs };
}

test("takes type, description, default and required from the operation for a list of names", async () => {
  const { inputs } = await tool(`${list}inputs: [cursor, take, kind]\n`);
  expect(inputs).toEqual([
    {
      name: "cursor",
      required: false,
      place: "query",
      as: ["cursor"],
      sensitive: false,
      schema: { type: "string", description: "Where to go on." },
    },
    {
      name: "take",
      required: false,
      place: "query",
      as: ["take"],
      sensitive: false,
      schema: { type: "integer", minimum: 1, maximum: 50, default: 10 },
    },
    { name: "kind", required: true, place: "query", as: ["kind"], sensitive: false, schema: { $ref: "#/$defs/Kind" } },
  ]);
});

test("lets what is written win over what is inherited, key by key, behind a reference too", async () => {
  const { inputs, server } = await tool(
    `${list}inputs: { take: { maximum: 20 }, kind: { enum: [A] }, cursor: { description: Mine. } }\n`,
  );
  expect(inputs.map(({ schema }) => schema)).toEqual([
    { type: "integer", minimum: 1, maximum: 20, default: 10 },
    { type: "string", enum: ["A"], description: "Which kind." },
    { type: "string", description: "Mine." },
  ]);
  expect(inputs.map(({ required }) => required)).toEqual([false, true, true]);
  expect(server.schemas).toEqual({});
});

test("gathers the schemas that are used, circles included, and no others", async () => {
  const { server } = await tool(
    `${create}inputs: [node]\noutput: { $ref: 'openapi.yaml#/components/schemas/Node/properties/kind' }\n`,
  );
  expect(server.tools[0]?.output).toEqual({ $ref: "#/$defs/Node_properties_kind" });
  expect(server.schemas).toEqual({
    Kind: { type: "string", enum: ["A", "B"], description: "Which kind." },
    Node: { type: "object", properties: { next: { $ref: "#/$defs/Node" }, kind: { $ref: "#/$defs/Kind" } } },
    Node_properties_kind: { $ref: "#/$defs/Kind" },
  });
});

test("keeps server.yaml's schema and the contract's apart where they have one name", async () => {
  const inputs = "inputs: { node: , fee?: { as: fee.value, $ref: '#/schemas/Node' } }\n";
  const { server } = await load({
    openapi,
    server: "schemas: { Node: { type: number } }\n",
    tools: { a: create + inputs },
  });
  expect(server?.tools[0]?.inputs.map(({ schema }) => schema)).toEqual([
    { $ref: "#/$defs/Node2" },
    { type: "number", $ref: "#/$defs/Node" },
  ]);
  expect(server?.schemas.Node).toEqual({ type: "number" });
  expect(server?.schemas.Node2).toMatchObject({ properties: { next: { $ref: "#/$defs/Node2" } } });
});

test("places inputs by path template, method and contract", async () => {
  const { inputs } = await tool(`${create}inputs: { node: , expand?: , value?: { as: fee.value } }\n`);
  expect(inputs.map(({ name, place, as }) => [name, place, ...as])).toEqual([
    ["node", "body", "node"],
    ["expand", "query", "expand"],
    ["value", "body", "fee", "value"],
  ]);
  const plain =
    "description: D.\nrequest: DELETE /x/{code}\ndisposition: auto\ninputs: { voucher: { type: string, as: code }, hard: boolean, note: { type: string, in: header, as: X-Note } }\n";
  expect((await tool(plain, "")).inputs.map(({ name, place, as }) => [name, place, ...as])).toEqual([
    ["voucher", "path", "code"],
    ["hard", "query", "hard"],
    ["note", "header", "X-Note"],
  ]);
});

test("keeps a query style that is not the usual one", async () => {
  const { inputs } = await tool(
    `${list}inputs: { kind: , take: , tags?: , cursor?: { style: form, explode: true } }\n`,
  );
  expect(inputs.map(({ style }) => style)).toEqual([
    undefined,
    undefined,
    { style: "pipeDelimited", explode: false },
    undefined,
  ]);
});

test("derives access, hints and idempotency from the method, and takes what is written instead", async () => {
  const { server } = await load({
    server: "approvals: {}\n",
    tools: {
      get: "description: D.\nrequest: GET /x\n",
      search: "description: D.\nrequest: POST /x\naccess: read\n",
      add: "description: D.\nrequest: POST /x\ndisposition: auto\n",
      put: "description: D.\nrequest: PUT /x\ndisposition: approval\n",
      patch:
        "description: D.\nrequest: PATCH /x\ndisposition: auto\nidempotent: true\nannotations: { destructiveHint: false, openWorldHint: true }\n",
    },
  });
  const hints = (name: string) => {
    const found = server?.tools.find((one) => one.name === name);
    return [
      found?.access,
      ...Object.entries(found?.annotations ?? {})
        .filter(([, on]) => on)
        .map(([hint]) => hint),
    ];
  };
  expect(hints("get")).toEqual(["read", "readOnlyHint", "idempotentHint"]);
  expect(hints("search")).toEqual(["read", "readOnlyHint", "idempotentHint"]);
  expect(hints("add")).toEqual(["write"]);
  expect(hints("put")).toEqual(["write", "destructiveHint", "idempotentHint"]);
  expect(hints("patch")).toEqual(["write", "idempotentHint", "openWorldHint"]);
});

test("lists reads first, then in the order of server.yaml, then by name", async () => {
  const read = "description: D.\nrequest: GET /x\n";
  const write = "description: D.\nrequest: POST /x\ndisposition: auto\n";
  const tools = { z: read, b: read, a: read, y: write, x: write };
  const { server } = await load({ server: "tools: [y, z, b]\n", tools });
  expect(server?.tools.map(({ name }) => name)).toEqual(["z", "b", "a", "y", "x"]);
});

test("gives frozen data that is the same wherever the files come from first", async () => {
  const { server } = await tool(`${list}inputs: [take, kind]\n`);
  expect(
    Object.isFrozen(server) && Object.isFrozen(server.tools[0]?.inputs[0]?.schema) && Object.isFrozen(server.schemas),
  ).toBe(true);
  const again = await tool(`${list}inputs: [take, kind]\n`);
  expect(JSON.stringify(again.server)).toBe(JSON.stringify(server));
});

test("finds problems of all files and of all kinds in one run", async () => {
  const tools = {
    broken: "a: [",
    shape: `${list}titel: x\nscope: [A]\ninputs: [take]\n`,
    rule: `${list}scope: NONE\ninputs: [kind, take, curser]\n`,
  };
  expect((await problemsOf({ openapi, tools })).map((line) => line.replace(/: .*/, ""))).toEqual([
    "tools/broken.yaml:1:5 yaml-syntax",
    "tools/rule.yaml:3:8 undeclared-scope",
    "tools/rule.yaml:4:22 unknown-upstream-field",
    "tools/shape.yaml:2:1 required-upstream-field",
    "tools/shape.yaml:3:1 unknown-key",
    "tools/shape.yaml:4:8 invalid-type",
  ]);
});

test("does not blame tools for a contract or a server.yaml that cannot be read", async () => {
  const tools = {
    a: `${list}scope: READ\ninputs: [kind]\noutput: { $ref: 'openapi.yaml#/components/schemas/Kind' }\n`,
  };
  expect(await problemsOf({ openapi: "openapi: 3.1.0\n", tools })).toHaveLength(1);
  const host = memoryHost({ "s/server.yaml": "a: b: c\n", "s/openapi.yaml": openapi, "s/tools/a.yaml": tools.a });
  expect((await loadServer("s", host)).diagnostics.map(({ span, rule }) => `${span.file} ${rule}`)).toEqual([
    "s/server.yaml yaml-syntax",
  ]);
});

test("refuses a contract outside the folder, or one that is not there", async () => {
  const files = (name: string) => ({ server: `x-a: 1\n`, name });
  for (const [name, rule] of [
    ["../secret.yaml", "contract-path"],
    ["/etc/passwd", "contract-path"],
    ["https://a/b", "contract-path"],
    ["gone.yaml", "missing-file"],
  ]) {
    const server = `${files(name ?? "").server}`;
    const text = `toolspec: 1\nname: s\ntitle: S\nversion: 1.0.0\ndescription: D.\nupstream: { url: http://a, openapi: "${name}" }\nauth: [{ apiKey: { header: X, kinds: { a: { prefix: a_ } } } }]\n${server}`;
    const { diagnostics } = await loadServer("s", memoryHost({ "s/server.yaml": text }));
    expect(diagnostics.map((one) => [one.rule, one.span.start.line])).toEqual([[rule, 6]]);
  }
});

test("refuses a folder without server.yaml, and folders below tools", async () => {
  const { diagnostics } = await loadServer("s", memoryHost({ "s/tools/more/a.yaml": list }));
  expect(diagnostics.map(({ span, rule }) => `${span.file} ${rule}`)).toEqual([
    "s/server.yaml missing-file",
    "s/tools/more tool-folder",
  ]);
});

test("blots a literal secret out of the texts that frames are cut from", async () => {
  const text = "toolspec: 1\nupstream: { url: http://a, credentials: { service: { header: X, secret: hunter2 } } }\n";
  const { sources } = await loadServer("s", memoryHost({ "s/server.yaml": text }));
  expect(sources.get("s/server.yaml")).not.toContain("hunter2");
});
