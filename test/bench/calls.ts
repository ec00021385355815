/**
 * Calls per second and CPU per call: the whole server (key, scope, validation, durable audit, signed identity) beside a
 * bare node:http + undici forwarder that parses nothing, in the same run, over the same upstream.
 *
 * Every contender is a process of its own; rounds are interleaved and medians taken, because machines are shared and noisy.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Pool } from "undici";

const connections = 64;
const rounds = 5;
const warmupSeconds = 1;
const sampleSeconds = 3;

interface Contender {
  readonly name: string;
  readonly child: ChildProcess;
  readonly url: URL;
  readonly headers: Record<string, string>;
  /** The request body for a JSON-RPC id. */
  readonly body: (id: number) => string;
}

interface Sample {
  readonly callsPerSecond: number;
  /** User and system time of the contender's process. */
  readonly cpuMicrosPerCall: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** What a good answer must hold; the upstream gives it only for the right request. */
const marker = "550e8400-e29b-41d4-a716-446655440000";

export async function benchCalls(): Promise<void> {
  const upstream = await start("upstream.ts", {});
  const upstreamUrl = upstream.ready.url;
  const bare = await start("bare.ts", { UPSTREAM: upstreamUrl });
  const ours = await start("ours.ts", { UPSTREAM: upstreamUrl });
  const legacy = (id: number) =>
    JSON.stringify({
      jsonrpc: "2.0",
      id,
      method: "tools/call",
      params: { name: "list_campaigns", arguments: { limit: 20 } },
    });
  const modern = (id: number) =>
    JSON.stringify({
      jsonrpc: "2.0",
      id,
      method: "tools/call",
      params: {
        name: "list_campaigns",
        arguments: { limit: 20 },
        _meta: {
          "io.modelcontextprotocol/protocolVersion": "2026-07-28",
          "io.modelcontextprotocol/clientCapabilities": {},
          "io.modelcontextprotocol/clientInfo": { name: "bench", version: "1" },
        },
      },
    });
  const json = { "content-type": "application/json", accept: "application/json, text/event-stream" };
  const contenders: readonly Contender[] = [
    { name: "bare undici forwarder", child: bare.child, url: new URL(bare.ready.url), headers: json, body: legacy },
    {
      name: "toolspec, 2025-11-25",
      child: ours.child,
      url: new URL(ours.ready.url),
      headers: { ...json, "x-api-key": ours.ready.key, "mcp-protocol-version": "2025-11-25" },
      body: legacy,
    },
    {
      name: "toolspec, 2026-07-28",
      child: ours.child,
      url: new URL(ours.ready.url),
      headers: {
        ...json,
        "x-api-key": ours.ready.key,
        "mcp-protocol-version": "2026-07-28",
        "mcp-method": "tools/call",
        "mcp-name": "list_campaigns",
      },
      body: modern,
    },
  ];
  try {
    const samples = new Map<Contender, Sample[]>(contenders.map((contender) => [contender, []]));
    for (const contender of contenders) await measure(contender, warmupSeconds);
    for (let round = 0; round < rounds; round++) {
      for (const contender of round % 2 === 0 ? contenders : [...contenders].reverse()) {
        samples.get(contender)?.push(await measure(contender, sampleSeconds));
      }
    }
    report(samples);
  } finally {
    for (const { child } of [upstream, bare, ours]) child.kill();
  }
}

async function start(
  file: string,
  env: Record<string, string>,
): Promise<{ child: ChildProcess; ready: { url: string; key: string } }> {
  const child = fork(join(import.meta.dirname, "contenders", file), { env: { ...process.env, ...env } });
  const [ready] = (await once(child, "message")) as [{ url: string; key: string }];
  return { child, ready };
}

async function measure(contender: Contender, seconds: number): Promise<Sample> {
  const { url, headers, body } = contender;
  const pool = new Pool(url.origin, { connections, pipelining: 1 });
  const latencies: number[] = [];
  const before = await cpuMicros(contender.child);
  const startedMs = performance.now();
  const endMs = startedMs + seconds * 1000;
  let id = 0;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < endMs) {
        const sentMs = performance.now();
        const reply = await pool.request({ method: "POST", path: url.pathname, headers, body: body(++id) });
        const text = await reply.body.text();
        if (reply.statusCode !== 200 || !text.includes(marker))
          throw new Error(`${contender.name} answered ${reply.statusCode}: ${text.slice(0, 300)}`);
        latencies.push(performance.now() - sentMs);
      }
    }),
  );
  const elapsedSeconds = (performance.now() - startedMs) / 1000;
  const cpu = (await cpuMicros(contender.child)) - before;
  await pool.close();
  latencies.sort((a, b) => a - b);
  const quantile = (q: number) => latencies[Math.floor((latencies.length - 1) * q)] ?? Number.NaN;
  return {
    callsPerSecond: latencies.length / elapsedSeconds,
    cpuMicrosPerCall: cpu / latencies.length,
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
  };
}

async function cpuMicros(child: ChildProcess): Promise<number> {
  child.send("cpu");
  const [usage] = (await once(child, "message")) as [NodeJS.CpuUsage];
  return usage.user + usage.system;
}

function report(samples: ReadonlyMap<Contender, readonly Sample[]>): void {
  const median = (values: readonly number[]) =>
    [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
  const rows = [...samples].map(([{ name }, taken]) => ({
    name,
    calls: median(taken.map((sample) => sample.callsPerSecond)),
    cpu: median(taken.map((sample) => sample.cpuMicrosPerCall)),
    p50: median(taken.map((sample) => sample.p50Ms)),
    p99: median(taken.map((sample) => sample.p99Ms)),
  }));
  const base = rows[0];
  if (base === undefined) return;
  console.log(
    `\nCalls: ${connections} connections, GET tool, medians of ${rounds} interleaved rounds of ${sampleSeconds} s\n`,
  );
  console.log("| | calls/s | CPU µs/call | CPU × bare | p50 ms | p99 ms |\n|---|--:|--:|--:|--:|--:|");
  for (const { name, calls, cpu, p50, p99 } of rows) {
    console.log(
      `| ${name} | ${calls.toFixed(0)} | ${cpu.toFixed(0)} | ${(cpu / base.cpu).toFixed(1)} | ${p50.toFixed(1)} | ${p99.toFixed(1)} |`,
    );
  }
}
