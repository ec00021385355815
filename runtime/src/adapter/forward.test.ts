import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Access } from "./access.ts";
import { json, type Message, type Place, startPlace } from "./fixture.ts";
import { createForward } from "./forward.ts";
import { type ClientMessage, parseLine } from "./message.ts";

let place: Place;
beforeEach(async () => {
  place = await startPlace();
});
afterEach(() => place.close());

/** Access whose tokens the fixture knows: `good` and whatever `renew` and `stepUp` return. */
function start(access: Partial<Access> = {}, url = place.url, toolsets?: string) {
  const lines: string[] = [];
  const notes: string[] = [];
  const calls: string[] = [];
  const logged =
    <Arguments extends unknown[], Result>(name: string, call: (...given: Arguments) => Promise<Result>) =>
    (...given: Arguments) => {
      calls.push(name);
      return call(...given);
    };
  const forward = createForward({
    url,
    userAgent: "acme-pay-mcp/1.2.3",
    toolsets,
    access: {
      token: access.token ?? (async () => place.issue(["mcp:read"])),
      renew: logged("renew", access.renew ?? (async () => place.issue(["mcp:read"]))),
      stepUp: logged("stepUp", access.stepUp ?? (async () => undefined)),
      logIn: async () => {
        throw new Error("nobody logs in here");
      },
    },
    deliver: async (line) => void lines.push(line),
    notify: (line) => notes.push(line),
  });
  const send = (message: object | string, signal = new AbortController().signal) =>
    forward(parse(typeof message === "string" ? message : JSON.stringify(message)), signal);
  return { send, lines, notes, calls, answers: () => lines.map((line) => JSON.parse(line)) };
}

const parse = (text: string) => parseLine(Buffer.from(text)) as ClientMessage;
const call = (method: string, params: object = {}, id: string | number = 1) => ({ jsonrpc: "2.0", id, method, params });
const modern = (method: string, params: object = {}) =>
  call(method, { ...params, _meta: { "io.modelcontextprotocol/protocolVersion": "2026-07-28" } });

function answerWith(status: number, type: string, body: string) {
  place.knobs.mcp = (_message, response) => void response.writeHead(status, { "content-type": type }).end(body);
}

function stream(...events: readonly object[]) {
  place.knobs.mcp = (_message, response) => {
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
    response.end(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(""));
  };
}

