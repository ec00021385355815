import { randomBytes } from "node:crypto";
import { type Role, seedIds, startRekomi } from "@toolspec/example-rekomi";
import { server as rekomi } from "@toolspec/generated/rekomi";
import { composeGateway, defaultSettings, mintToken, systemClock, systemRandom } from "@toolspec/runtime";
import { serveHttp } from "@toolspec/runtime/http";
import type { RunningSystem, SystemOptions } from "./system.ts";

/** Rekomi: connection tokens that both sides know, and an upstream that takes them through this server's co-signature alone. */
export async function startRekomiSystem({ port }: SystemOptions): Promise<RunningSystem> {
  const relaySecret = randomBytes(32).toString("base64url");
  const upstream = await startRekomi({ port: 0, host: "127.0.0.1", relaySecrets: [{ secret: relaySecret }] });
  const house = await composeGateway({
    server: rekomi,
    settings: { ...defaultSettings, data: ":memory:", logLevel: "warn", logFormat: "pretty" },
    variables: { REKOMI_API_URL: upstream.url, REKOMI_RELAY_SECRET: relaySecret },
  });
  const http = await serveHttp(house.gateway, { ...house.ports, host: "127.0.0.1", port }).catch(
    async (error: unknown) => {
      await Promise.all([house.close(), upstream.close()]);
      throw error;
    },
  );

  const mint = async (organization: string, role: Role, name: string) => {
    const { token, record } = mintToken({
      server: rekomi,
      tenant: organization,
      name,
      owner: `owner@${organization}.example`,
      clock: systemClock,
      random: systemRandom,
    });
    await house.store.tokens.insert(record);
    upstream.registerToken({ credential: { token: token.reveal() }, organization, role, emailVerified: true, name });
    return { id: record.id, headers: { Authorization: `Bearer ${token.reveal()}` } };
  };
  const owner = await mint("acme", "owner", "demo laptop");
  const member = await mint("acme", "member", "demo member");
  const starter = await mint("starter", "owner", "demo on the Starter plan");
  const revoked = await mint("acme", "owner", "demo, revoked");
  const suspended = await mint("globex", "owner", "demo, suspended");
  await house.store.tokens.revoke(revoked.id, systemClock.now());
  await house.store.tenants.suspend({
    tenant: "globex",
    suspendedAtMs: systemClock.now(),
    reason: "for the demonstration",
  });

  return {
    name: rekomi.name,
    title: rekomi.title,
    tools: rekomi.tools.length,
    mcp: http.url,
    upstream: upstream.url,
    credentials: {
      owner: { headers: owner.headers, note: "an owner on the Pro plan: everything" },
      member: { headers: member.headers, note: "a member: reads, and writes are refused" },
      starter: { headers: starter.headers, note: "an owner on the Starter plan: some tools ask for a higher one" },
      revoked: { headers: revoked.headers, note: "revoked" },
      suspended: { headers: suspended.headers, note: "of a suspended account" },
    },
    read: { tool: "list_affiliates", arguments: {} },
    write: {
      tool: "approve_affiliate",
      arguments: { id: seedIds.ines },
      dryRun: { id: seedIds.ines, dry_run: true },
    },
    async close() {
      await http.close();
      await house.close();
      await upstream.close();
    },
  };
}
