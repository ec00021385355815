import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { diffSpecs } from "../generator/src/diff/diff.ts";
import { formatDiff } from "../generator/src/diff/diff-format.ts";
import { check, generate, isSound } from "../generator/src/generate.ts";
import type { ImportFlags } from "../generator/src/import/flags.ts";
import { runImport } from "../generator/src/import/run.ts";
import { lint } from "../generator/src/lint/run.ts";
import { lockSpecs } from "../generator/src/lock/accept.ts";
import { shopDocument } from "./maintainers-day/shop.ts";

let cwd: string;
const tools = "specs/shop/tools";
const read = (path: string) => readFileSync(join(cwd, path), "utf8");
const put = (path: string, text: string) => {
  mkdirSync(dirname(join(cwd, path)), { recursive: true });
  writeFileSync(join(cwd, path), text);
};
/** What a person does to a file: each replacement must find its place. */
function edit(path: string, ...edits: readonly (readonly [string, string])[]) {
  let text = read(path);
  for (const [old, now] of edits) {
    expect(text).toContain(old);
    text = text.replace(old, now);
  }
  put(path, text);
}
function git(...args: readonly string[]) {
  const who = ["-c", "user.name=ada", "-c", "user.email=ada@shop.example", "-c", "commit.gpgsign=false"];
  const { status, stderr } = spawnSync("git", [...who, ...args], { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}

/** Run `toolspec import openapi` in this process, and read what it prints. */
async function importing(file: string, flags: Partial<ImportFlags> = {}) {
  const printed = { out: "", err: "" };
  const into = (stream: "out" | "err") => (text: string | Uint8Array) => {
    printed[stream] += text;
    return true;
  };
  const out = vi.spyOn(process.stdout, "write").mockImplementation(into("out"));
  const err = vi.spyOn(process.stderr, "write").mockImplementation(into("err"));
  const nothing = { tag: [], path: [], method: [], id: [], exclude: [], allowHost: [] };
  try {
    const all: ImportFlags = { ...nothing, format: "pretty", yes: true, ...flags };
    const code = await runImport(file, all, { cwd, signal: new AbortController().signal });
    return { code, ...printed };
  } finally {
    out.mockRestore();
    err.mockRestore();
  }
}

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "toolspec-day-"));
  put("shop-1.json", JSON.stringify(shopDocument(1), null, 2));
  put("shop-2.json", JSON.stringify(shopDocument(2), null, 2));
});
afterAll(() => rmSync(cwd, { recursive: true }));

