import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { Secret } from "../call.ts";
import type { AnyUpstreamRequest, Relay, ServerDefinition } from "../codegen.ts";
import { createReplayCache, verify } from "../relay.ts";
import {
  call,
  callerKey,
  dryRun,
  failed,
  nowMs,
  relaySecret,
  reply,
  start,
  startRaw,
  tool,
  writeTool,
} from "./fixture.ts";
import { secretsOf, toUpstream } from "./upstream.ts";

const relay: Relay = { header: "X-Acme-Relay", secret: relaySecret };
const token = "acme_the-callers-own-token-as-it-came";
const server: Partial<ServerDefinition> = {
  relay,
  auth: [{ kind: "token", prefix: "acme_", validation: "delegated", grants: [] }],
};
const credentials = { kind: "forward" } as const;
const forward = { server, credentials };

/** A call of somebody with a token. */
function tokenCall(changes: Parameters<typeof call>[0] = {}) {
  const made = call(changes);
  return { ...made, caller: { ...made.caller, kind: "token", credential: new Secret(token) } };
}

/** Verify the bytes that arrived as a backend would, nothing parsed beyond the message's own frame. */
function verifyRaw(raw: string, options: Partial<Parameters<typeof verify>[0]> = {}) {
  const end = raw.indexOf("\r\n\r\n");
  const [line = "", ...fields] = raw.slice(0, end).split("\r\n");
  const [method = "", target = ""] = line.split(" ");
  const headers = fields.flatMap((field) => /^x-acme-relay: (.*)$/i.exec(field)?.[1] ?? []);
  return verify({
    method,
    target,
    body: Buffer.from(raw.slice(end + 4), "latin1"),
    header: headers.length === 1 ? headers[0] : headers,
    secrets: [{ secret: relaySecret }],
    nowSeconds: nowMs / 1000,
    ...options,
  });
}

const accepted = { ok: true, atSeconds: nowMs / 1000 };

describe("a co-signing forwarder", () => {
  it.each([
    [
      "a short secret",
      { secret: "too short" },
      "X-Acme-Relay cannot be signed. The relay secret must have at least 32 bytes.",
    ],
    ["an empty secret", { secret: "" }, "at least 32 bytes"],
    ["a key id with a comma", { keyId: "a,b" }, "key id"],
    [
      "a header that holds the credential",
      { header: "authorization" },
      "cannot hold a credential and the co-signature",
    ],
  ])("does not start with %s", (_what, changes, message) => {
    const act = () =>
      start("http://127.0.0.1:9", { ...forward, server: { ...server, relay: { ...relay, ...changes } } });
    expect(act).toThrow(
      expect.objectContaining({ name: "UpstreamSettingError", message: expect.stringContaining(message) }),
    );
    expect(act).toThrow(expect.objectContaining({ message: expect.not.stringContaining("too short") }));
  });

  it("lets no tool set the header of the co-signature or of the token", async () => {
    const { url, requests } = await startRaw(reply(200, {}));
    const { send } = start(url, forward);
    for (const name of ["x-acme-relay", "X-ACME-RELAY", "Authorization"]) {
      const request: AnyUpstreamRequest = { method: "get", path: "/v1/x", headers: { [name]: "x" } };
      expect(failed(await send(tokenCall({ request }))).code).toBe("internal");
    }
    expect(requests).toHaveLength(0);
  });

  it.each<[string, AnyUpstreamRequest]>([
    ["no body", { method: "get", path: "/v1/x" }],
    ["a query", { method: "get", path: "/v1/x", query: { b: ["2", "é +&"], a: "" } }],
    ["an encoded path", { method: "delete", path: "/v1/{id}", params: { id: "a b%c" } }],
    ["JSON", { method: "post", path: "/v1/x", body: { note: "Zoë 🎟" } }],
    ["a form", { method: "post", path: "/v1/x", contentType: "application/x-www-form-urlencoded", body: { a: "é b" } }],
    ["parts", { method: "post", path: "/v1/x", contentType: "multipart/form-data", body: { a: "é" } }],
  ])("signs the very bytes it sends: %s", async (_what, request) => {
    const { url, requests } = await startRaw(reply(200, {}));
    await start(`${url}/api`, forward).send(tokenCall({ tool: writeTool(), request }));
    expect(requests[0]).toContain(" /api/v1/");
    expect(verifyRaw(requests[0] as string)).toEqual(accepted);
  });

  it("signs a dry run with its flag", async () => {
    const { url, requests } = await startRaw(reply(200, {}));
    await start(url, forward).send(tokenCall({ tool: writeTool(), decision: dryRun }));
    expect(requests[0]).toContain("dry_run=true");
    expect(verifyRaw(requests[0] as string)).toEqual(accepted);
  });

  it("sends the token unchanged beside it", async () => {
    const { url, requests } = await startRaw(reply(200, {}));
    await start(url, forward).send(tokenCall());
    expect(requests[0]).toContain(`\r\nAuthorization: Bearer ${token}\r\n`);
    expect(requests[0]?.match(/authorization/gi)).toHaveLength(1);
  });

  it("sends an API key in its own header beside it, where the server takes both", async () => {
    const { url, requests } = await startRaw(reply(200, {}));
    const key = { kind: "apiKey", header: "X-API-Key", kinds: { agent: { prefix: "vf_ak_" } } } as const;
    await start(url, { credentials, server: { relay, auth: [...(server.auth ?? []), key] } }).send(call());
    expect(requests[0]).toContain(`\r\nX-API-Key: ${callerKey}\r\n`);
    expect(requests[0]).not.toContain("Authorization");
    expect(verifyRaw(requests[0] as string)).toEqual(accepted);
  });

  it("co-signs beside any other credentials", async () => {
    const { url, requests } = await startRaw(reply(200, {}));
    await start(url, { server }).send(call());
    expect(verifyRaw(requests[0] as string)).toEqual(accepted);
  });

  it("names its secret to a backend that is rotating", async () => {
    const { url, requests } = await startRaw(reply(200, {}));
    await start(url, { credentials, server: { ...server, relay: { ...relay, keyId: "k2" } } }).send(tokenCall());
    expect(requests[0]).toContain(",kid=k2\r\n");
    const secrets = [
      { id: "k1", secret: "the-previous-secret-of-at-least-32-bytes" },
      { id: "k2", secret: relaySecret },
    ];
    expect(verifyRaw(requests[0] as string, { secrets })).toEqual({ ...accepted, keyId: "k2" });
  });

  it("sends no key id where the variable that names it is empty", async () => {
    const { url, requests } = await startRaw(reply(200, {}));
    await start(url, { credentials, server: { ...server, relay: { ...relay, keyId: "" } } }).send(tokenCall());
    expect(requests[0]).not.toContain("kid=");
  });

  it("never sends a signature twice, so that equal calls are no replays", async () => {
    const { url, requests } = await startRaw(reply(200, {}));
    const { send } = start(url, forward);
    for (let turn = 0; turn < 3; turn += 1) await send(tokenCall());
    const replays = createReplayCache();
    expect(requests.map((raw) => verifyRaw(raw, { replays }).ok)).toEqual([true, true, true]);
    expect(verifyRaw(requests[0] as string, { replays })).toEqual({ ok: false, reason: "replayed" });
  });

  it("signs anew when it sends again over a fresh connection", async () => {
    const used = new Set<Socket>();
    const { url, requests } = await startRaw((socket) => {
      if (used.has(socket)) socket.destroy();
      else socket.write(reply(200, {}));
      used.add(socket);
    });
    const { send } = start(url, { ...forward, limits: { connectionsMax: 1 } });
    await send(tokenCall());
    const request: AnyUpstreamRequest = { method: "get", path: "/v1/again" };
    expect((await send(tokenCall({ request }))).kind).toBe("succeeded");
    const [, first = "", second = ""] = requests;
    expect([first, second].map((raw) => raw.split(" ")[1])).toEqual(["/v1/again", "/v1/again"]);
    const replays = createReplayCache();
    expect([first, second].map((raw) => verifyRaw(raw, { replays }).ok)).toEqual([true, true]);
  });
});

