import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ToolListChangedNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import * as runtime from "@toolspec/runtime/dev";
import { expect, it, onTestFinished } from "vitest";
import { type DevOptions, startDev } from "../generator/src/dev/dev.ts";
import type { DevEvent } from "../generator/src/dev/events.ts";
import { toText } from "../generator/src/dev/events.ts";

const defaults = {
  out: "generated",
  host: "127.0.0.1",
  port: 0,
  stdio: false,
  mock: false,
  upstream: undefined,
  poll: false,
  seed: 0,
  delay: 0,
  fail: 0,
};

const root = new URL("..", import.meta.url).pathname;

/** A project of its own with one of the example servers. */
function project(name: string): string {
  const cwd = mkdtempSync(join(tmpdir(), "toolspec-dev-test-"));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  cpSync(join(root, "specs", name), join(cwd, "specs", name), { recursive: true });
  cpSync(join(root, "generated", name), join(cwd, "generated", name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(cwd, "node_modules"));
  return cwd;
}

/** One of the example servers, served; `until` waits for the next event of a kind. */
async function start(name: string, given: Partial<DevOptions> = {}) {
  const cwd = project(name);
  const events: DevEvent[] = [];
  let hear = () => {};
  const options = { ...defaults, specs: `specs/${name}`, ...given };
  const tell = (event: DevEvent) => {
    events.push(event);
    hear();
  };
  const dev = await startDev(options, { cwd, variables: {}, runtime: runtime as never, tell });
  if ("diagnostics" in dev) throw new Error(JSON.stringify(dev.diagnostics));
  onTestFinished(() => dev.close());
  let seen = events.length;
  const until = async <Kind extends DevEvent["event"]>(kind: Kind): Promise<DevEvent & { event: Kind }> => {
    for (;;) {
      const found = events.slice(seen).find((event) => event.event === kind);
      if (found !== undefined) {
        seen = events.indexOf(found) + 1;
        return found as DevEvent & { event: Kind };
      }
      await new Promise<void>((resolve) => {
        hear = resolve;
      });
    }
  };
  const edit = (path: string, pattern: RegExp, text: string) => {
    const file = join(cwd, "specs", name, path);
    writeFileSync(file, readFileSync(file, "utf8").replace(pattern, text));
  };
  const { mcp, access } = dev.server;
  const client = new ClientV1({ name: "dev test", version: "1" });
  const headers = { [access.header]: access.credential ?? "" };
  await client.connect(new StreamableHTTPClientTransport(new URL(mcp), { requestInit: { headers } }) as never);
  onTestFinished(() => client.close());
  return { dev, cwd, events, until, edit, client };
}

it("serves edits to a client that stays connected, and the last good version on an error", async () => {
  const { until, edit, client, events, cwd } = await start("vauchflow");
  const told = new Promise<void>((resolve) =>
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => resolve()),
  );
  const titleOf = async (name: string) => (await client.listTools()).tools.find((tool) => tool.name === name)?.title;
  expect(events[0]).toMatchObject({ event: "ready", isMock: true });

  edit("tools/get_voucher.yaml", /^title: .*/m, "title: Look a voucher up");
  expect(await until("changed")).toMatchObject({ files: 1, changed: { tools: true, prompts: false } });
  await told;
  expect(await titleOf("get_voucher")).toBe("Look a voucher up");
  expect(readFileSync(join(cwd, "generated/vauchflow/tools/get_voucher.ts"), "utf8")).toContain("Look a voucher up");

  // What is generated stays what the specs say, and what a person puts in its place stays the person's.
  const generated = join(cwd, "generated/vauchflow/tools/list_campaigns.ts");
  const text = readFileSync(generated, "utf8");
  writeFileSync(generated, `${text}// by hand\n`);
  expect(await until("restored")).toMatchObject({ files: ["generated/vauchflow/tools/list_campaigns.ts"] });
  expect(readFileSync(generated, "utf8")).toBe(text);
  writeFileSync(generated, "export {};\n");
  expect((await until("problems")).obstacles).toHaveLength(1);
  rmSync(generated);
  await until("restored");

  edit("tools/get_voucher.yaml", /^scope: .*/m, "scope: NO_SUCH");
  const problems = await until("problems");
  expect(problems.diagnostics.map(({ rule }) => rule)).toEqual(["undeclared-scope"]);
  expect(toText(problems, { colour: false, hasKeys: false, now: () => new Date(0) })).toMatch(
    /> +\d+ \| scope: NO_SUCH[\s\S]*still serving the version of \d\d:\d\d$/,
  );
  expect(await titleOf("get_voucher")).toBe("Look a voucher up");

  edit("tools/get_voucher.yaml", /^scope: .*/m, "scope: VOUCHER_READ");
  expect((await until("changed")).changed.tools).toBe(false);

  // A list may change while every tool stays as it is.
  edit("server.yaml", /$/, "\ntoolsets:\n  look: { description: Look., tools: [get_voucher], default: true }\n");
  expect((await until("changed")).changed.tools).toBe(true);
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(["get_voucher"]);
});

