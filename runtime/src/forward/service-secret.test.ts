import { describe, expect, it } from "vitest";
import type { AnyUpstreamRequest, Credentials } from "../codegen.ts";
import { verify } from "../relay.ts";
import {
  call,
  dryRun,
  failed,
  identitySecret,
  nowMs,
  relaySecret,
  reply,
  start,
  startRaw,
  writeTool,
} from "./fixture.ts";
import { secretsOf, toUpstream } from "./upstream.ts";

const secret = "s3cret/with+signs=1234";
const encoded = "s3cret%2Fwith%2Bsigns%3D1234";
const inQuery: Credentials = { kind: "service", query: "api key", secret };
const password = "pass:word-with-ünicode";
const basicOf = (text: string) => Buffer.from(text).toString("base64");

/** Everything that a caller or a log may see of a call. */
const shown = (...values: readonly unknown[]) => JSON.stringify(values);

describe("a secret in the query", () => {
  it("goes last, encoded, and is not part of what anybody sees of the request", async () => {
    const { url, requests } = await startRaw(reply(200, {}));
    const { send, log } = start(url, { credentials: inQuery });
    const request: AnyUpstreamRequest = { method: "get", path: "/v1/x", query: { a: 1 } };
    const outcome = await send(call({ request }));
    expect(requests[0]).toMatch(`GET /v1/x?a=1&api%20key=${encoded} HTTP/1.1`);
    expect(outcome).toMatchObject({ kind: "succeeded", exchange: { target: "/v1/x?a=1" } });
    expect(shown(outcome, log)).not.toContain("s3cret");
  });

  it("is not part of a plan", () => {
    const { plan } = start("http://127.0.0.1:9", { credentials: inQuery });
    const outcome = plan(call({ tool: writeTool(), decision: { ...dryRun, how: "plan" } }));
    expect(outcome).toMatchObject({ kind: "planned", value: { plan: { path: "/v1/x" } } });
    expect(shown(outcome)).not.toContain("s3cret");
  });

  it("is taken out of a refusal that repeats the address", async () => {
    const { url } = await startRaw(reply(400, { error: { message: `no /v1/x?api%20key=${encoded}, nor ${secret}` } }));
    const { send, log } = start(url, { credentials: inQuery });
    const error = failed(await send(call()));
    expect(error.message).toContain("[redacted]");
    expect(shown(error.message, error.meta, log)).not.toContain("s3cret");
  });

  it("is part of what the co-signature signs, as it is sent", async () => {
    const { url, requests } = await startRaw(reply(200, {}));
    const { send } = start(url, { credentials: inQuery, server: { relay: { header: "X-Sign", secret: relaySecret } } });
    await send(call());
    const [line = "", ...fields] = (requests[0] ?? "").split("\r\n");
    const [method = "", target = ""] = line.split(" ");
    const header = fields.flatMap((field) => /^x-sign: (.*)$/i.exec(field)?.[1] ?? [])[0];
    const secrets = [{ secret: relaySecret }];
    expect(target).toBe(`/v1/x?api%20key=${encoded}`);
    const signed = { method, body: Buffer.alloc(0), header, secrets, nowSeconds: nowMs / 1000 };
    expect(verify({ ...signed, target })).toMatchObject({ ok: true });
    expect(verify({ ...signed, target: "/v1/x" })).toMatchObject({ ok: false });
  });

  it.each<[string, AnyUpstreamRequest, string]>([
    ["a parameter of the tool", { method: "get", path: "/v1/x", query: { "API key": 1 } }, "internal"],
    [
      "a member of an exploded map",
      { method: "get", path: "/v1/x", query: { f: { "Api Key[]": 1 } } },
      "invalid_argument",
    ],
  ])("is set by nobody else: %s", async (_what, request, code) => {
    const { url, requests } = await startRaw(reply(200, {}));
    const { send } = start(url, { credentials: inQuery });
    expect(failed(await send(call({ request }))).code).toBe(code);
    expect(requests).toEqual([]);
  });

  it("stands beside a signed identity", async () => {
    const { url, requests } = await startRaw(reply(200, {}));
    const identity = { header: "X-Caller", secret: identitySecret };
    await start(url, { credentials: { ...inQuery, identity } }).send(call());
    expect(requests[0]).toMatch(/^GET \/v1\/x\?api%20key=\S+ .*x-caller: ey/is);
  });
});

describe("HTTP Basic", () => {
  it("is user and password in UTF-8, or a key without one", async () => {
    const { url, requests } = await startRaw(reply(200, { said: [password, "gateway"] }));
    const withPassword: Credentials = { kind: "service", basic: { user: "gateway", password } };
    const outcome = await start(url, { credentials: withPassword }).send(call());
    await start(url, { credentials: { kind: "service", basic: { user: "sk_test_1234567890" } } }).send(call());
    expect(requests[0]).toContain(
      `authorization: Basic ${basicOf(`gateway:${password}`)}`.replace("authorization", "Authorization"),
    );
    expect(requests[1]).toContain(`Authorization: Basic ${basicOf("sk_test_1234567890:")}`);
    expect(outcome.kind).toBe("succeeded");
  });

  it("is taken out of a refusal, also as it is sent", async () => {
    const sent = basicOf(`gateway:${password}`);
    const { url } = await startRaw(reply(400, { error: { message: `Basic ${sent} is not ${password} of gateway` } }));
    const credentials: Credentials = { kind: "service", basic: { user: "gateway", password } };
    const error = failed(await start(url, { credentials }).send(call()));
    expect(error.message).toContain("of gateway");
    expect(shown(error.message, error.meta)).not.toMatch(new RegExp(`${sent}|pass:word`));
  });

  it("has a header that no tool may set", async () => {
    const request: AnyUpstreamRequest = { method: "get", path: "/v1/x", headers: { AUTHORIZATION: "x" } };
    const { send } = start("http://127.0.0.1:9", { credentials: { kind: "service", basic: { user: "a", password } } });
    expect(failed(await send(call({ request }))).code).toBe("internal");
  });
});

it.each<[string, Credentials, string]>([
  ["no secret for the query", { kind: "service", query: "key", secret: "" }, "the query parameter key"],
  ["a line break in it", { kind: "service", query: "key", secret: "a\r\nb" }, "the query parameter key"],
  ["a colon in the user", { kind: "service", basic: { user: "a:b", password } }, "The user of HTTP Basic"],
  ["no user", { kind: "service", basic: { user: "", password } }, "The user of HTTP Basic"],
  [
    "a line break in the password",
    { kind: "service", basic: { user: "a", password: "b\n" } },
    "The password of HTTP Basic",
  ],
])("does not start with %s", (_what, credentials, message) => {
  const act = () => start("http://127.0.0.1:9", { credentials });
  expect(act).toThrow(
    expect.objectContaining({ name: "UpstreamSettingError", message: expect.stringContaining(message) }),
  );
});

it("keeps every secret from the log: of Basic the password, or the user where there is none", () => {
  const secrets = (credentials: Credentials) =>
    secretsOf(toUpstream({ url: "http://a", credentials })).map((one) => one.reveal());
  expect(secrets(inQuery)).toEqual([secret]);
  expect(secrets({ kind: "service", basic: { user: "gateway", password } })).toEqual([password]);
  expect(secrets({ kind: "service", basic: { user: "sk_1" } })).toEqual(["sk_1"]);
});
