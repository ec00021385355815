import { describe, expect, it } from "vitest";
import { Secret } from "../call.ts";
import type { AuthScheme, Credentials } from "../codegen.ts";
import { call, callId, failed, nowMs, reply, start, startRaw, startTokenEndpoint, tool, writeTool } from "./fixture.ts";
import { createTokenExchange } from "./token-exchange.ts";

const oauth: AuthScheme = {
  kind: "oauth",
  path: "/mcp",
  issuer: "https://login.example",
  audience: "https://api.example/mcp",
  algorithms: ["RS256"],
  clockSkewSeconds: 5,
  tenant: { claim: "space", title: "Space" },
};
const clientSecret = "client-secret-1234567890";

function credentials(tokenUrl: string): Credentials {
  return { kind: "exchange", tokenUrl, clientId: "toolspec", clientSecret, audience: "perkamo-api" };
}

/** A call of an OAuth caller who brought this token. */
function callWith(token: string, changes: Parameters<typeof call>[0] = {}) {
  const base = call(changes);
  return { ...base, caller: { ...base.caller, kind: "oauth", credential: new Secret(token) } };
}

/** Issue `issued-1`, `issued-2` and so on; `ends` are their lives in seconds. */
function issue(ends: readonly (number | undefined)[] = []): Parameters<typeof startTokenEndpoint>[0] {
  let count = 0;
  return () => {
    count += 1;
    const expires_in = ends.length === 0 ? 120 : ends[count - 1];
    return [200, { access_token: `issued-${count}`, token_type: "Bearer", expires_in }];
  };
}

/** A forwarder that exchanges tokens, its endpoint and its upstream. `monotonicMs` moves its clock. */
async function startExchange(options: {
  readonly answer?: Parameters<typeof startTokenEndpoint>[0];
  readonly upstream?: Parameters<typeof startRaw>[0];
}) {
  const endpoint = await startTokenEndpoint(options.answer ?? issue());
  const upstream = await startRaw(options.upstream ?? reply(200, { ok: true }));
  const clock = { monotonicMs: 0, now: () => nowMs, monotonic: () => clock.monotonicMs };
  const settings = { credentials: credentials(endpoint.url), server: { auth: [oauth] }, clock };
  return { ...start(upstream.url, settings), endpoint, upstream, clock };
}

/** The token that each request to the upstream brought. */
function tokensOf(requests: readonly string[]) {
  return requests.map((request) => /\r\nAuthorization: Bearer (\S+)\r\n/.exec(request)?.[1]);
}

