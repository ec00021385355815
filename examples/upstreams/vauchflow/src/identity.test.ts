import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { signIdentity, verifyIdentity, verifyServiceKey } from "./identity.ts";

const NOW_SECONDS = 1_780_000_000;
const claims = {
  iss: "vauchflow",
  sub: "key_1",
  tenant: "acme",
  scopes: ["CAMPAIGN_READ"],
  iat: NOW_SECONDS,
  exp: NOW_SECONDS + 60,
  jti: "call_1",
};

/** A compact JWS with whatever header and payload, signed correctly. */
function jws(header: object, payload: unknown, secret = "secret"): string {
  const content = [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${content}.${createHmac("sha256", secret).update(content).digest("base64url")}`;
}

const hs256 = { alg: "HS256" };
const [header, payload, signature] = signIdentity(claims, "secret").split(".") as [string, string, string];

test.each([
  ["nothing", undefined],
  ["an empty text", ""],
  ["two parts", `${header}.${payload}`],
  ["four parts", `${header}.${payload}.${signature}.x`],
  ["another secret", signIdentity(claims, "other")],
  ["a changed payload", `${header}.${Buffer.from('{"tenant":"globex"}').toString("base64url")}.${signature}`],
  ["a cut signature", `${header}.${payload}.${signature.slice(0, -1)}`],
  ["a padded signature", `${header}.${payload}.${signature}=`],
  ["the algorithm none", jws({ alg: "none" }, claims)],
  ["another algorithm", jws({ alg: "HS512" }, claims)],
  ["a header that is no object", jws(["HS256"], claims)],
  ["claims that are no object", jws(hs256, [claims])],
  ["no tenant", jws(hs256, { ...claims, tenant: undefined })],
  ["an empty tenant", jws(hs256, { ...claims, tenant: "" })],
  ["a tenant that is no text", jws(hs256, { ...claims, tenant: 7 })],
  ["scopes that are no list", jws(hs256, { ...claims, scopes: "CAMPAIGN_READ" })],
  ["no expiry", jws(hs256, { ...claims, exp: undefined })],
  ["an expiry that has come", jws(hs256, { ...claims, exp: NOW_SECONDS })],
  ["an issue in the future", jws(hs256, { ...claims, iat: NOW_SECONDS + 31 })],
  ["a life of more than five minutes", jws(hs256, { ...claims, exp: NOW_SECONDS + 301 })],
])("refuses an identity with %s", (_, given) => {
  expect(() => verifyIdentity(given, "secret", NOW_SECONDS)).toThrow(expect.objectContaining({ status: 401 }));
});

test("reads the claims of a valid identity", () => {
  expect(verifyIdentity(signIdentity(claims, "secret"), "secret", NOW_SECONDS)).toEqual(claims);
});

test.each([undefined, "", "ke", "key2", "KEY"])("refuses the service key %j", (given) => {
  expect(() => verifyServiceKey(given, "key")).toThrow(expect.objectContaining({ status: 401 }));
});

test("takes the service key", () => {
  expect(() => verifyServiceKey("key", "key")).not.toThrow();
});
