/** Vauchflow over PostgreSQL: two servers, and commands from a shell, on one database. */
import { join } from "node:path";
import { startVauchflow } from "@toolspec/example-vauchflow";
import { server } from "@toolspec/generated/vauchflow";
import { composeGateway, defaultSettings, Secret } from "@toolspec/runtime";
import { serveHttp } from "@toolspec/runtime/http";
import { describe, expect, it, onTestFinished } from "vitest";
import { needsPostgres, newDatabase } from "../postgres/database.ts";
import { toolspec } from "../shell.ts";
import { openWire } from "../wire.ts";

const root = join(import.meta.dirname, "../..");

/** Run a command on the database. @returns what it printed to stdout */
async function command(databaseUrl: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await toolspec(args, { cwd: root, env: { DATABASE_URL: databaseUrl } });
  expect(code, stderr).toBe(0);
  return stdout;
}

describe("Vauchflow on PostgreSQL", () => {
  needsPostgres();

  it("lets two servers answer the key that a command made, and refuse it once another one revoked it", async () => {
    const databaseUrl = await newDatabase();
    const logged: string[] = [];
    const [one, two] = [await start(databaseUrl, logged), await start(databaseUrl, logged)];
    const made = ["keys", "create", "specs/vauchflow", "--kind", "agent", "--name", "a", "--scope", "CAMPAIGN_READ"];
    const { key, id } = JSON.parse(await command(databaseUrl, ...made, "--json"));
    const credential = (text: string) => ({ "x-api-key": text });
    const call = async (url: string) => (await openWire({ url, key, credential }).call("list_campaigns")).status;
    expect([await call(one), await call(two)]).toEqual([200, 200]);
    await command(databaseUrl, "keys", "revoke", "specs/vauchflow", id);
    await expect.poll(async () => [await call(one), await call(two)]).toEqual([401, 401]);
    const verified = JSON.parse(await command(databaseUrl, "audit", "verify", "specs/vauchflow", "--json"));
    // Two commands and two calls; refusals are on record too.
    expect(verified).toMatchObject({ findings: [] });
    expect(verified.entries).toBeGreaterThanOrEqual(4);
    const listed = await command(databaseUrl, "audit", "list", "specs/vauchflow", "--json");
    for (const text of [logged.join(""), listed]) expect(text).not.toContain(new URL(databaseUrl).password);
  }, 60_000);
});

async function start(databaseUrl: string, logged: string[]): Promise<string> {
  const [serviceKey, identitySecret] = ["vf_sk_upstream-service-key", "an identity secret of 32 bytes or more"];
  const upstream = await startVauchflow({ port: 0, host: "127.0.0.1", serviceKey, identitySecret });
  const house = await composeGateway({
    server,
    settings: { ...defaultSettings, databaseUrl: new Secret(databaseUrl), logLevel: "debug" },
    variables: {
      VAUCHFLOW_API_URL: upstream.url,
      VAUCHFLOW_API_KEY: serviceKey,
      VAUCHFLOW_IDENTITY_SECRET: identitySecret,
    },
    writeLog: (line) => logged.push(line),
  });
  const http = await serveHttp(house.gateway, { ...house.ports, host: "127.0.0.1", port: 0 });
  onTestFinished(async () => {
    await http.close();
    await house.close();
    await upstream.close();
  });
  return http.url;
}