describe("what nobody may see", () => {
  it.each([200, 400, 401, 500])("is taken out of a reply that repeats it: %s", async (status) => {
    let received = "";
    const { url, requests } = await startRaw((socket) => {
      received = requests.at(-1) as string;
      const header = /X-Acme-Relay: (.*)\r\n/.exec(received)?.[1] ?? "";
      const signature = /v1=([0-9a-f]+)/.exec(header)?.[1];
      const message = `got ${header}, wanted ${signature} with ${relaySecret} for Bearer ${token}`;
      socket.write(reply(status, { error: { code: "mcp_relay_invalid", message }, message }));
    });
    const { send, log } = start(url, forward);
    const outcome = await send(tokenCall());
    const signature = /v1=([0-9a-f]+)/.exec(received)?.[1] as string;
    const seen = JSON.stringify([
      outcome,
      log,
      outcome.kind === "failed" && [outcome.error.message, outcome.error.meta],
    ]);
    for (const hidden of [signature, relaySecret, token]) expect(seen).not.toContain(hidden);
  });

  it("is not in a plan", () => {
    const { plan } = start("http://127.0.0.1:9", forward);
    const planned = JSON.stringify(plan(tokenCall({ tool: writeTool({ dryRun: "plan" }) })));
    expect(planned).not.toMatch(/relay|Authorization|v1=/i);
  });

  it("is not in what an operator is told when nobody answers", async () => {
    const { url } = await startRaw((socket) => socket.destroy());
    const { send, log } = start(url, forward);
    const outcome = await send(tokenCall({ tool: tool() }));
    expect(JSON.stringify([outcome, failed(outcome).message, log])).not.toMatch(/v1=|acme_|relay-secret/);
  });

  it("includes the secret, which the log takes out wherever it stands", () => {
    const upstream = toUpstream({ url: "http://127.0.0.1:9", credentials, relay });
    expect(secretsOf(upstream).map((secret) => secret.reveal())).toEqual([relaySecret]);
    expect(JSON.stringify(upstream)).not.toContain(relaySecret);
  });
});
