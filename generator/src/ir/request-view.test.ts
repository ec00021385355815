import { expect, test } from "vitest";
import { type Folder, load } from "../../../test/golden/folder.ts";
import { upstreamTypes } from "../openapi/types.ts";
import { advertisedInput } from "../schema/advertised.ts";
import { misfits } from "../schema/misfits.ts";
import type { JsonSchema, ServerIr } from "./tool.ts";

const schemas = {
  Order: {
    type: "object",
    required: ["id", "buyer"],
    properties: {
      id: { type: "string", readOnly: true },
      buyer: { $ref: "#/components/schemas/Buyer" },
      lines: { type: "array", items: { $ref: "#/components/schemas/Line" } },
    },
  },
  Buyer: {
    allOf: [
      { type: "object", properties: { id: { type: "string", readOnly: true } }, default: { id: "1", name: "n" } },
      { $ref: "#/components/schemas/Named" },
      { required: ["id"] },
    ],
  },
  Named: { type: "object", required: ["id", "name"], properties: { name: { type: "string" } } },
  Line: {
    type: "object",
    additionalProperties: false,
    required: ["id", "sku"],
    properties: {
      id: { type: "integer", readOnly: true },
      sku: { $ref: "#/components/schemas/Sku" },
      parent: { $ref: "#/components/schemas/Line" },
    },
  },
  Sku: { type: "string" },
};
const content = { "application/json": { schema: { $ref: "#/components/schemas/Order" } } };
const openapi = JSON.stringify({
  openapi: "3.0.3",
  info: { title: "T", version: "1" },
  paths: {
    "/orders": { post: { requestBody: { required: true, content }, responses: { 200: { description: "", content } } } },
  },
  components: { schemas },
});
const tool = (rest: string) => `description: Order.\nrequest: POST /orders\ndisposition: auto\n${rest}`;

async function serverOf(folder: Folder): Promise<ServerIr> {
  const { server, diagnostics } = await load(folder);
  if (server === undefined) throw new Error(JSON.stringify(diagnostics));
  return server;
}

const fits = ({ schemas: definitions }: ServerIr, schema: JsonSchema, value: unknown) =>
  misfits(schema, value, definitions).length === 0;

test("a nested property that the upstream sets is neither required, nor shown, nor taken", async () => {
  const tools = { order: tool("inputs: [buyer, lines]\noutput: 200\n") };
  const server = await serverOf({ openapi, tools });
  const [{ inputs, output }] = server.tools as [ServerIr["tools"][0]];
  const [buyer, lines] = inputs.map(({ schema }) => schema) as [JsonSchema, JsonSchema];
  expect([{ name: "n" }, { id: "1", name: "n" }, {}].map((value) => fits(server, buyer, value))).toEqual([
    true,
    false,
    false,
  ]);
  expect(
    [[{ sku: "a", parent: { sku: "b" } }], [{ id: 1, sku: "a" }]].map((value) => fits(server, lines, value)),
  ).toEqual([true, false]);
  const shown = JSON.stringify(advertisedInput(server.tools[0] as never, server.schemas));
  expect(shown).toContain('"LineInput"');
  expect(shown).not.toMatch(/"id"|false,"sku/);
  // What comes back has it, and what leads to none of it has one name.
  expect(fits(server, output as JsonSchema, { id: "1", buyer: { name: "n" } })).toBe(false);
  expect(Object.keys(server.schemas)).toEqual([
    "Buyer",
    "BuyerInput",
    "Line",
    "LineInput",
    "Named",
    "NamedInput",
    "Order",
    "Sku",
  ]);
});

test("a property that a tool itself declares is the maintainer's decision", async () => {
  const { tools, ...server } = await serverOf({ openapi, tools: { order: tool("inputs: [id, buyer]\n") } });
  const id = tools[0]?.inputs.find(({ name }) => name === "id")?.schema as JsonSchema;
  expect(fits({ ...server, tools }, id, "1")).toBe(true);
});

test("handlers are typed by what callers may send", async () => {
  const types = await upstreamTypes(JSON.parse(openapi));
  expect(types).toMatch(/Line: \{\s+readonly id\?: number;\s+sku: /);
});
