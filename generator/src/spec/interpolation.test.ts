import { expect, test } from "vitest";
import { checkServerVariables, checkToolVariables } from "./interpolation.ts";
import { serverShape } from "./server-shape.ts";
import { checkShape } from "./shape.ts";

const upstream = (url: string, secret = "${KEY}") => ({
  upstream: { url, credentials: { service: { header: "X", secret } } },
});
const rulesOf = (data: unknown) => checkServerVariables(data).map(({ rule, path }) => `${rule} ${path.join(".")}`);

test("refuses literal secrets and secrets with a default, without repeating them", () => {
  expect(rulesOf(upstream("http://a", "hunter2"))).toEqual(["literal-secret upstream.credentials.service.secret"]);
  expect(rulesOf(upstream("http://a", "x${KEY}"))).toEqual(["literal-secret upstream.credentials.service.secret"]);
  expect(rulesOf(upstream("http://a", "${KEY:-hunter2}"))).toEqual([
    "secret-default upstream.credentials.service.secret",
  ]);
  expect(JSON.stringify(checkServerVariables(upstream("http://a", "hunter2")))).not.toContain("hunter2");
});

test.for(["${", "${}", "${A", "${1A}", "${A:default}", "$${A-B}", "${A} ${b"])("refuses the variable %s", (url) => {
  expect(rulesOf(upstream(url))).toEqual(["interpolation upstream.url"]);
});

test("takes variables with and without default in the upstream", () => {
  expect(rulesOf(upstream("${URL:-http://127.0.0.1:4010}/${BASE_PATH}"))).toEqual([]);
});

test("refuses variables everywhere else, where nothing would resolve them", () => {
  expect(rulesOf({ title: "${TITLE}", scopes: { A: "${B}" } })).toEqual([
    "interpolation title",
    "interpolation scopes.A",
  ]);
  expect(checkToolVariables({ inputs: { a: { default: "${A}" } } })).toHaveLength(1);
  expect(checkToolVariables({ inputs: { a: { pattern: "^[$]{2}${2}$" } } })).toEqual([]);
});

test("takes variables in the addresses of oauth, and nowhere else in auth", () => {
  const oauth = { issuer: "${A:-https://a}", audience: "${B}/mcp", jwksUrl: "https://${C}" };
  expect(rulesOf({ auth: [{ oauth }] })).toEqual([]);
  expect(rulesOf({ auth: [{ oauth: { ...oauth, issuer: "${A", path: "/${B}", tenant: { claim: "${C}" } } }] })).toEqual(
    ["interpolation auth.0.oauth.issuer", "interpolation auth.0.oauth.path", "interpolation auth.0.oauth.tenant.claim"],
  );
  expect(rulesOf({ auth: [{ apiKey: { header: "${H}" } }] })).toEqual(["interpolation auth.0.apiKey.header"]);
});

test("takes a client's secret as a variable alone, and repeats it nowhere", () => {
  const exchange = (clientSecret: unknown) => ({ upstream: { credentials: { exchange: { clientSecret } } } });
  expect(rulesOf(exchange("${SECRET}"))).toEqual([]);
  expect(rulesOf(exchange("${SECRET:-hunter2}"))).toEqual([
    "secret-default upstream.credentials.exchange.clientSecret",
  ]);
  expect(JSON.stringify(checkServerVariables(exchange("hunter2")))).not.toContain("hunter2");
  expect(JSON.stringify(checkShape(serverShape, exchange(20262026)))).not.toContain("20262026");
});
