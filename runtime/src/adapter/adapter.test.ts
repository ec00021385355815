import { chmodSync, existsSync, globSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { json, type Place, startAdapter, startPlace, temporary, until } from "./fixture.ts";
import { createGrantStore } from "./grant-store.ts";

let place: Place;
let home: string;
const started: ReturnType<typeof startAdapter>[] = [];
beforeEach(async () => {
  place = await startPlace();
  home = temporary();
});
afterEach(() => {
  for (const { child } of started.splice(0)) child.kill("SIGKILL");
  place.close();
});

function start(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
  const adapter = startAdapter(place.url, home, args, env);
  started.push(adapter);
  return adapter;
}

/** Run a command to its end. */
async function run(...args: readonly string[]) {
  const adapter = start(args);
  const { code } = await adapter.ended;
  return { code, stdout: adapter.stdout(), stderr: adapter.stderr() };
}

/** Send requests, end the input, and wait for the end. */
async function ask(...methods: readonly string[]) {
  const adapter = start();
  adapter.send(...methods.map((method, at) => ({ jsonrpc: "2.0", id: at + 1, method })));
  adapter.child.stdin.end();
  const end = await adapter.ended;
  return { end, lines: adapter.lines(), stderr: adapter.stderr(), stdout: adapter.stdout() };
}

/** Every one of these starts processes, some a dozen: on a busy machine of two cores each takes seconds. */
const patience = { timeout: 90_000 };

const folder = () => join(home, "acme-pay-mcp");
const grantFile = () => join(folder(), readdirSync(folder()).find((name) => name.endsWith(".json")) ?? "none");
/** Start where a login has left off. */
function grant(ttlSeconds = 300) {
  createGrantStore(folder(), place.url).write(place.grant("http://127.0.0.1:2/callback", ttlSeconds));
}
const secrets = () => {
  const { tokens } = JSON.parse(readFileSync(grantFile(), "utf8"));
  return [tokens.accessToken, tokens.refreshToken];
};
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe("a client that starts the adapter", patience, () => {
  it("gets its answers after a login in the browser, and nothing else on stdout", async () => {
    const { end, lines, stderr, stdout } = await ask("initialize", "tools/list");
    expect(end).toEqual({ code: 0, signal: null });
    expect(lines.map(({ id }) => id).toSorted()).toEqual([1, 2]);
    expect(lines.every(({ result }) => result !== undefined)).toBe(true);
    expect(stderr).toContain(`open: ${place.issuer}/authorize?`);
    expect(place.count("/authorize")).toBe(1);
    await until(() => existsSync(join(home, "page.txt")));
    expect(readFileSync(join(home, "page.txt"), "utf8")).toContain("200 <!doctype html>");
    expect([modeOf(folder()), modeOf(grantFile())]).toEqual(["700", "600"]);
    expect(readdirSync(folder())).toHaveLength(1);
    for (const secret of secrets()) expect(stdout + stderr).not.toContain(secret);
  });

  it("logs in once, and is known at the next start", async () => {
    await ask("initialize");
    const { lines, stderr } = await ask("tools/list");
    expect(lines).toEqual([{ jsonrpc: "2.0", id: 1, result: { asked: "tools/list" } }]);
    expect(stderr).toBe("");
    expect(place.count("/authorize")).toBe(1);
  });

  it("gets the reason where a person declines", async () => {
    place.knobs.callback = (params) => {
      params.set("error", "access_denied");
      return params;
    };
    const { end, lines } = await ask("initialize");
    expect(end.code).toBe(0);
    expect(lines).toEqual([
      { jsonrpc: "2.0", id: 1, error: expect.objectContaining({ message: expect.stringContaining("access_denied") }) },
    ]);
  });

  it("gets the mend where others could read the grant, which then is not used", async () => {
    grant();
    chmodSync(grantFile(), 0o644);
    const { lines } = await ask("tools/list");
    expect(JSON.stringify(lines)).toContain("chmod 600");
    expect(place.messages()).toEqual([]);
  });

  it("is let write after a second look of the person", async () => {
    place.knobs.scopeFor = ({ method }) => (method === "tools/call" ? "mcp:write" : undefined);
    const { lines } = await ask("tools/call");
    expect(lines).toEqual([{ jsonrpc: "2.0", id: 1, result: { asked: "tools/call" } }]);
    expect(place.count("/authorize")).toBe(2);
    expect(createGrantStore(folder(), place.url).read()?.tokens?.scopes).toEqual(["mcp:read", "mcp:write"]);
  });

  it("gets what runs answered after it closed its end", async () => {
    grant();
    const arrived = Promise.withResolvers<() => void>();
    place.knobs.mcp = ({ id }, response) =>
      arrived.resolve(() => json(response, 200, { jsonrpc: "2.0", id, result: { late: true } }));
    const asked = ask("tools/call");
    (await arrived.promise)();
    expect(await asked).toMatchObject({ end: { code: 0 }, lines: [{ id: 1, result: { late: true } }] });
  });

  it.each(["SIGTERM", "SIGINT"] as const)("ends it with %s, subscriptions included", async (signal) => {
    grant();
    place.knobs.mcp = (_message, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write('data: {"jsonrpc":"2.0","method":"notifications/tools/list_changed"}\n\n');
    };
    const adapter = start();
    adapter.send({ jsonrpc: "2.0", id: 1, method: "subscriptions/listen" });
    await until(() => adapter.lines().length === 1);
    adapter.child.kill(signal);
    expect(await adapter.ended).toEqual({ code: 0, signal: null });
  });

  it("ends it at once while a person is asked to log in", async () => {
    const adapter = start([], { BROWSER: `${process.execPath} -e 0` });
    adapter.send({ jsonrpc: "2.0", id: 1, method: "initialize" });
    await until(() => adapter.stderr().includes("/authorize?"));
    const atMs = performance.now();
    adapter.child.kill("SIGTERM");
    expect(await adapter.ended).toEqual({ code: 0, signal: null });
    // Calls that run are given ten seconds.
    expect(performance.now() - atMs).toBeLessThan(8_000);
    expect(adapter.lines()).toMatchObject([{ id: 1, error: { message: "the login was cancelled." } }]);
  });

  it("takes over what one held that was killed while a person was asked to log in", async () => {
    const adapter = start([], { BROWSER: `${process.execPath} -e 0` });
    adapter.send({ jsonrpc: "2.0", id: 1, method: "initialize" });
    await until(() => adapter.stderr().includes("/authorize?"));
    adapter.child.kill("SIGKILL");
    expect((await adapter.ended).signal).toBe("SIGKILL");
    expect((await ask("initialize")).lines).toHaveLength(1);
  });
});

describe("two adapters of one user", patience, () => {
  it("that refresh at once spend the refresh token once", async () => {
    grant(20);
    const refreshes = () => place.seen.filter(({ body }) => body.startsWith("grant_type=refresh_token")).length;
    const both = [start(), start()];
    for (const adapter of both) adapter.send({ jsonrpc: "2.0", id: 1, method: "tools/list" });
    await until(() => both.every((adapter) => adapter.lines().length === 1));
    expect(both.map((adapter) => adapter.lines()[0]?.result)).toEqual([
      { asked: "tools/list" },
      { asked: "tools/list" },
    ]);
    expect(refreshes()).toBe(1);
    // And again, when the endpoint refuses what both have.
    place.expireTokens();
    for (const adapter of both) adapter.send({ jsonrpc: "2.0", id: 2, method: "tools/list" });
    await until(() => both.every((adapter) => adapter.lines().length === 2));
    expect(refreshes()).toBe(2);
    expect(place.count("/authorize")).toBe(0);
    expect(both.map((adapter) => adapter.stderr())).toEqual(["", ""]);
  });
});

describe("a command", patience, () => {
  it("logs in, says who is logged in, and logs out, never with a token", async () => {
    const login = await run("login", "--scopes", "mcp:read,mcp:write");
    expect(login).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("Logged in to Acme Pay as Ada [31m (ada)."),
    });
    const [accessToken, refreshToken] = secrets();
    const status = await run("status");
    expect(status.code).toBe(0);
    expect(status.stdout).toContain(place.url);
    expect(status.stdout).toContain(grantFile());
    expect(status.stdout).toContain("Scopes:   mcp:read mcp:write");
    expect(status.stdout).toMatch(/Expires: {2}\d{4}-.*; renewed by itself/);
    const logout = await run("logout");
    expect(logout).toMatchObject({ code: 0, stdout: expect.stringContaining(`Revoked at ${place.issuer}`) });
    expect(place.refreshTokens.size).toBe(0);
    expect(readdirSync(folder())).toEqual([]);
    const said = [login, status, logout].map(({ stdout, stderr }) => stdout + stderr).join();
    for (const secret of [accessToken, refreshToken]) expect(said).not.toContain(secret);
    expect(await run("status")).toMatchObject({ code: 1, stderr: expect.stringContaining("nobody is logged in") });
    expect(await run("logout")).toMatchObject({ code: 0, stdout: "You were not logged in.\n" });
  });

  it("logs out here also where the authorization server cannot be told, and says so", async () => {
    grant();
    place.close();
    const { code, stderr } = await run("logout");
    expect(code).toBe(1);
    expect(stderr).toContain("ECONNREFUSED");
    expect(readdirSync(folder())).toEqual([]);
  });

  it("logs out of a grant that it must not read", async () => {
    grant();
    chmodSync(grantFile(), 0o644);
    expect(await run("logout")).toMatchObject({ code: 1, stderr: expect.stringContaining("chmod 600") });
    expect(readdirSync(folder())).toEqual([]);
  });

  it("explains itself, and says what it does not understand", async () => {
    expect(await run("--version")).toMatchObject({ code: 0, stdout: "1.2.3\n" });
    expect((await run("--help")).stdout).toContain("ACME_PAY_MCP_URL");
    expect(await run("--nope")).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("--help") });
  });

  it("takes the endpoint from the environment", async () => {
    const adapter = start(["status"], { ACME_PAY_MCP_URL: "https://other.example.com/mcp" });
    await adapter.ended;
    expect(adapter.stdout()).toContain("Endpoint: https://other.example.com/mcp");
  });
});

it("imports nothing but Node, its own files, the rule about addresses and the client part of the SDK", () => {
  const files = globSync("*.ts", { cwd: import.meta.dirname }).filter((file) => !/(\.test|^fixture)\.ts$/.test(file));
  const targets = files.flatMap((file) =>
    [...readFileSync(join(import.meta.dirname, file), "utf8").matchAll(/(?:\bfrom |\bimport\()"([^"]+)"/g)].map(
      ([, to]) => to,
    ),
  );
  expect(targets).toContain("@modelcontextprotocol/client");
  expect(
    targets.filter(
      (to) => !/^(node:|\.\/[\w-]+\.ts$|\.\.\/safe-address\.ts$|@modelcontextprotocol\/client$)/.test(to ?? ""),
    ),
  ).toEqual([]);
});
