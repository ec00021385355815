import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { Credentials } from "../codegen.ts";
import { call, callerKey, failed, nowMs, reply, serviceSecret, start, startRaw, tool, writeTool } from "./fixture.ts";

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
    expect(error).toMatchObject({ message: "Upgrade first.", meta: { plan: "Growth" } });
  });

  it.each([
    [{ requiredPlan: "Pro" }, "Pro"],
    [{ requiredPlan: "P".repeat(41) }, "Growth"],
    [{ requiredPlan: "" }, "Growth"],
    [{ requiredPlan: { name: "Pro" } }, "Growth"],
    [{ constructor: "Pro" }, "Growth"],
  ])("names the plan that the upstream asks for, if it is a name: %j", async (details, plan) => {
    const { url } = await startRaw(reply(402, { error: { code: "plan_tier_required", message: "No.", details } }));
    const error = failed(await start(url).send(call({ tool: tool({ plan: "Growth" }) })));
    expect(error.meta).toMatchObject({ upstreamCode: "plan_tier_required", plan });
  });

  it("names no plan where payment is not the matter", async () => {
    const { url } = await startRaw(reply(409, d5));
    expect(failed(await start(url).send(call({ tool: tool({ plan: "Growth" }) }))).meta).not.toHaveProperty("plan");
  });

  it.each([
    [401, "mcp_relay_invalid"],
    [403, "mcp_relay_required"],
  ])("is the operator's business when the co-signature is refused: %i %s", async (status, code) => {
    const { url } = await startRaw(reply(status, { error: { code, message: "Ask for secret-host." } }));
    const relay = {
      header: "X-Relay",
      secret: "a relay secret of 32 bytes or more",
      refusals: ["mcp_relay_required", "mcp_relay_invalid"],
    };
    const error = failed(await start(url, { credentials: { kind: "forward" }, server: { relay } }).send(call()));
    expect(error).toMatchObject({
      code: "upstream_unauthorized",
      message: `The upstream does not accept this server's co-signature (${status}). Only its operator can mend that; another token will not help.`,
      meta: { status, upstreamCode: code, retryable: false },
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

  it("that breaks the output schema is passed on, and logged without values", async () => {
    const { url } = await startRaw(reply(200, { id: "private" }));
    const { send, log } = start(url);
    const outcome = await send(call({ tool: tool({ output: z.looseObject({ id: z.number() }) }) }));
    expect(outcome.kind).toBe("succeeded");
    expect(log).toMatchObject([{ fields: { tool: "get_x", paths: ["id"] } }]);
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
