/** What a person does from the shell: start, paste, make a key, serve, stop. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { startVauchflow } from "@toolspec/example-vauchflow";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { verifies } from "../requirements.ts";
import { type Ended, toolspec } from "../shell.ts";
import { allTools } from "./system.ts";

const root = join(import.meta.dirname, "../..");
const cli = join(root, "generator/dist/cli.js");
const demo = join(root, "examples/demo/src/main.ts");
/** Served as it is; the check that it is what the specs say costs a second and has its own tests. */
const registrations = "generated/vauchflow/registrations.ts";
const run = promisify(execFile);

/** `toolspec` in this process. */
const command = (args: readonly string[], env: Record<string, string> = {}) => toolspec(args, { cwd: root, env });

/** A program in a process of its own. */
function program(args: readonly string[]): Promise<Ended> {
  return run(process.execPath, [...args], { cwd: root, env: { ...process.env, NO_COLOR: "1" } }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: Ended) => error,
  );
}

/** Start a process that serves; it is killed with the test if it has not ended by then. */
function start(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  const child = spawn(process.execPath, [...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

async function outputUntil(child: ChildProcess, stream: "stdout" | "stderr", wanted: RegExp): Promise<string> {
  let text = "";
  for await (const chunk of child[stream] ?? []) {
    text += chunk;
    if (wanted.test(text)) return text;
  }
  throw new Error(`ended without ${wanted}: ${text}`);
}

// Each test starts a process, which takes its time where others run tests beside it.
vi.setConfig({ testTimeout: 60_000 });

describe("npm start", () => {
  verifies("vauchflow:client-config", "prints a curl that works when pasted, and ends with 0 on Ctrl-C", async () => {
    const child = start([demo, "vauchflow", "--port", "0"]);
    const shown = await outputUntil(child, "stdout", /Ctrl-C stops both/);
    expect(shown).toMatch(
      /claude mcp add --transport http vauchflow http:\/\/127\.0\.0\.1:\d+\/v1\/mcp --header "X-API-Key: vf_ak_/,
    );
    const cursor = JSON.parse(/^ *(\{"mcpServers".*\})$/m.exec(shown)?.[1] ?? "");
    expect(Object.keys(cursor.mcpServers.vauchflow)).toEqual(["url", "headers"]);
    const curl = /^ *(curl .*)$/m.exec(shown)?.[1] ?? "";
    const { stdout } = await promisify(execFile)("sh", ["-c", curl]);
    expect(JSON.parse(JSON.parse(stdout).result.content[0].text).campaigns.length).toBeGreaterThan(0);
    const ended = once(child, "close");
    child.kill("SIGINT");
    expect(await ended).toEqual([0, null]);
  });

  it("names the commands by which a person lets a call run that waits", async () => {
    const child = start([demo, "vauchflow", "--port", "0"]);
    const shown = await outputUntil(child, "stdout", /Ctrl-C stops both/);
    const [list = "", approve = ""] = [...shown.matchAll(/^ *npx toolspec (approvals .*)$/gm)].map(([, line]) => line);
    const curl = /^ *(curl .*)$/m.exec(shown)?.[1] ?? "";
    const write = '"name":"create_campaign","arguments":{"name":"Demo"}';
    await promisify(execFile)("sh", ["-c", curl.replace('"name":"list_campaigns","arguments":{}', write)]);
    const listed = await command([...list.split(" "), "--json"]);
    const [{ approval_id: id }] = JSON.parse(listed.stdout).approvals;
    const approved = await command([...approve.replace("<id>", id).split(" "), "--yes"]);
    expect(approved).toMatchObject({ code: 0, stderr: expect.stringContaining(`Approved ${id}`) });
    const all = [...list.split(" "), "--json", "--status", "executed"];
    await expect
      .poll(async () => JSON.parse((await command(all)).stdout).approvals.length, { timeout: 10_000 })
      .toBe(1);
    const ended = once(child, "close");
    child.kill("SIGINT");
    expect(await ended).toEqual([0, null]);
    expect(existsSync(/--data (\S+)/.exec(list)?.[1] ?? list)).toBe(false);
  });

  it("says with --json on one line where it is, and nothing else", async () => {
    const child = start([demo, "vauchflow", "--json", "--port", "0"]);
    const line = await outputUntil(child, "stdout", /\n/);
    expect(JSON.parse(line)).toMatchObject({ server: "vauchflow", credentials: { agent: { note: "all scopes" } } });
    const ended = once(child, "close");
    child.kill("SIGINT");
    expect(await ended).toEqual([0, null]);
  });

  it("names a port that is in use, and the mend", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    onTestFinished(() => void other.close());
    const { port } = other.address() as { port: number };
    const ended = await program([demo, "vauchflow", "--port", String(port)]);
    expect(ended.code).toBe(4);
    expect(ended.stderr).toContain(`127.0.0.1:${port} is in use. Choose another port with --port`);
    expect(ended.stderr).not.toMatch(/\n\s+at /);
  });

  it("names the systems there are when asked for another", async () => {
    const ended = await program([demo, "nothing"]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain("vauchflow");
  });
});

describe("toolspec keys and serve", () => {
  const data = () => join(mkdtempSync(join(tmpdir(), "toolspec-keys-")), "toolspec.sqlite");

  it.each([
    [["--help"], "revoke [options] <server> <id>"],
    [["create", "--help"], "Usage: toolspec keys create [options] <server>"],
    [["create", "specs/vauchflow", "--help"], "CAMPAIGN_READ"],
  ])("explains keys %j without opening a store", async (args, shown) => {
    const ended = await command(["keys", ...args], { TOOLSPEC_DATA: "/proc/none/toolspec.sqlite" });
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining(shown), stderr: "" });
  });

  it.each([
    [[], "Usage: toolspec keys"],
    [["create", "--name", "x"], "missing required argument 'server'"],
    [["list", "specs/nothing"], "is no generated server"],
  ])("ends with 2 for keys %j and says what to do", async (args, said) => {
    const ended = await command(["keys", ...args]);
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining(said) });
  });

  it.each(["specs/vauchflow", "README.md", "runtime/dist/index.js"])(
    "says that %s is no generated server, where the generator is not there to find it",
    async (path) => {
      const ended = await program([join(root, "runtime/dist/bin.js"), "serve", path]);
      expect(ended).toMatchObject({ code: 3, stderr: expect.stringContaining("Name the registrations.ts") });
      expect(ended.stderr).not.toMatch(/\n\s+at |bug/);
    },
  );

  it.each([
    [{ VAUCHFLOW_API_URL: "ftp://x" }, "The upstream's address must be an http or https URL"],
    [{ VAUCHFLOW_IDENTITY_SECRET: "short" }, "must have at least 32 bytes"],
    [{ VAUCHFLOW_API_KEY: "" }, "VAUCHFLOW_API_KEY is not set"],
  ])("does not serve with %j, and says why without a stack", async (wrong, said) => {
    const variables = { VAUCHFLOW_API_KEY: "k", VAUCHFLOW_IDENTITY_SECRET: "s".repeat(32), ...wrong };
    const ended = await command(["serve", "specs/vauchflow", "--port", "0", "--data", data()], variables);
    expect(ended).toMatchObject({ code: 3, stderr: expect.stringContaining(said) });
    expect(ended.stderr).not.toMatch(/\n\s+at |bug/);
  });

  /** `toolspec keys …` in words; one that holds a space cannot be said. */
  const keys = (file: string, words: string) => command(["keys", ...words.split(" "), "--data", file]);

  /** An upstream, what a gateway must know to reach it, and an agent key of its tenant. */
  async function startUpstream() {
    const file = data();
    const secrets = {
      VAUCHFLOW_API_KEY: "service",
      VAUCHFLOW_IDENTITY_SECRET: "an identity secret of 32 bytes or more",
    };
    const upstream = await startVauchflow({
      port: 0,
      serviceKey: secrets.VAUCHFLOW_API_KEY,
      identitySecret: secrets.VAUCHFLOW_IDENTITY_SECRET,
    });
    onTestFinished(() => upstream.close());
    const made = await keys(file, "create specs/vauchflow --kind agent --tenant acme --name x --scope CAMPAIGN_READ");
    return { file, key: made.stdout.trim(), environment: { VAUCHFLOW_API_URL: upstream.url, ...secrets } };
  }

  verifies(
    ["vauchflow:mint-agent-key", "vauchflow:key-shown-once"],
    "makes a key with name, scopes and lifetime, and shows it once",
    async () => {
      const file = data();
      const create = "create specs/vauchflow --kind agent --name Claude --scope CAMPAIGN_READ,VOUCHER_READ --ttl-days";
      const made = await keys(file, `${create} 30`);
      expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^vf_ak_\S+\n$/) });
      const listed = await keys(file, "list specs/vauchflow");
      expect(listed.stdout).toContain("Claude");
      expect(listed.stdout).toContain("CAMPAIGN_READ,VOUCHER_READ");
      expect(listed.stdout).not.toContain(made.stdout.trim());
      expect(await keys(file, `${create} 366`)).toMatchObject({ code: 2, stderr: expect.stringContaining("365") });
    },
  );

  verifies(
    "vauchflow:write-scopes-explicit",
    "makes no agent key without scopes, and none with a scope that nobody declared",
    async () => {
      const create = "create specs/vauchflow --kind agent --name x";
      const without = await keys(data(), create);
      expect(without).toMatchObject({ code: 2, stderr: expect.stringContaining("scope") });
      const misspelt = await keys(data(), `${create} --scope CAMPAIGN_WRIT`);
      expect(misspelt).toMatchObject({ code: 2, stderr: expect.stringContaining("CAMPAIGN_WRITE") });
    },
  );

  it("names the words that are missing before a server", async () => {
    const ended = await keys(data(), "specs/vauchflow");
    expect(ended).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("keys create|list|rotate|revoke <server>"),
    });
  });

  it("serves what the specs say, to a key that was made for it, until it is told to stop", async () => {
    const { file, key, environment } = await startUpstream();
    const child = start([cli, "serve", "specs/vauchflow", "--port", "0", "--data", file], environment);
    const started = await outputUntil(child, "stderr", /"url":"[^"]+"/);
    const url = /"url":"([^"]+)"/.exec(started)?.[1] ?? "";
    const reply = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": key },
      body: '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_campaigns","arguments":{}}}',
    });
    expect(await reply.text()).toContain("Summer Sale");
    const ended = once(child, "close");
    child.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
  });

  it("names every variable that is missing, and does not start", async () => {
    const ended = await command(["serve", "specs/vauchflow", "--port", "0", "--data", data()]);
    expect(ended.code).toBe(3);
    expect(ended.stderr).toContain("VAUCHFLOW_API_KEY is not set: vauchflow needs it for the credential in X-API-Key.");
    expect(ended.stderr).toContain("VAUCHFLOW_IDENTITY_SECRET is not set");
  });

  it("serves one caller over stdio, who is known by the environment", async () => {
    const { file, key, environment } = await startUpstream();
    const args = [cli, "serve", registrations, "--stdio", "--data", file];
    const child = start(args, { ...environment, TOOLSPEC_KEY: key });
    child.stdin?.write(
      '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}\n',
    );
    expect(JSON.parse(await outputUntil(child, "stdout", /\n/))).toMatchObject({
      id: 1,
      result: { serverInfo: { name: "vauchflow" } },
    });
    const ended = once(child, "close");
    child.stdin?.end();
    expect((await ended)[0]).toBe(0);
  });

  it.each(["legacy", { pin: "2026-07-28" }] as const)("serves a real client over stdio, %j", async (mode) => {
    const { file, key, environment } = await startUpstream();
    const client = new Client({ name: "interop", version: "1" }, { versionNegotiation: { mode } });
    await client.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: [cli, "serve", registrations, "--stdio", "--data", file],
        cwd: root,
        env: { ...environment, TOOLSPEC_KEY: key },
      }),
    );
    onTestFinished(() => client.close());
    expect((await client.listTools()).tools.map((tool) => tool.name)).toEqual(allTools);
    const listed = await client.callTool({ name: "list_campaigns", arguments: { status: "ACTIVE" } });
    expect(listed).toMatchObject({ structuredContent: { total: 2 } });
    const refused = client.callTool({ name: "create_customer", arguments: { external_ref: "x" } });
    await expect(refused).rejects.toMatchObject({ code: -32004 });
  });
});