it("keeps a call waiting for its operator over an edit", async () => {
  const { until, edit, client } = await start("vauchflow");
  const create = { name: "create_voucher", arguments: { discount_type: "PERCENTAGE", discount_value: 10, count: 101 } };
  const parked = (await client.callTool(create)) as { structuredContent?: { status?: string; approval_id?: string } };
  expect(parked.structuredContent).toMatchObject({ status: "pending_approval" });
  edit("tools/get_voucher.yaml", /^title: .*/m, "title: Look a voucher up");
  await until("changed");
  const id = parked.structuredContent?.approval_id;
  const found = await client.callTool({ name: "get_approval", arguments: { approval_id: id } });
  expect(found.structuredContent).toMatchObject({ status: "pending", approval_id: id });
});

it.each(["rekomi", "perkamo"])(
  "serves %s from a mock, without its secrets or its authorization server",
  async (name) => {
    const { client, events } = await start(name);
    const { tools } = await client.listTools();
    expect(tools.length).toBeGreaterThan(10);
    const read = { rekomi: "get_org_profile", perkamo: "get_program" }[name] ?? "";
    const result = await client.callTool({ name: read, arguments: {} });
    expect([result.isError ?? false, events.find(({ event }) => event === "request")]).toMatchObject([
      false,
      { status: 200 },
    ]);
  },
);

it("serves one caller over stdio, and tells it of an edit: a process of its own, whose stdout is the point", async () => {
  const cwd = project("vauchflow");
  const child = spawn(process.execPath, [join(root, "generator/dist/cli.js"), "dev", "--stdio", "--mock"], { cwd });
  onTestFinished(() => void child.kill());
  let [told, rest] = ["", ""];
  child.stderr.on("data", (chunk: Buffer) => {
    told += chunk.toString();
  });
  const chunks = child.stdout[Symbol.asyncIterator]();
  const next = async () => {
    while (!rest.includes("\n")) {
      const { done, value } = await chunks.next();
      if (done === true) throw new Error(`it has ended: ${told}`);
      rest += String(value);
    }
    const end = rest.indexOf("\n");
    const line = rest.slice(0, end);
    rest = rest.slice(end + 1);
    return JSON.parse(line);
  };
  const send = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);

  const hello = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "t", version: "1" } };
  send({ id: 1, method: "initialize", params: hello });
  expect(await next()).toMatchObject({ id: 1, result: { capabilities: { tools: { listChanged: true } } } });
  send({ method: "notifications/initialized" });
  const file = join(cwd, "specs/vauchflow/server.yaml");
  // A scope more, and a tool that needs it: the caller gets it while it stays connected.
  writeFileSync(file, readFileSync(file, "utf8").replace(/^( +)VOUCHER_READ:/m, "$1VOUCHER_LOOK: Look.\n$&"));
  const tool = join(cwd, "specs/vauchflow/tools/get_voucher.yaml");
  writeFileSync(tool, readFileSync(tool, "utf8").replace(/^scope: .*/m, "scope: VOUCHER_LOOK"));
  expect(await next()).toMatchObject({ method: "notifications/tools/list_changed" });
  send({ id: 2, method: "tools/call", params: { name: "get_voucher", arguments: { code: "SUMMER20" } } });
  expect((await next()).result).toHaveProperty("structuredContent.code");

  child.stdin.end();
  const [code] = await once(child, "exit");
  expect([code, rest, (await chunks.next()).done]).toEqual([0, "", true]);
  expect(told).toContain("one caller");
  // Clients keep stderr in files.
  expect(told).not.toMatch(/X-API-Key: /);
});

it("needs a credential from the environment over stdio where nobody here can make one", async () => {
  const variables = {
    PERKAMO_API_URL: "http://127.0.0.1:1",
    PERKAMO_SERVICE_KEY: "s".repeat(40),
    PERKAMO_IDENTITY_SECRET: "i".repeat(40),
  };
  const start = () =>
    startDev(
      { ...defaults, specs: "specs/perkamo", stdio: true },
      { cwd: project("perkamo"), variables, runtime: runtime as never, tell: () => {} },
    );
  await expect(start()).rejects.toThrow(/^TOOLSPEC_KEY is not set/);
});
