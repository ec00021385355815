import { createHmac } from "node:crypto";
import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import type { AnyUpstreamRequest, Credentials, DryRunParameter, ServerDefinition } from "../codegen.ts";
import {
  call,
  callerKey,
  callId,
  dryRun,
  failed,
  identitySecret,
  nowMs,
  reply,
  serviceSecret,
  start,
  startRaw,
  tool,
  writeRequest,
  writeTool,
} from "./fixture.ts";

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
    const mistaken = call({ tool: writeTool(), controls: { dryRun: true, confirm: false } });
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
    ["a write with a key of its own", writeTool({ idempotencyHeader: "Idempotency-Key" }), { method: "post" }, 3],
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

  it("carries the call's id as the key of a write, on each attempt, and never of a dry run", async () => {
    const used = new Set<Socket>();
    const { url, requests } = await startRaw((socket) => {
      if (used.has(socket)) socket.destroy();
      else socket.write(reply(200, {}));
      used.add(socket);
    });
    const { send } = start(url, { limits: { connectionsMax: 1 } });
    const keyed = writeTool({ idempotencyHeader: "Idempotency-Key", dryRun: "forward" });
    const decision = { kind: "dry_run", how: "forward", insteadOf: "auto", why: "asked for" } as const;
    await send(call({ tool: keyed, decision, controls: { dryRun: true, confirm: false } }));
    await send(call({ tool: keyed, request: { method: "post", path: "/v1/x" } }));
    const keys = requests.map((request) => /\r\nIdempotency-Key: (\S+)\r\n/.exec(request)?.[1]);
    expect(keys).toEqual([undefined, callId, callId]);
  });

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

  it("names the caller's role in it where there is one", async () => {
    const { url, requests } = await startRaw(reply(200, {}));
    const identity = { header: "X-Identity", secret: identitySecret };
    const { send } = start(url, {
      credentials: { kind: "service", header: "X-API-Key", secret: serviceSecret, identity },
    });
    const { caller } = call();
    await send(call({ caller: { ...caller, role: { name: "viewer", mayUse: new Set(["A", "B"]) } } }));
    const claims = /X-Identity: \S+?\.(\S+?)\./.exec(requests[0] as string)?.[1] ?? "";
    expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toMatchObject({ sub: "key_1", role: "viewer" });
  });

  it("carries the caller's own credential where the server says so", async () => {
    const { url, requests } = await startRaw(reply(200, {}));
    await start(url, { credentials: { kind: "forward" } }).send(call());
    expect(requests[0]).toContain(`\r\nX-API-Key: ${callerKey}\r\n`);
  });
});
