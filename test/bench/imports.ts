/**
 * What 1,000 rows cost on their way through: `import_affiliates` through the server beside the same request, co-signed by
 * hand, sent to the upstream directly. Rows are new in every request, so that each is really imported; the two take turns.
 */

import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { seedIds } from "@toolspec/example-rekomi";
import { sign } from "@toolspec/runtime/relay";
import { Pool } from "undici";

const rowsPerRequest = 1000;
const rounds = 60;
const warmupRounds = 10;

export async function benchImports(): Promise<void> {
  const relaySecret = randomBytes(32).toString("base64url");
  const token = `rk_mcp_${randomBytes(32).toString("base64url")}`;
  const upstream = await start("rekomi-upstream.ts", { RELAY_SECRET: relaySecret, TOKEN: token });
  const ours = await start("rekomi-ours.ts", { RELAY_SECRET: relaySecret, UPSTREAM: upstream.url });
  const upstreamPool = new Pool(upstream.url);
  const oursUrl = new URL(ours.url);
  const oursPool = new Pool(oursUrl.origin);
  const authorization = `Bearer ${token}`;
  const json = { "content-type": "application/json", accept: "application/json, text/event-stream" };

  async function directly(given: object): Promise<string> {
    const target = `/api/v1/campaigns/${seedIds.mainCampaign}/imports/affiliates`;
    const body = Buffer.from(JSON.stringify(given));
    const atSeconds = Math.floor(Date.now() / 1000);
    const identity = sign({ secret: relaySecret, method: "POST", target, body, atSeconds });
    const headers = { ...json, authorization, "x-rekomi-mcp-identity": identity };
    const reply = await upstreamPool.request({ method: "POST", path: target, headers, body });
    return reply.body.text();
  }

  async function throughTheServer(given: object): Promise<string> {
    const params = { name: "import_affiliates", arguments: { campaignId: seedIds.mainCampaign, ...given } };
    const headers = { ...json, authorization, "mcp-protocol-version": "2025-11-25" };
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params });
    const reply = await oursPool.request({ method: "POST", path: oursUrl.pathname, headers, body });
    return reply.body.text();
  }

  const ways = { directly, "through the server": throughTheServer };
  const taken: Record<keyof typeof ways, number[]> = { directly: [], "through the server": [] };
  try {
    for (let round = 0; round < warmupRounds + rounds; round++) {
      const order = Object.keys(ways) as (keyof typeof ways)[];
      for (const way of round % 2 === 0 ? order : order.reverse()) {
        const given = { affiliates: rows(`${way === "directly" ? "d" : "s"}${round}`) };
        const startedMs = performance.now();
        const text = await ways[way](given);
        const elapsedMs = performance.now() - startedMs;
        if (!text.replaceAll("\\", "").includes(`"imported":${rowsPerRequest}`))
          throw new Error(`${way}: ${text.slice(0, 400)}`);
        if (round >= warmupRounds) taken[way].push(elapsedMs);
      }
    }
  } finally {
    await Promise.all([upstreamPool.close(), oursPool.close()]);
    upstream.child.kill();
    ours.child.kill();
  }
  const median = (values: readonly number[]) =>
    [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
  const [base, behind] = [median(taken.directly), median(taken["through the server"])];
  console.log(
    `\nimport_affiliates: ${rowsPerRequest} new rows a request, one connection, p50 of ${rounds} requests each\n`,
  );
  console.log("| | p50 ms | × direct |\n|---|--:|--:|");
  console.log(`| the upstream, directly | ${base.toFixed(1)} | 1.00 |`);
  console.log(`| through the server | ${behind.toFixed(1)} | ${(behind / base).toFixed(2)} |`);
}

function rows(label: string): readonly object[] {
  return Array.from({ length: rowsPerRequest }, (_, index) => ({
    email: `affiliate-${label}-${index}@example.com`,
    fullName: `Affiliate ${label} ${index}`,
    status: "approved",
    slug: `bench-${label}-${index}`,
  }));
}

async function start(file: string, env: Record<string, string>) {
  const child = fork(join(import.meta.dirname, "contenders", file), { env: { ...process.env, ...env } });
  const [ready] = (await once(child, "message")) as [{ url: string }];
  return { child, url: ready.url };
}
