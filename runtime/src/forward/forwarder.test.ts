import { createHmac } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { type ClearedCall, type Outcome, Secret } from "../call.ts";
import {
  type AnyUpstreamRequest,
  type Credentials,
  type DryRunParameter,
  defineTool,
  type ServerDefinition,
  type Tool,
} from "../codegen.ts";
import type { Logger } from "../ports.ts";
import { createForwarder, type ForwarderOptions } from "./forwarder.ts";
import { toUpstream } from "./upstream.ts";

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const serviceSecret = "service-secret-1234567890";
const identitySecret = "identity-secret-of-32-bytes-or-more";
const callerKey = "vf_ak_the-callers-own-key";
const callId = "00000000-0000-4000-8000-000000000001";
const nowMs = Date.UTC(2026, 0, 1);

/** A server that answers each request with these bytes, or does with the socket what it likes. */
async function startRaw(answer: string | Buffer | ((socket: Socket) => void)) {
  const requests: string[] = [];
  const server = createServer((socket) => {
    open.push(async () => socket.destroy());
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      requests.push(chunk.toString("latin1"));
      if (typeof answer === "function") answer(socket);
      else socket.write(answer);
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  open.push(() => new Promise((resolve) => server.close(resolve)));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

function reply(status: number, body: unknown, headers: Record<string, string> = {}): string {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const all = { "content-type": "application/json", "content-length": String(Buffer.byteLength(text)), ...headers };
  return `HTTP/1.1 ${status} X\r\n${Object.entries(all)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("")}\r\n${text}`;
}

function start(
  url: string,
  changes: { credentials?: Credentials; server?: Partial<ServerDefinition> } & Partial<
    Omit<ForwarderOptions, "server">
  > = {},
) {
  const { credentials = { kind: "none" }, server, ...options } = changes;
  const log: { message: string; fields: unknown }[] = [];
  const write = (message: string, fields?: unknown) => void log.push({ message, fields });
  const logger: Logger = { debug: write, info: write, warn: write, error: write };
  const definition: ServerDefinition = {
    toolspec: 1,
    name: "vauchflow",
    title: "Vauchflow",
    version: "1.0.0",
    description: "Vouchers.",
    mcp: { path: "/v1/mcp" },
    upstream: { url, credentials, timeoutMs: 5000 },
    auth: [{ kind: "apiKey", header: "X-API-Key", kinds: { agent: { prefix: "vf_ak_" } } }],
    scopes: {},
    errors: {},
    dryRunParameter: { query: "dry_run" },
    manifest: new URL("file:///manifest"),
    tools: [],
    advertised: {},
    ...server,
  };
  const forwarder = createForwarder({
    server: definition,
    upstream: toUpstream({ url, credentials }),
    clock: { now: () => nowMs, monotonic: () => performance.now() },
    random: { uuid: () => callId, bytes: (length) => new Uint8Array(length) },
    logger,
    ...options,
  });
  open.push(() => forwarder.close());
  return { ...forwarder, log };
}

function tool(changes: Partial<Tool> = {}): Tool {
  const handler = () => ({ method: "get" as const, path: "/v1/x" });
  return {
    ...defineTool({
      name: "get_x",
      title: "X",
      description: "X.",
      access: "read",
      disposition: "auto",
      dryRun: "none",
      input: z.any(),
      handler,
    }),
    ...changes,
  };
}

const writeTool = (changes: Partial<Tool> = {}) =>
  tool({ name: "create_x", access: "write", dryRun: "forward", ...changes });
const writeRequest: AnyUpstreamRequest = { method: "post", path: "/v1/x", body: { a: 1 } };

function call(changes: Partial<ClearedCall> = {}): ClearedCall {
  const subject = changes.tool ?? tool();
  return {
    id: callId,
    atMs: nowMs,
    caller: {
      tenant: "acme",
      kind: "agent",
      id: "key_1",
      name: "Agent",
      scopes: new Set(["B", "A"]),
      bypasses: new Set(),
      credential: new Secret(callerKey),
    },
    era: "modern",
    client: {},
    toolName: subject.name,
    arguments: {},
    signal: new AbortController().signal,
    tool: subject,
    input: {},
    controls: { dryRun: changes.decision?.kind === "dry_run" },
    decision: { kind: "run", why: "test" },
    request: subject.access === "write" ? writeRequest : { method: "get", path: "/v1/x" },
    ...changes,
  } as ClearedCall;
}

const dryRun = { kind: "dry_run", how: "forward", insteadOf: "auto", why: "asked" } as const;

function failed(outcome: Outcome) {
  if (outcome.kind !== "failed") throw new Error(`expected a failure, got ${JSON.stringify(outcome)}`);
  return outcome.error;
}

const drip = (socket: Socket) => {
  socket.write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n");
  const timer = setInterval(() => socket.write(" "), 5);
  socket.on("close", () => clearInterval(timer));
};
const endless = (socket: Socket) => {
  socket.write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n");
  const chunk = `10000\r\n${" ".repeat(65_536)}\r\n`;
  const pour = () => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on("drain", pour);
  pour();
};
const halfThen =
  (end: (socket: Socket) => void, extra = "") =>
  (socket: Socket) => {
    socket.write(`HTTP/1.1 200 OK\r\n${extra}content-type: application/json\r\ncontent-length: 100\r\n\r\n{"a":`, () =>
      end(socket),
    );
  };
const gzipped = gzipSync("{}");
const gzipReply = Buffer.concat([
  Buffer.from(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: ${gzipped.length}\r\n\r\n`,
  ),
  gzipped,
]);

const faults = (
  [
    ["hangs before headers", () => {}, "upstream_timeout"],
    ["hangs within headers", (socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-"), "upstream_timeout"],
    ["drips its body", drip, "upstream_timeout"],
    ["ends without a byte", (socket) => socket.end(), "upstream_reset"],
    ["resets without a byte", (socket) => socket.resetAndDestroy(), "upstream_reset"],
    ["resets within the body", halfThen((socket) => setTimeout(() => socket.resetAndDestroy(), 20)), "upstream_reset"],
    ["ends within the body", halfThen((socket) => socket.end()), "upstream_malformed"],
    [
      "ends within the body as announced",
      halfThen((socket) => socket.end(), "connection: close\r\n"),
      "upstream_malformed",
    ],
    [
      "ends within a chunk",
      (socket) =>
        socket.end("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nff\r\n{"),
      "upstream_malformed",
    ],
    ["says less than its length", reply(200, '{"a":1}', { "content-length": "3" }), "upstream_invalid_json"],
    ["talks garbage", "SSH-2.0-OpenSSH_9.6\r\n\r\n", "upstream_malformed"],
    ["gives two lengths", reply(200, {}, { "Content-Length": "5" }), "upstream_malformed"],
    ["gives length and chunks", reply(200, {}, { "transfer-encoding": "chunked" }), "upstream_malformed"],
    ["gives a bad header", "HTTP/1.1 200 OK\r\nbad header\r\n\r\n", "upstream_malformed"],
    [
      "floods with interim replies",
      (socket) => socket.write("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(1000)),
      "upstream_malformed",
    ],
    [
      "sends headers without end",
      (socket) => socket.write(`HTTP/1.1 200 OK\r\n${"a: bbbbbbbbbbbbbbbbbbbb\r\n".repeat(2000)}`),
      "upstream_too_large",
    ],
    ["sends a body without end", endless, "upstream_too_large"],
    ["sends a huge body", reply(200, `"${" ".repeat(1_100_000)}"`), "upstream_too_large"],
    ["nests without end", reply(200, "[".repeat(5000) + "]".repeat(5000)), "upstream_too_large"],
    ["answers HTML", reply(200, "<html>", { "content-type": "text/html" }), "upstream_media_type"],
    ["answers without a media type", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}", "upstream_media_type"],
    [
      "answers in another charset",
      reply(200, {}, { "content-type": "application/json; charset=utf-16" }),
      "upstream_media_type",
    ],
    ["compresses", gzipReply, "upstream_media_type"],
    ["answers broken JSON", reply(200, '{"a":'), "upstream_invalid_json"],
    [
      "answers broken UTF-8",
      Buffer.from('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 4\r\n\r\n"\xff\xfe"', "latin1"),
      "upstream_invalid_json",
    ],
  ] as readonly (readonly [name: string, answer: string | Buffer | ((socket: Socket) => void), code: string])[]
).map(([name, answer, code]) => ({ name, answer, code }));

/** Milliseconds given to a faulty upstream, and within which the call must have ended. */
const [patienceMs, boundMs] = [150, 650];

describe("an upstream that", () => {
  it.each(faults)("$name costs a read one send and ends in $code", async ({ answer, code }) => {
    const { url, requests } = await startRaw(answer);
    const { send, log } = start(url);
    const startedMs = performance.now();
    const outcome = await send(call({ tool: tool({ timeoutMs: patienceMs }) }));
    expect(performance.now() - startedMs).toBeLessThan(boundMs);
    expect(failed(outcome).code).toBe(code);
    expect(outcome).toMatchObject({ exchange: { method: "GET", target: "/v1/x" } });
    expect(failed(outcome).message).not.toMatch(/undici|socket|terminated|UND_ERR|HPE_|ECONN|SyntaxError/i);
    expect(requests).toHaveLength(1);
    expect(log).toHaveLength(1);
  });

  it.each(faults)("$name leaves the outcome of a write unknown after one send", async ({ answer, code }) => {
    const { url, requests } = await startRaw(answer);
    const startedMs = performance.now();
    const error = failed(await start(url).send(call({ tool: writeTool({ timeoutMs: patienceMs }) })));
    expect(performance.now() - startedMs).toBeLessThan(boundMs);
    expect(error).toMatchObject({ code: "outcome_unknown", meta: { cause: code, retryable: false } });
    expect(requests).toHaveLength(1);
  });

  it.each(faults)("$name does not spoil the calls that follow", async ({ answer }) => {
    let isFaulty = true;
    const { url } = await startRaw((socket) => {
      if (!isFaulty) socket.write(reply(200, { fine: true }));
      else if (typeof answer === "function") answer(socket);
      else socket.write(answer);
    });
    const { send } = start(url, { limits: { connectionsMax: 1 } });
    await send(call({ tool: tool({ timeoutMs: 50 }) }));
    isFaulty = false;
    expect(await send(call())).toMatchObject({ kind: "succeeded", text: '{"fine":true}' });
  });

  it("does not listen is told apart: nothing was sent, so even a write may be repeated", async () => {
    const { url } = await startRaw("");
    for (const close of open.splice(0)) await close();
    const error = failed(await start(url).send(call({ tool: writeTool() })));
    expect(error.code).toBe("upstream_unreachable");
    expect(error.message).toContain("nothing was sent");
  });

  it("fails a dry run of a write is named as for a read, because nothing can have happened", async () => {
    const { url } = await startRaw((socket) => socket.end());
    expect(failed(await start(url).send(call({ tool: writeTool(), decision: dryRun }))).code).toBe("upstream_reset");
  });
});

describe("a reply that is no success", () => {
  const d5 = {
    error: { code: "voucher_expired", message: "The voucher\nexpired.", meta: { problems: [{ path: "code" }] } },
  };

  it.each([301, 302, 303, 304, 307, 308])("is never followed: %i", async (status) => {
    const elsewhere = await startRaw(reply(200, {}));
    const { url } = await startRaw(reply(status, "", { location: elsewhere.url }));
    const error = failed(await start(url).send(call()));
    expect(error).toMatchObject({ code: "upstream_redirect", meta: { status } });
    expect(error.message).not.toContain(elsewhere.url);
    expect(elsewhere.requests).toHaveLength(0);
  });

  it.each([400, 402, 404, 409, 410, 418, 422])("is the upstream's refusal in its own words: %i", async (status) => {
    const { url } = await startRaw(reply(status, d5));
    for (const subject of [tool(), writeTool()]) {
      const outcome = await start(url).send(call({ tool: subject }));
      expect(failed(outcome)).toMatchObject({
        code: "upstream_rejected",
        message: "The voucher expired.",
        meta: { status, upstreamCode: "voucher_expired", retryable: false, details: { problems: [{ path: "code" }] } },
      });
      expect(outcome).toMatchObject({ exchange: { status } });
    }
  });

  it("names the plan that a tool needs when the upstream asks for payment", async () => {
    const { url } = await startRaw(reply(402, { message: "Upgrade first." }));
    const error = failed(await start(url).send(call({ tool: tool({ plan: "Growth" }) })));
    expect(error).toMatchObject({
      message: "Upgrade first. This tool needs the Growth plan.",
      meta: { plan: "Growth" },
    });
  });

  it.each([
    ["HTML", reply(404, "<h1>secret stack</h1>", { "content-type": "text/html" })],
    ["broken JSON", reply(404, "{")],
    ["compressed", reply(404, "xx", { "content-encoding": "gzip" })],
    [
      "cut off",
      "HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncontent-length: 100\r\nconnection: close\r\n\r\n{",
    ],
    ["empty", reply(404, "")],
  ])("is still named by its status when its body is %s", async (_what, answer) => {
    const { url } = await startRaw((socket) =>
      answer.includes("connection: close") ? socket.end(answer) : socket.write(answer),
    );
    const error = failed(await start(url).send(call({ tool: writeTool() })));
    expect(error).toMatchObject({
      code: "upstream_rejected",
      message: "The upstream refused the request (404).",
      meta: { status: 404 },
    });
  });

  it.each([401, 403])("is the operator's business when the gateway's own credential is refused: %i", async (status) => {
    const { url } = await startRaw(reply(status, d5));
    const credentials: Credentials = { kind: "service", header: "X-API-Key", secret: serviceSecret };
    const error = failed(await start(url, { credentials }).send(call()));
    expect(error).toMatchObject({ code: "upstream_unauthorized", meta: { status, retryable: false } });
    expect(error.message).not.toContain("expired");
  });

  it.each([401, 403])("is the caller's business when its own credential is refused: %i", async (status) => {
    const { url } = await startRaw(reply(status, d5));
    const error = failed(await start(url, { credentials: { kind: "forward" } }).send(call()));
    expect(error).toMatchObject({ code: "upstream_rejected", meta: { status, upstreamCode: "voucher_expired" } });
  });

  it.each([
    ["seconds", "17", 17],
    ["a date", new Date(nowMs + 90_500).toUTCString(), 90],
    ["a date that has passed", new Date(nowMs - 5000).toUTCString(), 0],
    ["far too long", "99999999", 86_400],
    ["nonsense", "soon", undefined],
  ])("says when to come back after 429: %s", async (_what, retryAfter, retryAfterSeconds) => {
    const { url } = await startRaw(reply(429, {}, { "retry-after": retryAfter }));
    const error = failed(await start(url).send(call({ tool: writeTool() })));
    expect(error.code).toBe("upstream_rate_limited");
    expect(error.meta.retryAfterSeconds).toBe(retryAfterSeconds);
  });

  it.each([500, 502, 503, 504])("passes on the code but no text of a failure: %i", async (status) => {
    const { url, requests } = await startRaw(
      reply(status, { error: { code: "db_down", message: "at /srv/app.js:12" } }),
    );
    const error = failed(await start(url).send(call()));
    expect(error).toMatchObject({
      code: "upstream_failed",
      meta: { status, upstreamCode: "db_down", retryable: true },
    });
    expect(error.message).not.toContain("/srv");
    expect(requests).toHaveLength(1);
  });

  it("advises against repeating a write that failed, unless it is idempotent", async () => {
    const { url } = await startRaw(reply(500, {}));
    expect(failed(await start(url).send(call({ tool: writeTool() }))).meta.retryable).toBe(false);
    expect(failed(await start(url).send(call({ tool: writeTool({ idempotent: true }) }))).meta.retryable).toBe(true);
  });

  it("never repeats a credential", async () => {
    const message = `bad key ${serviceSecret} or ${callerKey}`;
    const { url } = await startRaw(reply(400, { error: { code: serviceSecret, message, meta: { seen: callerKey } } }));
    const credentials: Credentials = { kind: "service", header: "X-API-Key", secret: serviceSecret };
    const { send, log } = start(url, { credentials });
    const error = failed(await send(call()));
    expect(error.message).toBe("bad key [redacted] or [redacted]");
    expect(JSON.stringify([error.meta, log])).not.toMatch(/service-secret|callers-own/);
  });
});

describe("a reply", () => {
  it.each([
    ['{ "id" : 9007199254740993, "price": 20.00 }', '{"id":9007199254740993,"price":20}'],
    ['{"a":"\\u00e9","b":1e400}', '{"a":"é","b":1e400}'],
  ])("is passed on as received, and its value equals it: %s", async (text, written) => {
    const { url } = await startRaw(reply(200, text));
    const outcome = await start(url).send(call());
    expect(outcome).toMatchObject({
      kind: "succeeded",
      text,
      exchange: { method: "GET", target: "/v1/x", status: 200 },
    });
    expect(JSON.stringify((outcome as { value: unknown }).value)).toBe(written);
  });

  it.each(["[1,2]", '"x"', "7", "null", "9007199254740993"])("that is no object becomes a result: %s", async (text) => {
    const { url } = await startRaw(reply(200, ` ${text}\n`));
    const outcome = await start(url).send(call());
    expect(outcome).toMatchObject({ text: `{"result":${text}}` });
    expect(JSON.stringify((outcome as { value: unknown }).value)).toBe(`{"result":${text}}`);
  });

  it.each(["HTTP/1.1 204 No Content\r\n\r\n", reply(200, ""), reply(202, "", { "content-type": "text/html" })])(
    "without a body is an empty object",
    async (answer) => {
      const { url } = await startRaw(answer);
      expect(await start(url).send(call())).toMatchObject({ kind: "succeeded", text: "{}", value: {} });
    },
  );

  it.each([
    "application/json; charset=utf-8",
    "application/json;charset=UTF-8",
    "application/problem+json",
    "Application/JSON",
    'application/json; charset="utf-8"',
  ])("may come as %s", async (type) => {
    const { url } = await startRaw(reply(200, '{"a":"é"}', { "content-type": type }));
    expect(await start(url).send(call())).toMatchObject({ kind: "succeeded", value: { a: "é" } });
  });

  it("may come after an interim reply and with a byte order mark", async () => {
    const { url } = await startRaw(`HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n${reply(200, '\ufeff{"a":1}')}`);
    expect(await start(url).send(call())).toMatchObject({ text: '{"a":1}' });
  });

  it("does not hand the gateway's credentials to the caller, even when it is a success", async () => {
    const { url } = await startRaw(reply(200, { headers: { "x-api-key": serviceSecret } }));
    const { send, log } = start(url, { credentials: { kind: "service", header: "X-API-Key", secret: serviceSecret } });
    expect(await send(call())).toMatchObject({
      text: '{"headers":{"x-api-key":"[redacted]"}}',
      value: { headers: { "x-api-key": "[redacted]" } },
    });
    expect(log).toHaveLength(1);
  });

  it("that breaks the output schema is passed on, logged without values and counted", async () => {
    const { url } = await startRaw(reply(200, { id: "private" }));
    const broken: string[] = [];
    const { send, log } = start(url, { onContractBroken: ({ name }) => void broken.push(name) });
    const outcome = await send(call({ tool: tool({ output: z.looseObject({ id: z.number() }) }) }));
    expect(outcome.kind).toBe("succeeded");
    expect(broken).toEqual(["get_x"]);
    expect(log).toMatchObject([{ fields: { paths: ["id"] } }]);
    expect(JSON.stringify(log)).not.toContain("private");
  });

  it("that breaks an enforced output schema is refused", async () => {
    const { url } = await startRaw(reply(200, { id: "x" }));
    const output = z.looseObject({ id: z.number() });
    const error = failed(await start(url).send(call({ tool: tool({ output, contract: "enforce" }) })));
    expect(error).toMatchObject({ code: "upstream_contract", meta: { paths: ["id"] } });
  });

  it("is checked by its own numbers, large ones too", async () => {
    const { url } = await startRaw(reply(200, '{"id":9007199254740993}'));
    const output = z.looseObject({ id: z.number() });
    expect((await start(url).send(call({ tool: tool({ output, contract: "enforce" }) }))).kind).toBe("succeeded");
  });
});

describe("a dry run", () => {
  it.each<[DryRunParameter, string, string]>([
    [{ query: "dry_run" }, "POST /v1/x?dry_run=true HTTP/1.1", '{"a":1}'],
    [{ header: "X-Dry-Run" }, "\r\nX-Dry-Run: true\r\n", '{"a":1}'],
    [{ body: "dry_run" }, "POST /v1/x HTTP/1.1", '{"a":1,"dry_run":true}'],
  ])("sets the upstream's flag as %j says", async (dryRunParameter, expected, body) => {
    const { url, requests } = await startRaw(reply(200, { id: 1 }));
    await start(url, { server: { dryRunParameter } }).send(call({ tool: writeTool(), decision: dryRun }));
    expect(requests[0]).toContain(expected);
    expect(requests[0]).toMatch(new RegExp(`\r\n\r\n${body.replace(/[{}]/g, "\\$&")}$`));
  });

  it("sends nothing when there is no place for the flag, or the place is taken", async () => {
    const { url, requests } = await startRaw(reply(200, {}));
    const { dryRunParameter: _none, ...without } = {} as ServerDefinition;
    const unplaced = start(url, { server: { ...without, dryRunParameter: undefined as never } });
    expect(failed(await unplaced.send(call({ tool: writeTool(), decision: dryRun }))).code).toBe("internal");
    const taken = call({
      tool: writeTool(),
      decision: dryRun,
      request: { ...writeRequest, query: { dry_run: false } },
    });
    expect(failed(await start(url).send(taken)).code).toBe("internal");
    const mistaken = call({ tool: writeTool(), controls: { dryRun: true } });
    expect(failed(await start(url).send(mistaken)).code).toBe("internal");
    expect(requests).toHaveLength(0);
  });

  it.each([
    ['{"id":9007199254740993}', '{"dry_run":true,"id":9007199254740993}'],
    [" \n{ }", ' \n{"dry_run":true }'],
    ['{"dry_run":true,"id":1}', '{"dry_run":true,"id":1}'],
    ["[1]", '{"dry_run":true,"result":[1]}'],
  ])("says so at the top of its reply: %s", async (received, text) => {
    const { url } = await startRaw(reply(200, received));
    const outcome = await start(url).send(call({ tool: writeTool(), decision: dryRun }));
    expect(outcome).toMatchObject({ text, value: { dry_run: true } });
    expect(JSON.stringify((outcome as { value: unknown }).value)).toBe(text.replace(/\s/g, ""));
  });
});

describe("a plan", () => {
  const request: AnyUpstreamRequest = {
    method: "post",
    path: "/v1/x/{id}",
    params: { id: "a b" },
    query: { q: ["x", 1] },
    headers: { "X-Note": "n" },
    body: { a: 1, b: undefined },
  };

  it("shows the request as it would be sent, and sends nothing", async () => {
    const { url, requests } = await startRaw(reply(200, {}));
    const credentials: Credentials = { kind: "service", header: "X-API-Key", secret: serviceSecret };
    const { plan, send } = start(`${url}/api`, { credentials });
    const planned = call({
      tool: writeTool({ dryRun: "plan" }),
      decision: { kind: "dry_run", how: "plan", insteadOf: "approval", why: "asked" },
      request,
    });
    const outcome = plan(planned);
    expect(outcome).toMatchObject({
      kind: "planned",
      value: {
        dry_run: true,
        plan: {
          method: "POST",
          path: "/api/v1/x/a%20b",
          query: "q=x&q=1",
          headers: { "X-Note": "n", "content-type": "application/json" },
          body: { a: 1 },
        },
        disposition: "approval",
      },
    });
    expect(JSON.stringify(outcome)).not.toContain(serviceSecret);
    expect(JSON.parse((outcome as { text: string }).text)).toEqual((outcome as { value: unknown }).value);
    expect(await send(planned)).toMatchObject({ kind: "planned", value: { disposition: "approval" } });
    expect(requests).toHaveLength(0);
    await send(call({ tool: writeTool(), request }));
    expect(requests[0]).toContain("POST /api/v1/x/a%20b?q=x&q=1 HTTP/1.1");
  });

  it("refuses what could not be sent", async () => {
    const { plan } = start("http://127.0.0.1:9");
    expect(failed(plan(call({ request: { ...request, params: { id: ".." } } })))).toMatchObject({
      code: "invalid_argument",
    });
  });
});

describe("a request", () => {
  it("is refused before anything is sent when an argument does not fit its slot", async () => {
    const { url, requests } = await startRaw(reply(200, {}));
    const { send } = start(url);
    const bad: readonly Partial<AnyUpstreamRequest>[] = [
      { path: "/v1/{code}", params: { code: "../admin" } },
      { headers: { "X-Note": "a\r\nb" } },
      { cookies: { session: "a;b" } },
      { query: { q: "x".repeat(8192) } },
    ];
    for (const request of bad) {
      const outcome = await send(call({ request: { method: "get", path: "/v1/x", ...request } }));
      expect(failed(outcome).code).toBe("invalid_argument");
      expect(outcome).not.toHaveProperty("exchange");
    }
    expect(requests).toHaveLength(0);
  });

  it("cannot set a header of the gateway's own or of its credentials", async () => {
    const { url, requests } = await startRaw(reply(200, {}));
    const { send, log } = start(url, { credentials: { kind: "service", header: "X-Service", secret: serviceSecret } });
    for (const name of ["Authorization", "x-service", "X-Request-Id", "Content-Length"]) {
      expect(
        failed(await send(call({ request: { method: "get", path: "/v1/x", headers: { [name]: "x" } } }))).code,
      ).toBe("internal");
    }
    expect(requests).toHaveLength(0);
    expect(log).toHaveLength(4);
  });

  it.each([
    ["a read", tool(), { method: "get" }, 3],
    ["a read that posts", tool(), { method: "post" }, 2],
    ["a write", writeTool(), { method: "post" }, 2],
    ["a write that gets", writeTool(), { method: "get" }, 2],
    ["an idempotent write", writeTool({ idempotent: true }), { method: "post" }, 3],
  ] as const)(
    "is sent again over a stale connection only where that does no harm: %s",
    async (_what, subject, { method }, sends) => {
      const used = new Set<Socket>();
      const { url, requests } = await startRaw((socket) => {
        if (used.has(socket)) socket.destroy();
        else socket.write(reply(200, {}));
        used.add(socket);
      });
      const { send } = start(url, { limits: { connectionsMax: 1 } });
      await send(call());
      const outcome = await send(call({ tool: subject, request: { method, path: "/v1/x" } }));
      expect(requests).toHaveLength(sends);
      expect(outcome.kind).toBe(sends === 3 ? "succeeded" : "failed");
    },
  );

  it("carries the call's id, asks for plain JSON and no compression", async () => {
    const { url, requests } = await startRaw(reply(200, {}));
    await start(url).send(call());
    for (const line of ["accept: application/json", "accept-encoding: identity", `x-request-id: ${callId}`]) {
      expect(requests[0]).toContain(`\r\n${line}\r\n`);
    }
    expect(requests[0]).not.toContain(callerKey);
  });

  it("says for whom it is in a signed identity", async () => {
    const { url, requests } = await startRaw(reply(200, {}));
    const identity = { header: "X-Identity", secret: identitySecret };
    await start(url, { credentials: { kind: "service", header: "X-API-Key", secret: serviceSecret, identity } }).send(
      call(),
    );
    expect(requests[0]).toContain(`\r\nX-API-Key: ${serviceSecret}\r\n`);
    const [header = "", claims = "", signature] =
      /X-Identity: (\S+)/.exec(requests[0] as string)?.[1]?.split(".") ?? [];
    const decode = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString());
    expect(decode(header)).toEqual({ alg: "HS256", typ: "JWT" });
    expect(decode(claims)).toEqual({
      iss: "vauchflow",
      sub: "key_1",
      tenant: "acme",
      scopes: ["B", "A"],
      jti: callId,
      iat: nowMs / 1000,
      exp: nowMs / 1000 + 60,
    });
    expect(signature).toBe(createHmac("sha256", identitySecret).update(`${header}.${claims}`).digest("base64url"));
  });

  it("carries the caller's own credential where the server says so", async () => {
    const { url, requests } = await startRaw(reply(200, {}));
    await start(url, { credentials: { kind: "forward" } }).send(call());
    expect(requests[0]).toContain(`\r\nX-API-Key: ${callerKey}\r\n`);
  });
});

describe("a forwarder", () => {
  it.each([
    [
      "a short signing secret",
      { kind: "service", header: "X-A", secret: serviceSecret, identity: { header: "X-B", secret: "short" } },
      "X-B must have at least 32 bytes",
    ],
    ["an empty secret", { kind: "service", header: "X-A", secret: "" }, "X-A must be printable"],
    ["a secret with a line break", { kind: "service", header: "X-A", secret: "abc\ndef" }, "X-A must be printable"],
  ] as const)("does not start with %s, and says where", (_what, credentials, message) => {
    expect(() => start("http://127.0.0.1:9", { credentials })).toThrow(message);
  });

  it.each([
    "ftp://x",
    "http://user:pw@x",
    "http://x/a?b",
    "http://x/#a",
    "http://x/../a",
    "http://x/%2e%2e/a",
    "http:/x",
    "x",
    "http://x\\y",
  ])("does not start with the address %s", (url) => {
    expect(() => toUpstream({ url, credentials: { kind: "none" } })).toThrow("upstream's address");
  });

  it.each([
    ["https://api.example", "https://api.example", ""],
    ["http://127.0.0.1:4010/", "http://127.0.0.1:4010", ""],
    ["https://api.example:8443/base/v2/", "https://api.example:8443", "/base/v2"],
  ])("takes the address %s apart", (url, origin, basePath) => {
    expect(toUpstream({ url, credentials: { kind: "none" } })).toMatchObject({ origin, basePath });
  });
});