describe("a request", () => {
  it("goes out and comes back byte by byte", async () => {
    const reply = '{"result":{"n":12345678901234567890.10,"ä":"\\u00e4"},"id":"a","jsonrpc":"2.0"}';
    answerWith(200, "application/json", reply);
    const { send, lines } = start();
    const text = '{"jsonrpc":"2.0","id":"a","method":"x","params":{"n":12345678901234567890.10}}';
    await send(text);
    expect(lines).toEqual([reply]);
    expect(place.messages()[0]).toMatchObject({
      body: text,
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        "user-agent": "acme-pay-mcp/1.2.3",
        authorization: expect.stringMatching(/^Bearer /),
      },
    });
  });

  it("asks for toolsets where some are named", async () => {
    for (const toolsets of [undefined, "billing,refunds"]) await start({}, place.url, toolsets).send(call("ping"));
    expect(place.messages().map(({ headers }) => headers["x-mcp-toolsets"])).toEqual([undefined, "billing,refunds"]);
  });

  it("of the older era takes the version with it that initialize agreed on", async () => {
    const { send } = start();
    await send(call("initialize"));
    await send({ jsonrpc: "2.0", method: "notifications/initialized" });
    await send(call("tools/list"));
    const versions = place.messages().map(({ headers }) => headers["mcp-protocol-version"]);
    expect(versions).toEqual([undefined, "2025-11-25", "2025-11-25"]);
  });

  it("of the era of 2026-07-28 takes its headers from itself, and from the schema of a tool that was listed", async () => {
    place.knobs.mcp = ({ id, method }, response) => {
      const region = { type: "string", "x-mcp-header": "Region" };
      const tools = [{ name: "redeem", inputSchema: { type: "object", properties: { region } } }];
      json(response, 200, { jsonrpc: "2.0", id, result: method === "tools/list" ? { tools } : {} });
    };
    const { send } = start();
    await send(modern("tools/list"));
    await send(modern("tools/call", { name: "redeem", arguments: { region: "süd" } }));
    expect(place.messages()[1]?.headers).toMatchObject({
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": "tools/call",
      "mcp-name": "redeem",
      "mcp-param-region": `=?base64?${Buffer.from("süd").toString("base64")}?=`,
    });
  });

  it("of a tool that was never listed looks its headers up when the endpoint misses them, and goes out again", async () => {
    const region = { type: "string", "x-mcp-header": "Region" };
    const pages = [
      { tools: [{ name: "other" }], nextCursor: "2" },
      { tools: [{ name: "redeem", inputSchema: { type: "object", properties: { region } } }] },
    ];
    place.knobs.mcp = ({ id, method, params }, response, { headers }) => {
      if (method === "tools/list")
        return json(response, 200, { jsonrpc: "2.0", id, result: params.cursor === "2" ? pages[1] : pages[0] });
      if (headers["mcp-param-region"] === "eu") return json(response, 200, { jsonrpc: "2.0", id, result: {} });
      json(response, 400, { jsonrpc: "2.0", id, error: { code: -32020, message: "Mcp-Param-Region is missing" } });
    };
    const { send, answers } = start();
    await send(modern("tools/call", { name: "redeem", arguments: { region: "eu" } }));
    await send(modern("tools/call", { name: "redeem", arguments: { region: "us" } }));
    expect(answers()).toEqual([
      { jsonrpc: "2.0", id: 1, result: {} },
      { jsonrpc: "2.0", id: 1, error: { code: -32020, message: "Mcp-Param-Region is missing" } },
    ]);
    expect(place.messages()).toHaveLength(8);
  });

  it("that asks for input gets the question as it is", async () => {
    const result = { resultType: "input_required", inputRequests: { confirm: {} }, requestState: "signed" };
    place.knobs.mcp = ({ id }, response) => json(response, 200, { jsonrpc: "2.0", id, result });
    const { send, answers } = start();
    await send(modern("tools/call", { name: "redeem" }));
    expect(answers()).toEqual([{ jsonrpc: "2.0", id: 1, result }]);
  });

  it("that is answered with a stream gets each message as it comes, and the connection ends with the answer", async () => {
    const progress = { jsonrpc: "2.0", method: "notifications/progress", params: { progress: 1 } };
    const answer = { jsonrpc: "2.0", id: 1, result: {} };
    const open = Promise.withResolvers<ServerResponse>();
    place.knobs.mcp = (_message, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(`: ping\n\ndata: ${JSON.stringify(progress)}\n\n`);
      open.resolve(response);
    };
    const { send, answers } = start();
    const sent = send(call("tools/call"));
    const response = await open.promise;
    await expect.poll(answers).toEqual([progress]);
    response.write(`data: ${JSON.stringify(answer)}\n\n`);
    await sent;
    expect(answers()).toEqual([progress, answer]);
    await expect.poll(() => response.destroyed).toBe(true);
  });

  it.each([
    ["stream that ends early", () => stream({ jsonrpc: "2.0", method: "notifications/progress" }), "ended the stream"],
    ["stream without an answer of its own", () => stream({ jsonrpc: "2.0", id: 2, result: {} }), "ended the stream"],
    ["page", () => answerWith(200, "text/html", "<html>"), "answered HTTP 200: no MCP answer"],
    ["nothing", () => answerWith(202, "text/plain", ""), "answered HTTP 202"],
    [
      "answer to something else",
      () => answerWith(200, "application/json", '{"jsonrpc":"2.0","id":2,"result":1}'),
      "HTTP 200",
    ],
    [
      "refusal of its own kind",
      () => answerWith(429, "application/json", '{"error":{"code":"limit_exceeded","message":"slow\\u001b[31m down"}}'),
      "answered HTTP 429: slow [31m down",
    ],
    [
      "redirect",
      () => {
        place.knobs.mcp = (_message, response) =>
          void response.writeHead(307, { location: "https://evil.example.com/" }).end();
      },
      "has moved to https://evil.example.com/",
    ],
    [
      "cut connection",
      () => {
        place.knobs.mcp = (_message, response) => void response.destroy();
      },
      "cannot be reached",
    ],
  ])("that gets a %s is answered with an error", async (_what, prepare, message) => {
    prepare();
    const { send, answers } = start();
    await send(call("ping"));
    const errors = answers().filter(({ id }) => id !== undefined);
    expect(errors).toEqual([
      {
        jsonrpc: "2.0",
        id: 1,
        error: expect.objectContaining({ code: -32603, message: expect.stringContaining(message) }),
      },
    ]);
  });

  it("that is refused keeps the refusal's code and status", async () => {
    answerWith(429, "application/json", '{"error":{"code":"limit_exceeded","message":"slow down"}}');
    const { send, answers } = start();
    await send(call("ping"));
    expect(answers()[0].error.data).toEqual({ httpStatus: 429, code: "limit_exceeded" });
  });

  it.each([400, 403, 404, 500])("gets the JSON-RPC error of HTTP %i as it is, with its own id", async (status) => {
    const error = { code: -32602, message: "no", data: { a: 1 } };
    for (const id of [1, null]) {
      answerWith(status, "application/json", JSON.stringify({ jsonrpc: "2.0", id, error }));
      const { send, answers } = start();
      await send(call("ping"));
      expect(answers()).toEqual([{ jsonrpc: "2.0", id: 1, error }]);
    }
  });

  it("to an endpoint that is not there says so", async () => {
    const { send, answers } = start({}, "http://127.0.0.1:2/mcp");
    await send(call("ping"));
    expect(answers()[0].error.message).toBe("http://127.0.0.1:2/mcp cannot be reached: ECONNREFUSED. Try again later.");
  });

  it("with a token that no header holds does not show it", async () => {
    const { send, lines } = start({ token: async () => "secret\nsecret" });
    await send(call("ping"));
    expect(lines[0]).toContain("error");
    expect(lines.join()).not.toContain("secret");
  });

  it("that is aborted ends its connection and gets no answer", async () => {
    const arrived = Promise.withResolvers<ServerResponse>();
    place.knobs.mcp = (_message, response) => arrived.resolve(response);
    const { send, lines } = start();
    const abort = new AbortController();
    const sent = send(call("ping"), abort.signal);
    const response = await arrived.promise;
    abort.abort();
    await sent;
    await expect.poll(() => response.destroyed).toBe(true);
    expect(lines).toEqual([]);
  });

  it("that is aborted does not wait for the login that others wait for", async () => {
    const abort = new AbortController();
    const waiting = Promise.withResolvers<void>();
    const renew = () => {
      waiting.resolve();
      return new Promise<string>(() => {});
    };
    const { send, lines } = start({ token: async () => undefined, renew });
    const sent = send(call("ping"), abort.signal);
    await waiting.promise;
    abort.abort();
    await sent;
    expect(lines).toEqual([]);
  });
});

