import { describe, expect, it, onTestFinished } from "vitest";
import type { Approvals } from "../codegen.ts";
import { GatewayError } from "../errors.ts";
import { fakeGateway, fakePorts, key, legacy, post, seen } from "./fixture.ts";
import { serveHttp } from "./http.ts";

const id = "d4e5f6a7-b8c9-4d01-a234-56789abcdef0";
const approvals: Approvals = {
  expiresInMs: 60_000,
  pollPath: "/v1/agent-approvals/{id}",
  events: "agent.action",
  approvers: 1,
};

/** A gateway that knows one approval; `ask` looks at a path with the good key. */
async function start(given: Partial<ReturnType<typeof fakeGateway>> = {}) {
  const gateway = fakeGateway(undefined, { approvals });
  const known = async (_caller: unknown, asked: string) => (asked === id ? { status: "pending" } : undefined);
  Object.assign(gateway, { findApproval: known, withdrawApproval: known, ...given });
  const http = await serveHttp(gateway, { port: 0, drainTimeoutMs: 50, ...fakePorts() });
  onTestFinished(() => http.close());
  const ask = async (path: string, init: RequestInit = {}) =>
    await seen(await fetch(new URL(path, http.url), { ...init, headers: { "x-api-key": key, ...init.headers } }));
  return { http, gateway, ask };
}

describe("polling", () => {
  it("answers GET and HEAD with the caller's approval", async () => {
    const { http, ask } = await start();
    const reply = await ask(`/v1/agent-approvals/${id}`);
    expect(reply).toMatchObject({ status: 200, json: { status: "pending" } });
    expect(reply.headers.get("cache-control")).toBe("no-store");
    const head = await fetch(new URL(`/v1/agent-approvals/${id}?x=1`, http.url), {
      method: "HEAD",
      headers: { "x-api-key": key },
    });
    expect([head.status, await head.text()]).toEqual([200, ""]);
  });

  it.each(["d4e5f6a7-b8c9-4d01-a234-56789abcdef1", "nonsense", "%2e%2e%2fx", "x".repeat(2000)])(
    "answers what is not there alike, and repeats nothing: %s",
    async (other) => {
      const { ask } = await start();
      const reply = await ask(`/v1/agent-approvals/${other}`);
      expect(reply.status).toBe(404);
      expect(reply.json).toEqual({
        error: { code: "unknown_approval", message: "There is no such approval of yours." },
      });
    },
  );

  it("turns strangers away as everywhere", async () => {
    const { ask, gateway } = await start({
      findApproval: async () => {
        throw new Error("a stranger was let in");
      },
    });
    const reply = await ask(`/v1/agent-approvals/${id}`, { headers: { "x-api-key": "wrong" } });
    expect(reply).toMatchObject({ status: 401, json: { error: { code: "unauthenticated", meta: {} } } });
    expect(reply.headers.get("www-authenticate")).toBe('Bearer realm="vauchflow"');
    expect((await ask(`/v1/agent-approvals/${id}`, { headers: { "x-api-key": "down" } })).status).toBe(503);
    const foreign = await ask(`/v1/agent-approvals/${id}`, { headers: { origin: "https://evil.example" } });
    expect(foreign.status).toBe(403);
    expect(gateway.calls).toEqual([]);
  });

  it.each(["POST", "PUT", "PATCH", "OPTIONS"])("refuses %s", async (method) => {
    const { ask } = await start();
    const reply = await ask(`/v1/agent-approvals/${id}`, { method });
    expect(reply.status).toBe(405);
    expect(reply.headers.get("allow")).toBe("GET, HEAD, DELETE");
  });

  it.each(["/v1/agent-approvals", "/v1/agent-approvals/", `/v1/agent-approvals/${id}/`, `/agent-approvals/${id}`])(
    "is nowhere but at its path: %s",
    async (path) => {
      const { ask } = await start();
      expect((await ask(path)).json.error.code).toBe("not_found");
    },
  );

  it("says for how long to wait, and what cannot be taken back", async () => {
    const { ask } = await start({
      findApproval: async () => {
        throw new GatewayError("limit_exceeded", "Too often.", { meta: { retryAfterSeconds: 7 } });
      },
      withdrawApproval: async () => {
        throw new GatewayError("approval_decided", "It does not wait any more.");
      },
    });
    const often = await ask(`/v1/agent-approvals/${id}`);
    expect(often).toMatchObject({ status: 429, json: { error: { code: "limit_exceeded", message: "Too often." } } });
    expect(often.headers.get("retry-after")).toBe("7");
    const late = await ask(`/v1/agent-approvals/${id}`, { method: "DELETE" });
    expect(late).toMatchObject({ status: 409, json: { error: { code: "approval_decided" } } });
    expect(late.headers.get("retry-after")).toBeNull();
  });

  it("says that the queue cannot be asked, and when to try again", async () => {
    const { ask } = await start({
      findApproval: async () => {
        throw new GatewayError("approval_store_unavailable", "Try again later.");
      },
    });
    const reply = await ask(`/v1/agent-approvals/${id}`);
    expect([reply.status, reply.headers.get("retry-after")]).toEqual([503, "1"]);
  });

  it("is not there where nothing waits, and MCP is as it was", async () => {
    const { http } = await start();
    expect((await post(http.url, ...legacy("tools/list"))).status).toBe(200);
    const without = await serveHttp(fakeGateway(), { port: 0, drainTimeoutMs: 50, ...fakePorts() });
    onTestFinished(() => without.close());
    const reply = await seen(await fetch(new URL(`/v1/agent-approvals/${id}`, without.url)));
    expect(reply.json.error.code).toBe("not_found");
  });
});

it("leads whoever must log in to the authorization server", async () => {
  const login = {
    kind: "oauth",
    path: "/v1/mcp",
    issuer: "https://login.example",
    audience: "https://api.example/v1/mcp",
    algorithms: ["RS256"],
    clockSkewSeconds: 5,
    tenant: { claim: "space", title: "Space" },
  } as const;
  const http = await serveHttp(fakeGateway(undefined, { approvals, auth: [login] }), {
    port: 0,
    drainTimeoutMs: 50,
    ...fakePorts(),
  });
  onTestFinished(() => http.close());
  const { status, headers } = await fetch(new URL(`/v1/agent-approvals/${id}`, http.url));
  expect([status, headers.get("www-authenticate")]).toEqual([
    401,
    expect.stringContaining('resource_metadata="https://api.example/.well-known/oauth-protected-resource/v1/mcp"'),
  ]);
});