/** The steps of one day: each goes on where the one before it ended. */
describe("a maintainer's day", { retry: 0 }, () => {
  it("imports", async () => {
    const { code, out, err } = await importing("shop-1.json");
    expect(code).toBe(0);
    expect(out).toMatch(
      /^✔ shop: 40 tools in specs\/shop \(16 reads, 24 writes\), 42 files written, from shop-1.json, \d+ ms\n/,
    );
    expect(err).toBe("");
    const again = await importing("shop-1.json", { merge: true });
    expect([again.code, again.out]).toEqual([0, "✔ specs/shop: nothing changed in shop-1.json, version 1.0.0\n"]);
  });

  it("curates ten tools, generates, accepts and commits", async () => {
    edit(`${tools}/list_orders.yaml`, [
      "description: List the shop's orders, newest first, with id, name and state of each.",
      "# Words of the support team.\ndescription: Find orders, newest first, with id, name and state. For one order use get_order.",
    ]);
    edit(`${tools}/get_order.yaml`, ["scope: orders.read", "\nscope: orders.read # what support has"]);
    edit(`${tools}/list_customers.yaml`, [
      "inputs: [limit, state]",
      "inputs:\n    # Ten fit a screen.\n    limit?: { default: 10 }\n    state?:",
    ]);
    edit(`${tools}/list_products.yaml`, ["inputs: [limit, state]", "inputs: [state] # nobody pages here"]);
    edit(`${tools}/create_refund.yaml`, [
      "inputs: [name, reason]",
      "inputs:\n  name: { description: Who gets it. }\n  reason?: { description: Why. }",
    ]);
    edit(`${tools}/create_invoice.yaml`, ["inputs: [name, due_date]", "inputs: [name]"]);
    edit(`${tools}/delete_coupon.yaml`, ["title: Delete coupon", "title: Delete a coupon # for good"]);
    renameSync(join(cwd, tools, "get_shipment.yaml"), join(cwd, tools, "track_shipment.yaml"));
    edit(`${tools}/track_shipment.yaml`, ["title: Get shipment", "title: Track a shipment"]);
    rmSync(join(cwd, tools, "list_warehouses.yaml"));
    put(`${tools}/update_customer.yaml`, read(`${tools}/update_customer.yaml`).replaceAll("\n", "\r\n"));

    const report = await generate({ cwd });
    expect(report.diagnostics).toEqual([]);
    expect(isSound(report)).toBe(true);
    expect((await lockSpecs({ cwd })).servers.map(({ name }) => name)).toEqual(["shop"]);
    git("init", "-q", "-b", "main");
    git("add", "-A");
    git("commit", "-qm", "first");
  });

  it("shows what a merge would do, and writes nothing", async () => {
    const { code, out } = await importing("shop-2.json", { merge: true, dryRun: true });
    expect(code).toBe(1);
    expect(out).toContain("~ specs/shop/openapi.json would be rewritten\n");
    expect(out).toContain("-scope: orders.read # what support has\n+scope: orders.view # what support has\n");
    expect(out).toMatch(/Nothing was written\.\n$/);
    expect(await importing("shop-1.json", { merge: true })).toMatchObject({
      out: expect.stringContaining("no tool changed"),
    });
  });

  it("merges: every hand edit stays, what is untouched follows, the rest is told", async () => {
    const untouched = read(`${tools}/update_customer.yaml`);
    const { code, out, err } = await importing("shop-2.json", { merge: true });
    expect([code, err]).toEqual([1, ""]);
    expect(out).toMatchInlineSnapshot(`
      "~ server.yaml  scopes.orders.view added
      + tools/cancel_order.yaml  new: POST /v1/orders/{id}/cancel
      ~ tools/create_refund.yaml  inputs.reason is required now
      ▲ tools/delete_coupon.yaml  DELETE /v1/coupons/{id} is gone from the document; the tool stays until you remove it
      ~ tools/delete_shipment.yaml  DELETE /v1/shipments/{id} is DELETE /v1/shipments/{shipment_id} now, request changed, inputs changed
      ~ tools/get_order.yaml  scope changed
      ~ tools/list_customers.yaml  inputs.sort added
      ~ tools/track_shipment.yaml  GET /v1/shipments/{id} is GET /v1/shipments/{shipment_id} now, request changed, inputs changed
      ~ tools/update_shipment.yaml  PATCH /v1/shipments/{id} is PATCH /v1/shipments/{shipment_id} now, request changed, inputs changed
      ✗ specs/shop/tools/create_invoice.yaml:9  POST /v1/invoices requires due_date now, and no input sends it
          add it under inputs: due_date
      ▲ specs/shop/tools/list_orders.yaml:4  description: you have changed it, and so has upstream: yours stays
          upstream said “List the shop's orders, newest first, with id, name and state of each.”, and says “List the shop's orders, newest first, with id, name, state and total of each.” now
      ▲ specs/shop/tools/list_products.yaml:7  GET /v1/products takes sort now; the list of inputs is yours, so it was not added
          add it under inputs if models should have it: sort
        Not brought back, because you have removed their tools: GET /v1/warehouses
      ✗ specs/shop: shop-2.json merged, 1.0.0 → 2.0.0: 1 new tool, 6 tools changed, 1 tool whose operation is gone
        1 place marked ✗ must be mended before code can be generated.
        Next: npx toolspec lint specs/shop, npx toolspec generate specs/shop, npx toolspec diff specs/shop
      "
    `);
    expect(read(`${tools}/update_customer.yaml`)).toBe(untouched);
    expect(read(`${tools}/list_orders.yaml`)).toContain("# Words of the support team.\ndescription: Find orders,");
    expect(read(`${tools}/get_order.yaml`)).toContain("\n\nscope: orders.view # what support has\n");
    expect(read(`${tools}/list_customers.yaml`)).toContain(
      "inputs:\n    # Ten fit a screen.\n    limit?: { default: 10 }\n    state?:\n    sort?:\n",
    );
    expect(read(`${tools}/list_products.yaml`)).toContain("inputs: [state] # nobody pages here\n");
    expect(read(`${tools}/create_refund.yaml`)).toContain("  reason: { description: Why. }\n");
    expect(read(`${tools}/track_shipment.yaml`)).toContain("title: Track a shipment\n");
    expect(read(`${tools}/track_shipment.yaml`)).toContain(
      "request: GET /v1/shipments/{shipment_id}\ninputs: [shipment_id]\n",
    );
    expect(read(`${tools}/delete_coupon.yaml`).split("\n")[1]).toBe(
      "# Look: DELETE /v1/coupons/{id} is gone from the upstream's document since version 2.0.0; remove this file, or ask what replaces it",
    );
    expect(read(`${tools}/cancel_order.yaml`)).toContain("request: POST /v1/orders/{id}/cancel\n");
    expect(readdirSync(join(cwd, tools))).not.toContain("list_warehouses.yaml");
    expect(read("specs/shop/server.yaml")).toContain("  orders.view: See single orders.\n");
    const again = await importing("shop-2.json", { merge: true });
    expect([again.code, again.out]).toEqual([0, "✔ specs/shop: nothing changed in shop-2.json, version 2.0.0\n"]);
  });

  it("mends what generating asks for, and lint names the tool whose operation is gone", async () => {
    const { diagnostics } = await generate({ cwd });
    expect(diagnostics.map(({ rule, span, message }) => [rule, span.file, message])).toEqual([
      [
        "required-upstream-field",
        `${tools}/create_invoice.yaml`,
        "POST /v1/invoices requires due_date, and no input sends it",
      ],
    ]);
    edit(`${tools}/create_invoice.yaml`, ["inputs: [name]", "inputs: [name, due_date]"]);
    const found = (await lint({ cwd, only: ["vanished-operation"] })).diagnostics;
    expect(
      found
        .filter(({ span }) => span.file.includes("/tools/"))
        .map(({ rule, span, message }) => [rule, span.file, message]),
    ).toEqual([
      [
        "vanished-operation",
        `${tools}/delete_coupon.yaml`,
        "DELETE /v1/coupons/{id} is gone from the upstream's document since version 2.0.0",
      ],
    ]);
  });

  it("reads what the change means for clients, and releases", async () => {
    const report = await diffSpecs({ cwd });
    expect(formatDiff(report, { format: "pretty", gate: "wire", color: false })).toMatchInlineSnapshot(`
      "shop  specs/shop, since HEAD
        WIRE breaks clients
          ✖ get_order  scope: orders.view is needed, it was orders.read (loosened)
              specs/shop/tools/get_order.yaml:6:1  scope-changed  for: agents with scope orders.read, without orders.view
          ✖ track_shipment  the input shipment_id is new, and required
              specs/shop/tools/track_shipment.yaml:7:10  input-required  for: clients that leave it out
          ✖ track_shipment  the input id is gone
              specs/shop/tools/track_shipment.yaml:7:1  input-removed  for: clients that send it: unknown arguments are refused
          ✖ create_invoice  the input due_date is new, and required
              specs/shop/tools/create_invoice.yaml:9:16  input-required  for: clients that leave it out
          ✖ create_refund  the input reason is required now
              specs/shop/tools/create_refund.yaml:10:3  input-required  for: clients that leave it out
          ✖ delete_shipment  the input shipment_id is new, and required
              specs/shop/tools/delete_shipment.yaml:8:10  input-required  for: clients that leave it out
          ✖ delete_shipment  the input id is gone
              specs/shop/tools/delete_shipment.yaml:8:1  input-removed  for: clients that send it: unknown arguments are refused
          ✖ update_shipment  the input shipment_id is new, and required
              specs/shop/tools/update_shipment.yaml:9:10  input-required  for: clients that leave it out
          ✖ update_shipment  the input id is gone
              specs/shop/tools/update_shipment.yaml:9:1  input-removed  for: clients that send it: unknown arguments are refused
        SECURITY alters what is allowed
          • track_shipment  request: GET /v1/shipments/{shipment_id}, it was GET /v1/shipments/{id} (changed)
              specs/shop/tools/track_shipment.yaml:6:1  request-changed  for: nobody, if the upstream does the same there
          • delete_shipment  request: DELETE /v1/shipments/{shipment_id}, it was DELETE /v1/shipments/{id} (changed)
              specs/shop/tools/delete_shipment.yaml:7:1  request-changed  for: nobody, if the upstream does the same there
          • update_shipment  request: PATCH /v1/shipments/{shipment_id}, it was PATCH /v1/shipments/{id} (changed)
              specs/shop/tools/update_shipment.yaml:8:1  request-changed  for: nobody, if the upstream does the same there
        DOCS words
          • scopes changed
              …ad orders.","orders.write":"Change orders.","products.read":"Read products.","p… → …ad orders.","orders.view":"See single orders.","orders.write":"Change orders.",…
              specs/shop/server.yaml:23:1  reworded
        SAFE breaks nobody
          • list_customers  the input sort is new
              specs/shop/tools/list_customers.yaml:11:5  input-added
          • the tool cancel_order is new
              specs/shop/tools/cancel_order.yaml:2:1  tool-added

        version: still 0.1.0; the changes ask for a major step, one place lower below 1.0.0: write version: 0.2.0 in server.yaml

        changelog, ready to paste:
          ## [Unreleased]

          ### Added

          - \`list_customers\`: the input sort is new.
          - The tool cancel_order is new.

          ### Changed

          - \`track_shipment\`: request: GET /v1/shipments/{shipment_id}, it was GET /v1/shipments/{id}.
          - **Breaking:** \`track_shipment\`: the input shipment_id is new, and required.
          - **Breaking:** \`create_invoice\`: the input due_date is new, and required.
          - **Breaking:** \`create_refund\`: the input reason is required now.
          - \`delete_shipment\`: request: DELETE /v1/shipments/{shipment_id}, it was DELETE /v1/shipments/{id}.
          - **Breaking:** \`delete_shipment\`: the input shipment_id is new, and required.
          - \`update_shipment\`: request: PATCH /v1/shipments/{shipment_id}, it was PATCH /v1/shipments/{id}.
          - **Breaking:** \`update_shipment\`: the input shipment_id is new, and required.
          - Words of the server.

          ### Removed

          - **Breaking:** \`track_shipment\`: the input id is gone.
          - **Breaking:** \`delete_shipment\`: the input id is gone.
          - **Breaking:** \`update_shipment\`: the input id is gone.

          ### Security

          - **Breaking:** \`get_order\`: scope: orders.view is needed, it was orders.read.

      ✗ the gate "wire" is broken by 9: 15 changes, 9 break clients, 1 loosen security
      "
    `);
    const before = await check({ cwd });
    expect(before.diagnostics.map(({ rule }) => rule)).toEqual([]);
    await lockSpecs({ cwd });
    expect(isSound(await generate({ cwd }))).toBe(true);
    const after = await check({ cwd });
    expect(after.servers.flatMap(({ changes }) => changes)).toEqual([]);
  });
});
