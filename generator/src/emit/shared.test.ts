import { expect, test } from "vitest";
import { load } from "../../../test/golden/folder.ts";
import type { ServerIr } from "../ir/tool.ts";
import { emitServer } from "./emit.ts";

const server = `schemas:
  Status: { enum: [ON, OFF] }
  Count: { type: integer, minimum: 0 }
  Item: { type: object, properties: { status: { $ref: '#/schemas/Status' }, count: { $ref: '#/schemas/Count' } } }
`;

const sharedOf = async (inputs: string) => {
  const tool = `description: R.\nrequest: GET /v\ninputs: ${inputs}\noutput: { $ref: '#/schemas/Item' }\n`;
  const { server: ir } = await load({ server, tools: { x: tool } });
  const files = await emitServer(ir as ServerIr, { upstreamTypes: async () => "" });
  return [...(files.get("shared.ts") ?? "").matchAll(/export const (\w+)/g)].map(([, name]) => name);
};

test("declares once what callers send and upstreams answer alike", async () => {
  expect(await sharedOf("{ status: { $ref: '#/schemas/Status' } }")).toEqual([
    "statusSchema",
    "countReply",
    "itemReply",
  ]);
});

test("declares twice what reads differently: whole numbers, and whatever refers to them", async () => {
  expect(await sharedOf("{ item: { $ref: '#/schemas/Item' } }")).toEqual([
    "statusSchema",
    "countSchema",
    "itemSchema",
    "countReply",
    "itemReply",
  ]);
});
