import { expect, it } from "vitest";
import { readDocument } from "../openapi/read-document.ts";
import { type FolderMerge, type FolderMergeOptions, mergeFolder } from "./merge-folder.ts";
import { filesOf, planImport } from "./plan.ts";
import { everything, readRecord } from "./select.ts";

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const reply = (name: string) => ({
  200: { description: "It.", content: { "application/json": { schema: ref(name) } } },
});
const operation = (operationId: string, schema: string) => ({
  operationId,
  summary: operationId,
  description: "Give what is asked for, with all of its fields, newest first.",
  responses: reply(schema),
});

function document<Paths extends object>(paths: Paths, schemas: object, version: string) {
  return {
    openapi: "3.1.0",
    info: { title: "Shop", version },
    servers: [{ url: "https://shop.example" }],
    paths,
    components: { schemas },
  };
}

async function contractOf(value: object) {
  const text = JSON.stringify(value);
  const { contract } = await readDocument("x.json", {
    list: async () => undefined,
    read: async () => ({ kind: "text", text }),
  });
  if (contract === undefined) throw new Error("no contract");
  return contract;
}

interface Folder {
  readonly server: string;
  readonly contract: object;
  readonly tools: Map<string, string>;
}

async function imported(value: object): Promise<Folder> {
  const plan = planImport({
    root: "/w",
    folder: "/w/specs/shop",
    name: "shop",
    contract: await contractOf(value),
    selection: everything,
    source: "shop.json",
  });
  return folderOf(filesOf(plan));
}

function folderOf(files: ReadonlyMap<string, string>, before?: Folder): Folder {
  const tools = new Map(before?.tools);
  for (const [path, text] of files) if (path.includes("/tools/")) tools.set(path.slice("/w/specs/shop/".length), text);
  const contract = JSON.parse(files.get("/w/specs/shop/openapi.json") ?? "") as object;
  return { server: files.get("/w/specs/shop/server.yaml") ?? "", contract, tools };
}

async function merged(folder: Folder, value: object): Promise<FolderMerge> {
  const found = readRecord(folder.contract);
  if (found === undefined) throw new Error("no record");
  const options: FolderMergeOptions = {
    ...{ root: "/w", folder: "/w/specs/shop", name: "shop", source: "shop.json", ...found },
    ...{ old: await contractOf(folder.contract), now: await contractOf(value) },
    ...{ server: folder.server, tools: folder.tools, shownAs: (file) => file },
  };
  const result = mergeFolder(options);
  if ("broken" in result) throw new Error(result.broken.map(({ message }) => message).join());
  return result;
}

const order = { type: "object", properties: { id: { type: "string" } } };
const item = { type: "object", properties: { sku: { type: "string" } } };
const first = document(
  { "/orders": { get: operation("listOrders", "Order") }, "/items": { get: operation("listItems", "Item") } },
  {
    Order: { ...order, properties: { ...order.properties, items: { type: "array", items: ref("Item") } } },
    Item: item,
  },
  "1",
);

it("keeps what a vanished operation refers to as it was, and takes it back when it is there again", async () => {
  const start = await imported(first);
  const other = { ...item, properties: { code: { type: "string" } } };
  const gone = await merged(start, document({ "/items": first.paths["/items"] }, { Item: other }, "2"));
  const folder = folderOf(gone.files, start);
  const { paths, components } = folder.contract as typeof first;
  expect(paths["/orders"].get).toMatchObject({ "x-toolspec-vanished": "2", responses: reply("Order") });
  expect(components.schemas).toMatchObject({
    Item: other,
    ItemVanished: item,
    Order: { properties: { items: { items: ref("ItemVanished") } } },
  });
  expect(gone.merged.map(({ file, what }) => [file, what])).toEqual([["tools/list_orders.yaml", "vanished"]]);
  expect(folder.tools.get("tools/list_orders.yaml")).toContain(
    "\n# Look: GET /orders is gone from the upstream's document since version 2;",
  );

  const third = document({ "/items": first.paths["/items"] }, { Item: other }, "3");
  const still = folderOf((await merged(folder, third)).files, folder);
  expect(still.tools).toEqual(folder.tools);
  expect(JSON.stringify(still.contract)).toContain('"x-toolspec-vanished":"2"');

  const back = await merged(still, { ...first, info: { title: "Shop", version: "4" } });
  expect(back.merged.map(({ file, what }) => [file, what])).toEqual([["tools/list_orders.yaml", "back"]]);
  expect(folderOf(back.files, still)).toMatchObject({ tools: start.tools });
  expect(JSON.stringify([...back.files.values()])).not.toContain("anished");
});

it("drops a vanished operation with its tool, and never brings it back by itself", async () => {
  const start = await imported(first);
  const gone = await merged(start, document({ "/items": first.paths["/items"] }, { Item: item }, "2"));
  const folder = folderOf(gone.files, start);
  folder.tools.delete("tools/list_orders.yaml");
  const without = await merged(folder, first);
  expect(without.merged).toMatchObject([
    { file: "server.yaml", changes: [{ path: ["scopes", "ORDER_READ"], what: "removed" }] },
  ]);
  expect(without.removed).toEqual(["GET /orders"]);
  expect(JSON.stringify(folderOf(without.files, folder).contract)).not.toContain('"/orders"');
});

it("follows an operation that moved, in a file that a person has renamed, and leaves a name that is taken alone", async () => {
  const start = await imported(first);
  const text = start.tools.get("tools/list_orders.yaml") ?? "";
  start.tools.delete("tools/list_orders.yaml");
  start.tools.set("tools/find_orders.yaml", text);
  start.tools.set("tools/list_goods.yaml", text.replace("GET /orders", "GET /elsewhere"));
  const { "/orders": orders, ...rest } = first.paths;
  const now = document(
    { ...rest, "/v2/orders": orders, "/goods": { get: operation("listGoods", "Item") } },
    first.components.schemas,
    "2",
  );
  const result = await merged(start, now);
  expect(result.merged.map(({ file, what, movedFrom }) => [file, what, movedFrom])).toEqual([
    ["server.yaml", "changed", undefined],
    ["tools/find_orders.yaml", "changed", "GET /orders"],
    ["tools/list_goods_2.yaml", "new", undefined],
  ]);
  const folder = folderOf(result.files, start);
  expect(folder.tools.get("tools/find_orders.yaml")).toBe(text.replace("GET /orders", "GET /v2/orders"));
  expect(folder.tools.get("tools/list_goods.yaml")).toContain("GET /elsewhere");
  expect(readRecord(folder.contract)?.record.tools).toMatchObject({
    "get /v2/orders": "list_orders",
    "get /goods": "list_goods_2",
  });
  expect((await merged(folder, now)).merged).toEqual([]);
});

it("writes nothing for a tool that cannot be read, and asks for a group where there are groups", async () => {
  const start = await imported(first);
  const more = document(
    { ...first.paths, "/goods": { get: operation("listGoods", "Item") } },
    first.components.schemas,
    "2",
  );
  const grouped = { ...start, server: `${start.server}tools:\n  All: [list_orders, list_items]\n` };
  expect((await merged(grouped, more)).notes).toMatchObject([
    { rule: "merge-tool-group", severity: "error", message: "list_goods: new, and in no group" },
  ]);
  start.tools.set("tools/list_items.yaml", "title: [");
  await expect(merged(start, more)).rejects.toThrow();
});
