/** The co-signature as a backend in another language verifies it: the same vectors, and requests of the real forwarder. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { server } from "@toolspec/generated/rekomi";
import { composeGateway, defaultSettings, mintToken, systemClock, systemRandom } from "@toolspec/runtime";
import { serveHttp } from "@toolspec/runtime/http";
import { expect, it, onTestFinished } from "vitest";
import { startRecordingProxy } from "./recording-proxy.ts";
import { verifies } from "./requirements.ts";
import { openWire } from "./wire.ts";

const folder = join(import.meta.dirname, "../examples/relay-verify");
const secret = "a secret that only relay and backend know";

it("passes every vector in Python too, with its standard library alone", async () => {
  const { vectors } = JSON.parse(readFileSync(join(import.meta.dirname, "vectors/relay.json"), "utf8"));
  const ran = await promisify(execFile)("python3", ["-I", "-c", runVectors], { cwd: folder }).catch((error: Error) => {
    throw new Error(`python3 is needed for this test: ${error.message}`, { cause: error });
  });
  expect(ran.stderr).toMatch(new RegExp(`^Ran ${vectors.length} tests in [^\\n]*\\n\\nOK$`, "m"));
}, 30_000);

/** Isolated (-I) leaves the working directory out of the path: it is put there, and nothing else but the library. */
const runVectors = 'import sys; sys.path.insert(0, "."); import unittest; unittest.main("test_vectors")';

async function startBackend(): Promise<string> {
  const env = { ...process.env, RELAY_SECRET: secret, RELAY_HEADER: "X-Rekomi-MCP-Identity" };
  const child: ChildProcess = spawn("python3", ["backend.py", "0"], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "ignore"],
  });
  onTestFinished(() => void child.kill());
  const [line] = (await once(child.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
  return line.toString().trim();
}

verifies(
  ["rekomi:relay-text", "rekomi:relay-tampering", "rekomi:relay-replay"],
  "is accepted by a backend in Python as it was sent, and refused when anything was changed on the way or it is sent again",
  async () => {
    const backend = await startBackend();
    const proxy = await startRecordingProxy(backend);
    const house = await composeGateway({
      server,
      settings: { ...defaultSettings, data: ":memory:", logLevel: "error" },
      variables: { REKOMI_API_URL: proxy.url, REKOMI_RELAY_SECRET: secret },
    });
    const http = await serveHttp(house.gateway, { ...house.ports, port: 0 });
    onTestFinished(async () => {
      await http.close();
      await house.close();
    });
    const names = { tenant: "acme", name: "test", owner: "ada" };
    const { token, record } = mintToken({ server, ...names, clock: systemClock, random: systemRandom });
    await house.store.tokens.insert(record);
    const wire = openWire({
      url: http.url,
      key: token.reveal(),
      credential: (key) => ({ authorization: `Bearer ${key}` }),
    });
    const lead = { affiliateSlug: "mara", email: "lead@example.com", name: "Zoë" };

    const accepted = await wire.call("record_lead", lead);
    expect(accepted.inner, accepted.text).toMatchObject({ method: "POST", path: "/api/v1/leads" });
    const read = await wire.call("list_conversions", { since: "2026-01-01T00:00:00Z", take: 7 });
    expect(read.inner.path).toContain("/api/v1/conversions?");

    const [sent] = proxy.seen;
    const again = await fetch(`${backend}${sent?.target}`, {
      method: "POST",
      headers: { "x-rekomi-mcp-identity": String(sent?.headers["x-rekomi-mcp-identity"]) },
      body: new Uint8Array(sent?.body ?? []),
    });
    expect(again.status).toBe(401);

    const changes: Record<string, NonNullable<typeof proxy.tamper>> = {
      body: (request) => ({ ...request, body: Buffer.from(request.body.toString().replace("Zo", "zo")) }),
      method: (request) => ({ ...request, method: "PUT" }),
      path: (request) => ({ ...request, target: "/api/v1/campaigns" }),
      query: (request) => ({ ...request, target: `${request.target}?dry=1` }),
      signature: (request) => ({
        ...request,
        headers: {
          ...request.headers,
          "x-rekomi-mcp-identity": `t=${Math.floor(Date.now() / 1000)},v1=${"0".repeat(64)}`,
        },
      }),
    };
    for (const [what, tamper] of Object.entries(changes)) {
      proxy.tamper = tamper;
      const refused = await wire.call("record_lead", lead);
      expect(refused.json.result.isError, what).toBe(true);
      expect(refused.inner.error, what).toMatchObject({ status: 401, code: "relay_invalid" });
    }
  },
  30_000,
);