describe("credentials that are exchanged", () => {
  it("go upstream in the place of the caller's own, which never does", async () => {
    const { send, upstream, endpoint } = await startExchange({});
    expect(await send(callWith("callers-token"))).toMatchObject({ kind: "succeeded" });
    expect(tokensOf(upstream.requests)).toEqual(["issued-1"]);
    expect(upstream.requests.join()).not.toContain("callers-token");
    expect(endpoint.requests).toMatchObject([{ form: { subject_token: "callers-token", audience: "perkamo-api" } }]);
  });

  it("are kept for one caller until 30 seconds before their end", async () => {
    const { send, upstream, clock } = await startExchange({});
    await send(callWith("callers-token-a"));
    clock.monotonicMs = 89_000;
    await send(callWith("callers-token-a"));
    await send(callWith("callers-token-b"));
    clock.monotonicMs = 91_000;
    await send(callWith("callers-token-a"));
    expect(tokensOf(upstream.requests)).toEqual(["issued-1", "issued-1", "issued-2", "issued-3"]);
  });

  it("are kept for five minutes at most, and not at all where their end is unknown or near", async () => {
    const { send, upstream, clock } = await startExchange({ answer: issue([86_400, undefined, 30]) });
    for (const monotonicMs of [0, 299_999, 300_000, 300_000]) {
      clock.monotonicMs = monotonicMs;
      await send(callWith("callers-token"));
    }
    await send(callWith("callers-token"));
    expect(tokensOf(upstream.requests)).toEqual(["issued-1", "issued-1", "issued-2", "issued-3", "issued-4"]);
  });

  it("are asked for once by calls at the same time", async () => {
    const { send, upstream, endpoint } = await startExchange({});
    await Promise.all(Array.from({ length: 20 }, () => send(callWith("callers-token"))));
    expect(endpoint.requests).toHaveLength(1);
    expect(new Set(tokensOf(upstream.requests))).toEqual(new Set(["issued-1"]));
  });

  it("are kept for so many callers and no more", async () => {
    const asked: string[] = [];
    const exchange = createTokenExchange({
      endpoint: {
        exchange: async (subjectToken) => {
          asked.push(subjectToken);
          return { kind: "issued", token: `for-${subjectToken}`, expiresInSeconds: 120 };
        },
        close: async () => {},
      },
      clock: { now: () => nowMs, monotonic: () => 0 },
      logger: { debug() {}, info() {}, warn() {}, error() {} },
    });
    for (let caller = 0; caller < 1000; caller += 1) await exchange.tokenFor(callWith(`token-${caller}`));
    await exchange.tokenFor(callWith("token-0"));
    await exchange.tokenFor(callWith("token-1000"));
    expect(asked).toHaveLength(1001);
    expect(await exchange.tokenFor(callWith("token-0"))).toBe("for-token-0");
    expect(asked).toHaveLength(1001);
    expect(await exchange.tokenFor(callWith("token-1"))).toBe("for-token-1");
    expect(asked).toHaveLength(1002);
  });

  it("are dropped when the upstream answers 401", async () => {
    let isRefused = true;
    const { send, upstream } = await startExchange({
      upstream: (socket) => void socket.write(isRefused ? reply(401, {}) : reply(200, {})),
    });
    expect(failed(await send(callWith("callers-token"))).code).toBe("upstream_unauthorized");
    isRefused = false;
    await send(callWith("callers-token"));
    expect(tokensOf(upstream.requests)).toEqual(["issued-1", "issued-2"]);
  });

  it("are found and taken out where the upstream repeats them, the caller's own too", async () => {
    const { send } = await startExchange({
      upstream: (socket) => void socket.write(reply(200, { a: "issued-1", b: "callers-token", c: clientSecret })),
    });
    expect(await send(callWith("callers-token"))).toMatchObject({
      kind: "succeeded",
      value: { a: "[redacted]", b: "[redacted]", c: "[redacted]" },
    });
  });

  it("do not keep a call that is cancelled waiting, and serve the others", async () => {
    const answered = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    const { send } = await startExchange({
      answer: (_request, response) => {
        arrived.resolve();
        const body = JSON.stringify({ access_token: "issued-1", token_type: "Bearer", expires_in: 120 });
        answered.promise.then(() => response.writeHead(200, { "content-type": "application/json" }).end(body));
        return undefined;
      },
    });
    const controller = new AbortController();
    const cancelled = send(callWith("callers-token", { signal: controller.signal }));
    const other = send(callWith("callers-token"));
    await arrived.promise;
    controller.abort();
    expect(failed(await cancelled).code).toBe("cancelled");
    answered.resolve();
    expect(await other).toMatchObject({ kind: "succeeded" });
  });
});

describe("an exchange that fails", () => {
  it.each([
    ["refused", 400, "token_exchange_refused", { status: 400, error: "invalid_grant" }],
    ["refused", 401, "token_exchange_refused", { status: 401, error: "invalid_grant" }],
    ["not answered", 503, "token_exchange_unavailable", { status: 503, why: "unexpected status" }],
  ])(
    "sends nothing upstream, is not remembered and leaves no token in the log: %s by %i",
    async (_how, status, code, logged) => {
      const { send, upstream, endpoint, log } = await startExchange({
        answer: ({ form }) => [status, { error: "invalid_grant", error_description: form.subject_token }],
      });
      const outcome = await send(callWith("callers-token", { tool: writeTool() }));
      expect(failed(outcome)).toMatchObject({ code });
      expect(failed(outcome).message).toContain("nothing was sent");
      expect(outcome).not.toHaveProperty("exchange");
      await send(callWith("callers-token", { tool: tool() }));
      expect(upstream.requests).toHaveLength(0);
      expect(endpoint.requests).toHaveLength(2);
      expect(log[0]?.fields).toEqual({ callId, ...logged });
      expect(JSON.stringify([log, outcome])).not.toMatch(/callers-token|client-secret/);
    },
  );

  it("is told from a refusal when nobody answers", async () => {
    const settings = { credentials: credentials("http://127.0.0.1:9/token"), server: { auth: [oauth] } };
    const { url, requests } = await startRaw(reply(200, {}));
    const outcome = await start(url, settings).send(callWith("callers-token"));
    expect(failed(outcome).code).toBe("token_exchange_unavailable");
    expect(requests).toHaveLength(0);
  });
});

describe("credentials and how callers log in", () => {
  const apiKey: AuthScheme = { kind: "apiKey", header: "X-API-Key", kinds: { agent: { prefix: "a_" } } };

  it.each([
    ["exchange without OAuth", credentials("https://login.example/token"), [apiKey], "must log in with OAuth"],
    ["exchange with keys too", credentials("https://login.example/token"), [oauth, apiKey], "must log in with OAuth"],
    ["exchange with nobody", credentials("https://login.example/token"), [], "must log in with OAuth"],
    ["forward with OAuth", { kind: "forward" }, [apiKey, oauth], "must not send a caller's OAuth token on"],
  ] as const)("do not start with %s", (_what, given, auth, message) => {
    expect(() => start("http://127.0.0.1:9", { credentials: given, server: { auth } })).toThrow(message);
  });
});
