import { request as httpRequest } from "node:http";
import { describe, expect, it } from "vitest";
import { type Era, eras } from "../wire.ts";
import { startSystem } from "./system.ts";

/** Bytes of an error answer, at most: see `errorMaxBytes` in the runtime. */
const answerMaxBytes = 64 * 1024;

/**
 * A text that stands in the hostile part of each request, and must not come back whole. Longer than the few characters of a
 * name or value that an error may quote.
 */
const marker = "echo-me-if-you-dare-".repeat(3);

type System = Awaited<ReturnType<typeof startSystem>>;
type HeaderList = readonly (readonly [name: string, value: string])[];

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Send one request as it is: repeated headers, bytes that are no text, any Host. */
function send(
  system: System,
  given: { method?: string; query?: string; headers: HeaderList; body?: string | Uint8Array },
): Promise<Answer> {
  const url = new URL(system.url);
  const names = new Set(given.headers.map(([name]) => name.toLowerCase()));
  const host: HeaderList = names.has("host") ? [] : [["host", url.host]];
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const request = httpRequest({
    host: url.hostname,
    port: url.port,
    path: `${url.pathname}${given.query ?? ""}`,
    method: given.method ?? "POST",
    headers: [...host, ...given.headers].flat(),
  });
  request.on("error", reject).on("response", (response) => {
    const chunks: Buffer[] = [];
    response.on("data", (chunk: Buffer) => chunks.push(chunk));
    response.on("end", () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
  });
  const body = given.body === undefined ? undefined : Buffer.from(given.body);
  request.end(body);
  return promise;
}

/** A message of either era, as its JSON. */
function message(era: Era, method: string, params: Record<string, unknown>): string {
  const meta = {
    "io.modelcontextprotocol/protocolVersion": era,
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
  };
  const all = era === "2026-07-28" ? { ...params, _meta: meta } : params;
  return JSON.stringify({ jsonrpc: "2.0", id: 7, method, params: all });
}

function headersFor(system: System, era: Era, method: string, name?: string): HeaderList {
  const modern: HeaderList = era === "2026-07-28" ? [["mcp-method", method]] : [];
  return [
    ["content-type", "application/json"],
    ["accept", "application/json, text/event-stream"],
    ["x-api-key", system.agent],
    ["mcp-protocol-version", era],
    ...modern,
    ...(era === "2026-07-28" && name !== undefined ? [["mcp-name", name] as const] : []),
  ];
}

/** Each answer is short, repeats nothing, is no fault of the server, and does not spoil the next call. */
async function expectHarmless(system: System, era: Era, answer: Answer, forbidden = marker): Promise<void> {
  expect(answer.status).toBeLessThan(500);
  expect(Buffer.byteLength(answer.text)).toBeLessThanOrEqual(answerMaxBytes);
  expect(answer.text).not.toContain(forbidden);
  const good = await system.call("list_campaigns", {}, { era });
  expect(good.inner.total).toBe(5);
}

function nested(levels: number): string {
  return `${"[".repeat(levels)}${"]".repeat(levels)}`;
}

function withArguments(era: Era, text: string): string {
  return message(era, "tools/call", { name: "list_campaigns", arguments: "HERE" }).replace('"HERE"', text);
}

/** A body that is refused before or by the protocol, and with what. */
interface BadBody {
  readonly name: string;
  readonly body: (era: Era) => string | Uint8Array;
  readonly status: number;
  readonly code: number | string;
}

const badBodies: readonly BadBody[] = [
  { name: "an empty body", body: () => "", status: 400, code: -32700 },
  { name: "bad JSON", body: () => `{"jsonrpc":"2.0","${marker}`, status: 400, code: -32700 },
  { name: "NaN, which is no JSON", body: (era) => withArguments(era, '{"limit":NaN}'), status: 400, code: -32700 },
  {
    name: "invalid UTF-8",
    body: (era) => Buffer.concat([Buffer.from(message(era, "tools/list", {})), Buffer.from([0xc3, 0x28])]),
    status: 400,
    code: -32700,
  },
  { name: "a batch", body: (era) => `[${message(era, "tools/list", {})}]`, status: 400, code: -32600 },
  { name: "a string", body: () => JSON.stringify(marker), status: 400, code: -32600 },
  { name: "null", body: () => "null", status: 400, code: -32600 },
  { name: "a body of 20 MB", body: () => `"${marker.repeat(350_000)}"`, status: 413, code: "limit_exceeded" },
  {
    name: "10,000 levels of nesting",
    body: (era) => withArguments(era, `{"${marker}":${nested(10_000)}}`),
    status: 400,
    code: -32600,
  },
  {
    name: "30,000 keys",
    body: (era) =>
      withArguments(era, `{${Array.from({ length: 30_000 }, (_, index) => `"echo-me-${index}":1`).join()}}`),
    status: 400,
    code: -32600,
  },
  {
    name: "a key of 100,000 characters",
    body: (era) => withArguments(era, `{"${marker.repeat(1700)}":1}`),
    status: 400,
    code: -32600,
  },
  {
    name: "__proto__",
    body: (era) => withArguments(era, `{"__proto__":{"${marker}":true}}`),
    status: 400,
    code: -32600,
  },
];

describe.each(eras)("the wire over %s", (era) => {
  it.each(badBodies)("refuses $name", async ({ body, status, code }) => {
    const system = await startSystem();
    const headers = headersFor(system, era, "tools/call", "list_campaigns");
    const answer = await send(system, { headers, body: body(era) });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text).error.code).toBe(code);
    await expectHarmless(system, era, answer);
  });

  it("refuses another media type, and a compressed body", async () => {
    const system = await startSystem();
    const good = headersFor(system, era, "tools/list");
    const bad: readonly HeaderList[] = [
      [["content-type", `text/${marker}`], ...good.slice(1)],
      good.slice(1),
      [...good, ["content-encoding", "gzip"]],
    ];
    for (const headers of bad) {
      const answer = await send(system, { headers, body: message(era, "tools/list", {}) });
      expect(answer.status).toBe(415);
      expect(JSON.parse(answer.text).error.code).toBe("unsupported_media_type");
      await expectHarmless(system, era, answer);
    }
  });

  it("answers an unknown method with -32601, and an unknown tool without repeating its name", async () => {
    const system = await startSystem();
    const method = await send(system, {
      headers: headersFor(system, era, "tools/destroy"),
      body: message(era, "tools/destroy", {}),
    });
    expect(JSON.parse(method.text)).toMatchObject({ id: 7, error: { code: -32601 } });
    await expectHarmless(system, era, method);
    for (const name of [marker, "constructor", "__proto__"]) {
      const tool = await send(system, {
        headers: headersFor(system, era, "tools/call", name),
        body: message(era, "tools/call", { name, arguments: {} }),
      });
      expect(JSON.parse(tool.text)).toMatchObject({ id: 7, error: { code: -32601, data: { code: "unknown_tool" } } });
      await expectHarmless(system, era, tool, name);
    }
  });

  it("names every argument that is too many or missing, and no value", async () => {
    const system = await startSystem();
    const answer = await send(system, {
      headers: headersFor(system, era, "tools/call", "create_voucher"),
      body: message(era, "tools/call", { name: "create_voucher", arguments: { colour: marker, count: marker } }),
    });
    const { error } = JSON.parse(JSON.parse(answer.text).result.content[0].text);
    expect(error.code).toBe("invalid_argument");
    const paths = error.issues.map((issue: { path: string }) => issue.path).sort();
    expect(paths).toEqual(["colour", "count", "discount_type", "discount_value"]);
    expect(system.upstream.requests()).toHaveLength(0);
    await expectHarmless(system, era, answer);
  });

  it.each([[], "text", 1, null])("refuses arguments that are no object: %j", async (given) => {
    const system = await startSystem();
    const answer = await send(system, {
      headers: headersFor(system, era, "tools/call", "list_campaigns"),
      body: message(era, "tools/call", { name: "list_campaigns", arguments: given }),
    });
    expect(JSON.parse(answer.text).error.code).toBe(-32602);
    await expectHarmless(system, era, answer);
  });

  it("refuses two credentials, in one header or in two, the same or not", async () => {
    const system = await startSystem();
    const key: HeaderList = [["x-api-key", system.agent]];
    const bearer: HeaderList = [["authorization", `Bearer ${system.agent}`]];
    const others = headersFor(system, era, "tools/list").filter(([name]) => name !== "x-api-key");
    const body = message(era, "tools/list", {});
    expect((await send(system, { headers: [...others, ...bearer], body })).status).toBe(200);
    for (const both of [
      [...key, ...bearer],
      [...key, ...key],
      [...key, ["X-API-KEY", marker]],
      [...bearer, ...bearer],
      [...bearer, ["Authorization", `Bearer ${marker}`]],
    ] as const satisfies readonly HeaderList[]) {
      const answer = await send(system, { headers: [...others, ...both], body });
      // RFC 6750, section 3.1: such a request is invalid, whatever its credentials are.
      expect(answer.status).toBe(400);
      await expectHarmless(system, era, answer);
    }
  });

  it("takes no key from the query or from a cookie", async () => {
    const system = await startSystem();
    const others = headersFor(system, era, "tools/list").filter(([name]) => name !== "x-api-key");
    const answer = await send(system, {
      query: `?api_key=${system.agent}&x-api-key=${system.agent}`,
      headers: [...others, ["cookie", `x-api-key=${system.agent}`]],
      body: message(era, "tools/list", {}),
    });
    expect(answer.status).toBe(401);
    await expectHarmless(system, era, answer, system.agent);
  });

  it.each([
    ["host", "evil.example"],
    ["host", "127.0.0.1:1"],
    ["origin", "https://evil.example"],
    ["origin", "null"],
  ])("refuses the %s %s", async (name, value) => {
    const system = await startSystem();
    const headers: HeaderList = [...headersFor(system, era, "tools/list"), [name, value]];
    const answer = await send(system, { headers, body: message(era, "tools/list", {}) });
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.text).error.code).toBe(`${name}_not_allowed`);
    await expectHarmless(system, era, answer, "evil.example");
  });
});

it.each([
  ["GET", "text/event-stream"],
  ["DELETE", "*/*"],
  ["PUT", "*/*"],
  ["TRACE", "*/*"],
])("answers %s for %s with 405", async (method, accept) => {
  const system = await startSystem();
  const answer = await send(system, { method, headers: [["accept", accept]] });
  expect(answer.status).toBe(405);
  await expectHarmless(system, "2025-11-25", answer);
});
