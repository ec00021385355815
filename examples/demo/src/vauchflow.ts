import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startVauchflow } from "@toolspec/example-vauchflow";
import { server as vauchflow } from "@toolspec/generated/vauchflow";
import { composeGateway, defaultSettings, mintKey, type Secret, systemClock, systemRandom } from "@toolspec/runtime";
import { createConsoleSite, hashPassword } from "@toolspec/runtime/console";
import { serveHttp } from "@toolspec/runtime/http";
import type { RunningSystem, SystemOptions } from "./system.ts";

const tenant = "acme";

/** Vauchflow: API keys with scopes, an upstream that trusts this server alone. */
export async function startVauchflowSystem({ port }: SystemOptions): Promise<RunningSystem> {
  const serviceKey = randomBytes(24).toString("base64url");
  const identitySecret = randomBytes(32).toString("base64url");
  const upstream = await startVauchflow({ port: 0, host: "127.0.0.1", serviceKey, identitySecret });
  // A file, because operators decide in another process, and for this run alone.
  const folder = await mkdtemp(join(tmpdir(), "toolspec-demo-"));
  const data = join(folder, "vauchflow.sqlite");
  const house = await composeGateway({
    server: vauchflow,
    settings: { ...defaultSettings, data, logLevel: "warn", logFormat: "pretty" },
    variables: {
      VAUCHFLOW_API_URL: upstream.url,
      VAUCHFLOW_API_KEY: serviceKey,
      VAUCHFLOW_IDENTITY_SECRET: identitySecret,
    },
  });
  const end = async () => {
    await house.close();
    await upstream.close();
    await rm(folder, { recursive: true, force: true });
  };
  const site = createConsoleSite(house);
  const http = await serveHttp(house.gateway, { ...house.ports, host: "127.0.0.1", port, ...(site && { site }) }).catch(
    async (error: unknown) => {
      await end();
      throw error;
    },
  );

  const mint = async (
    kindName: string,
    name: string,
    scopes: readonly string[],
  ): Promise<{ key: Secret; id: string }> => {
    const minted = mintKey({
      server: vauchflow,
      kindName,
      tenant,
      name,
      scopes,
      clock: systemClock,
      random: systemRandom,
    });
    await house.store.keys.insert(minted.record);
    return { key: minted.key, id: minted.record.id };
  };
  // Whoever started this may decide everything, also on policies.
  const operator = { name: "ana", password: randomBytes(9).toString("base64url") };
  await house.store.operators.insert({
    server: vauchflow.name,
    name: operator.name,
    role: "admin",
    passwordHash: await hashPassword(operator.password),
    createdAtMs: systemClock.now(),
  });
  const credential = ({ key }: { key: Secret }, note: string) => ({ headers: { "X-API-Key": key.reveal() }, note });
  const scopes = Object.keys(vauchflow.scopes);
  const revoked = await mint("agent", "revoked", scopes);
  await house.store.keys.revoke(revoked.id, systemClock.now());

  return {
    name: vauchflow.name,
    title: vauchflow.title,
    tools: vauchflow.tools.length,
    mcp: http.url,
    upstream: upstream.url,
    credentials: {
      agent: credential(await mint("agent", "demo agent", scopes), "all scopes"),
      readonly: credential(
        await mint(
          "agent",
          "demo reader",
          scopes.filter((scope) => /READ$|VALIDATE$/.test(scope)),
        ),
        "read scopes only",
      ),
      secret: credential(await mint("secret", "demo backend", []), "bypasses scopes and approval"),
      publishable: {
        headers: { "X-API-Key": `vf_pk_${randomBytes(24).toString("base64url")}` },
        note: "refused at this endpoint",
      },
      revoked: credential(revoked, "revoked"),
    },
    operator: { specs: "specs/vauchflow", data, console: new URL("/console", http.url).href, ...operator },
    read: { tool: "list_campaigns", arguments: {} },
    write: {
      tool: "create_customer",
      arguments: { external_ref: "demo-1", email: "ada@example.com" },
      dryRun: { external_ref: "demo-2", email: "ada@example.com", dry_run: true },
    },
    async close() {
      await http.close();
      await end();
    },
  };
}
