import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Check } from "./check.ts";
import { doctorText } from "./doctor.ts";
import { endpointChecks } from "./endpoint.ts";
import { modesCheck, nodeCheck, packagesCheck } from "./machine.ts";
import { type ServerFacts, variablesCheck } from "./specs.ts";
import { upstreamChecks } from "./upstream.ts";

/** How a server answers; what is left out is answered as it should be. */
interface Manners {
  readonly stranger?: number;
  readonly get?: number;
  readonly wellKnown?: readonly [status: number, body: string];
  readonly challenge?: string;
  readonly legacy?: number;
  readonly date?: string;
}

const closing: (() => void)[] = [];
afterAll(() => closing.forEach((close) => void close()));

async function served(manners: Manners): Promise<string> {
  const server = createServer(async (request, response) => {
    const { method, headers, url } = request;
    const end = (status: number, body = "{}", extra: Record<string, string> = {}) =>
      response.writeHead(status, { ...extra, ...(manners.date && { date: manners.date }) }).end(body);
    const { message } = await read(request);
    if (url?.startsWith("/.well-known/")) return end(...(manners.wellKnown ?? ([404, ""] as const)));
    if (headers.host?.includes("invalid") || headers.origin !== undefined) return end(manners.stranger ?? 403);
    if (method === "GET") return end(manners.get ?? 405);
    if (headers["x-api-key"] !== "good") return end(401, "{}", { "www-authenticate": manners.challenge ?? "Bearer" });
    const result = message === "tools/list" ? { tools: [{ name: "ping" }] } : {};
    end(message === "initialize" ? (manners.legacy ?? 200) : 200, JSON.stringify({ result }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
}

async function read(request: IncomingMessage): Promise<{ readonly message: string | undefined }> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return { message: text === "" ? undefined : (JSON.parse(text) as { method: string }).method };
}

const key = { "x-api-key": "good" };
const wrong = (checks: readonly Check[]) =>
  checks.filter(({ state }) => state !== "ok").map(({ check, message }) => [check, message]);

describe("a server as a client sees it", () => {
  it("finds nothing wrong with one that behaves", async () => {
    const checks = await endpointChecks({ url: await served({}), headers: key });
    expect(wrong(checks)).toEqual([]);
    expect(checks.map(({ check }) => check)).toEqual([
      ...["unauthorized", "identity", "era-2026-07-28", "era-2025-11-25", "tools-list"],
      ...["well-known", "get", "host", "origin"],
    ]);
  });

  it("names every slip, and its mend", async () => {
    const url = await served({ stranger: 200, get: 200, legacy: 400, wellKnown: [401, ""] });
    expect(wrong(await endpointChecks({ url, headers: key }))).toEqual([
      ["era-2025-11-25", "clients of 2025-11-25 are not answered: initialize ends with 400"],
      ["well-known", "/.well-known/oauth-protected-resource/mcp asks for a credential (401)"],
      ["get", "GET for a stream is answered 200"],
      ["host", "a foreign Host is answered 200"],
      ["origin", "a foreign Origin is answered 200"],
    ]);
  });

  it("warns of OAuth metadata beside keys, and of pages that are no metadata", async () => {
    const metadata = await served({ wellKnown: [200, '{"resource":"x"}'] });
    expect(wrong(await endpointChecks({ url: metadata, headers: key }))).toEqual([
      ["well-known", "/.well-known/oauth-protected-resource/mcp is served beside key auth"],
    ]);
    const page = await served({ wellKnown: [200, "<html>"] });
    expect(wrong(await endpointChecks({ url: page, headers: key }))[0]?.[1]).toMatch(
      /answers 200 and is no OAuth metadata$/,
    );
    const oauth = await served({ challenge: 'Bearer resource_metadata="x"' });
    expect(wrong(await endpointChecks({ url: oauth, headers: {} })).map(([check]) => check)).toEqual([
      "identity",
      "well-known",
    ]);
  });

  it("says when a credential is refused, and when nobody is there", async () => {
    const url = await served({});
    expect(wrong(await endpointChecks({ url, headers: { "x-api-key": "bad" } }))).toEqual([
      ["identity", "it refuses the credential (401)"],
    ]);
    const [only, ...others] = await endpointChecks({ url: "http://127.0.0.1:9/mcp", headers: {} });
    expect([only?.unreachable, others]).toEqual([true, []]);
  });
});

const facts: ServerFacts = {
  folder: "specs/shop",
  name: "shop",
  path: "/mcp",
  upstreamUrl: "${SHOP_URL}",
  variables: new Map([
    ["SHOP_URL", false],
    ["SHOP_KEY", false],
    ["SHOP_ID", true],
  ]),
};

it("names variables that are missing, and never what the others hold", () => {
  const check = variablesCheck(facts, { SHOP_URL: "http://user:secret@shop.example" });
  expect(check).toEqual({
    check: "variables",
    state: "problem",
    message: "specs/shop: SHOP_KEY is not set",
    mend: "export SHOP_KEY=…",
  });
});

it("tells an upstream that is away from one whose clock is wrong", async () => {
  const away = await upstreamChecks(facts, { SHOP_URL: "http://127.0.0.1:9" });
  expect(away).toMatchObject([{ check: "upstream", state: "problem", unreachable: true }]);
  const late = await upstreamChecks(facts, { SHOP_URL: await served({ date: "Thu, 01 Jan 2026 00:00:00 GMT" }) }, () =>
    Date.parse("2026-01-01T00:01:30Z"),
  );
  expect(late.map(({ state, message }) => [state, message.replace(/:\d+/, "")])).toEqual([
    ["ok", "shop: http://127.0.0.1 answers (401)"],
    ["problem", "shop: the upstream's clock is 90 s behind ours"],
  ]);
});

it("looks at Node, the packages and files of variables", () => {
  expect([nodeCheck("22.19.0").state, nodeCheck("24.1.0").state, nodeCheck("22.9.9").state]).toEqual([
    "ok",
    "ok",
    "problem",
  ]);
  expect(packagesCheck("0.0.1")).toMatchObject({
    state: "problem",
    mend: expect.stringContaining("npm install @toolspec/runtime@"),
  });
  expect(packagesCheck(undefined).state).toBe("problem");
  const cwd = mkdtempSync(join(tmpdir(), "toolspec-doctor-"));
  for (const name of [".env", ".env.example"]) writeFileSync(join(cwd, name), "A=b\n");
  chmodSync(join(cwd, ".env"), 0o644);
  expect(modesCheck(cwd)).toMatchObject([{ state: "warning", mend: "chmod 600 .env" }]);
  chmodSync(join(cwd, ".env"), 0o600);
  expect(modesCheck(cwd)).toMatchObject([{ state: "ok" }]);
  rmSync(cwd, { recursive: true });
});

it("writes one line a check, and the mend below it", () => {
  const checks: Check[] = [
    { check: "node", state: "ok", message: "Node.js 24" },
    { check: "upstream", state: "problem", message: "it is away", mend: "start it" },
  ];
  expect(doctorText(checks, false)).toBe(
    "✔ node           Node.js 24\n✗ upstream       it is away\n                 start it\n✗ 1 problem, 0 warnings, 1 fine\n",
  );
});
