/** The generated stdio adapter as an old client starts it: a process, a browser, a grant in the user's configuration. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport as StdioV2 } from "@modelcontextprotocol/client/stdio";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { expect, onTestFinished } from "vitest";
import { browserTestTimeoutMs, shareBrowser } from "../browser.ts";
import { logIn } from "../oauth-client.ts";
import { verifies } from "../requirements.ts";
import { allTools, type System, startSystem } from "./system.ts";

const adapter = join(import.meta.dirname, "../../generated/perkamo/adapter/adapter.js");
const run = promisify(execFile);
const openPage = shareBrowser();

/** An account on this machine whose adapter speaks to the system of the test; its browser is ours. */
function userOf(system: System) {
  const home = mkdtempSync(join(tmpdir(), "toolspec-adapter-"));
  const env = { PATH: process.env.PATH ?? "", HOME: home, XDG_CONFIG_HOME: join(home, "config"), BROWSER: "true" };
  return { home, env: { ...env, PERKAMO_MCP_URL: system.url } };
}

/** Start `adapter.js login`, and do in the browser what it asks for. */
async function logInByAdapter(env: NodeJS.ProcessEnv, args: readonly string[] = []): Promise<string> {
  const login = spawn(process.execPath, [adapter, "login", ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void login.kill("SIGKILL"));
  const closed = once(login, "close");
  let said = "";
  const urlShown = Promise.withResolvers<string>();
  createInterface({ input: login.stderr }).on("line", (line) => {
    said += `${line}\n`;
    const url = /https?:\/\/\S+\/auth\?\S+/.exec(line)?.[0];
    if (url !== undefined) urlShown.resolve(url);
  });
  const page = await openPage();
  await page.goto(await urlShown.promise);
  await logIn(page, "ada");
  await page.getByRole("radio", { name: "Acme, test" }).check();
  await page.getByRole("button", { name: "Allow" }).click();
  await page.getByText("close this").waitFor();
  const [code] = await closed;
  expect(code, said).toBe(0);
  return said;
}

const textOf = (result: unknown) =>
  JSON.parse((result as { readonly content: readonly { text: string }[] }).content[0]?.text ?? "null");

verifies(
  "perkamo:adapter",
  "logs in through the browser, keeps the grant to its user, refreshes it, and serves clients of both generations",
  async () => {
    const system = await startSystem();
    const { home, env } = userOf(system);
    const said = await logInByAdapter(env);

    const folder = join(home, "config", "perkamo-mcp");
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const grants = readdirSync(folder).filter((name) => name.endsWith(".json"));
    expect(grants).toHaveLength(1);
    const grant = join(folder, grants[0] ?? "");
    expect(statSync(grant).mode & 0o777).toBe(0o600);

    const old = new ClientV1({ name: "old", version: "1" });
    await old.connect(new StdioClientTransport({ command: process.execPath, args: [adapter], env, stderr: "ignore" }));
    onTestFinished(() => old.close());
    expect((await old.listTools()).tools.map(({ name }) => name)).toEqual(allTools);
    expect(textOf(await old.callTool({ name: "get_program", arguments: {} }))).toMatchObject({ space: "acme-test" });
    const write = { name: "identify_customer", arguments: { userId: "adapter-1", email: "adapter@example.com" } };
    expect(textOf(await old.callTool(write))).toMatchObject({ error: { code: "confirmation_required" } });
    const confirmed = { ...write, arguments: { ...write.arguments, confirm: true } };
    expect(textOf(await old.callTool(confirmed))).toMatchObject({ userId: "adapter-1" });

    // The access token ends: the adapter that runs refreshes it, and the next one finds what it has kept.
    const kept = readFileSync(grant, "utf8");
    const accessToken = /eyJ[\w.-]+/.exec(kept)?.[0] ?? "";
    const spent = await system.tokenFor({ ttlSeconds: -60 });
    await run(process.execPath, ["-e", replaceIn, grant, accessToken, spent]);
    expect(textOf(await old.callTool({ name: "get_usage", arguments: {} }))).toHaveProperty("metrics");
    expect(readFileSync(grant, "utf8")).not.toContain(spent);
    expect(statSync(grant).mode & 0o777).toBe(0o600);

    const modern = new Client(
      { name: "modern", version: "1" },
      { versionNegotiation: { mode: { pin: "2026-07-28" } }, capabilities: { elicitation: { form: {} } } },
    );
    const forms: string[] = [];
    modern.setRequestHandler("elicitation/create", ({ params }) => {
      forms.push(params.message);
      return { action: "accept", content: { confirm: true } };
    });
    await modern.connect(new StdioV2({ command: process.execPath, args: [adapter], env, stderr: "ignore" }));
    onTestFinished(() => modern.close());
    expect(textOf(await modern.callTool(write))).toMatchObject({ userId: "adapter-1" });
    expect(forms).toHaveLength(1);

    const status = await run(process.execPath, [adapter, "status"], { env });
    await run(process.execPath, [adapter, "logout"], { env });
    expect(readdirSync(folder).filter((name) => name.endsWith(".json"))).toEqual([]);
    for (const text of [said, status.stdout, status.stderr]) expect(text).not.toMatch(/eyJ|refresh_token/);
  },
  browserTestTimeoutMs,
);

const replaceIn =
  "const fs = require('node:fs'); const [, file, one, other] = process.argv; " +
  "fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(one, other));";

verifies(
  ["perkamo:adapter", "perkamo:read-only-grant"],
  "asks for no more than it was told to",
  async () => {
    const system = await startSystem();
    const { env } = userOf(system);
    await logInByAdapter(env, ["--scopes", "mcp:read"]);
    const { stdout, stderr } = await run(process.execPath, [adapter, "status"], { env });
    expect(stdout + stderr).toContain("mcp:read");
    expect(stdout + stderr).not.toContain("mcp:write");
  },
  browserTestTimeoutMs,
);