describe("a 401", () => {
  it("is got past once, with what the challenge says", async () => {
    const challenges: unknown[] = [];
    const renew: Access["renew"] = async (refused, challenge) => {
      challenges.push(refused, challenge.metadataUrl);
      return place.issue([]);
    };
    const { send, answers } = start({ token: async () => "old", renew });
    await send(call("tools/list"));
    expect(answers()).toEqual([{ jsonrpc: "2.0", id: 1, result: { asked: "tools/list" } }]);
    expect(challenges).toEqual(["old", `${place.issuer}/.well-known/oauth-protected-resource/mcp`]);
  });

  it("again is passed on, with its reason and without a second login", async () => {
    place.knobs.refusesAll = true;
    const { send, answers, calls } = start();
    await send(call("ping"));
    expect(calls).toEqual(["renew"]);
    expect(answers()[0].error.message).toBe(`${place.url} answered HTTP 401: the token is not good`);
    expect(answers()[0].error.data).toEqual({ httpStatus: 401, code: "invalid_token" });
  });
});

describe("a scope that is missing", () => {
  beforeEach(() => {
    place.knobs.scopeFor = ({ method }: Message) => (method === "tools/call" ? "mcp:write" : undefined);
  });

  it("is asked for, and the call goes out again", async () => {
    const asked: unknown[] = [];
    const stepUp: Access["stepUp"] = async (_refused, challenge) => {
      asked.push(challenge.scopes);
      return place.issue(["mcp:read", "mcp:write"]);
    };
    const { send, answers } = start({ stepUp });
    await send(call("tools/call"));
    expect(answers()).toEqual([{ jsonrpc: "2.0", id: 1, result: { asked: "tools/call" } }]);
    expect(asked).toEqual([["mcp:read", "mcp:write"]]);
  });

  it.each([
    ["that is declined", async () => undefined, 1],
    ["that is granted and missing all the same", async () => place.issue(["mcp:read"]), 2],
  ])("%s leaves the endpoint's own error, and is asked for once", async (_what, stepUp, posts) => {
    const { send, answers, calls } = start({ stepUp });
    await send(call("tools/call"));
    expect(answers()).toEqual([{ jsonrpc: "2.0", id: 1, error: { code: -32004, message: "scope_required" } }]);
    expect(calls).toEqual(["stepUp"]);
    expect(place.messages()).toHaveLength(posts);
  });
});

describe("what has no answer", () => {
  it.each([
    ["a notification", { jsonrpc: "2.0", method: "notifications/roots/list_changed" }],
    ["an answer to the server", { jsonrpc: "2.0", id: 7, result: {} }],
  ])("%s goes out and leaves nothing", async (_what, message) => {
    const { send, lines, notes } = start();
    await send(message);
    expect(JSON.parse(place.messages()[0]?.body ?? "")).toEqual(message);
    expect([lines, notes]).toEqual([[], []]);
  });

  it("and is refused is told to the person, not to the client", async () => {
    answerWith(500, "text/plain", "oops");
    const { send, lines, notes } = start();
    await send({ jsonrpc: "2.0", method: "notifications/initialized" });
    expect(lines).toEqual([]);
    expect(notes).toEqual([expect.stringContaining("notifications/initialized was not delivered")]);
  });
});
