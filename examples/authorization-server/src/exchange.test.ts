import { expect, it } from "vitest";
import { decode, postForm, resource, start } from "./testing/flow.ts";

const exchange = { clientId: "tool:spec", clientSecret: "a secret+%", audience: "perkamo-api" };
const accessTokenType = "urn:ietf:params:oauth:token-type:access_token";

/** A server, and what becomes of an exchange there. */
async function prepare() {
  const server = await start({ exchange });
  const subject = await server.accessToken({
    account: "bo",
    space: "acme-live",
    scopes: ["mcp:read", "mcp:write"],
    resource,
  });
  const basic = (id: string, secret: string) =>
    `Basic ${btoa([id, secret].map((part) => encodeURIComponent(part)).join(":"))}`;
  const ask = (form: Record<string, string> = {}, authorization = basic(exchange.clientId, exchange.clientSecret)) =>
    postForm(
      `${server.issuer}/token`,
      {
        grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
        subject_token: subject,
        subject_token_type: accessTokenType,
        audience: exchange.audience,
        ...form,
      },
      { authorization },
    );
  return { server, subject, ask, basic };
}

it("gives the same person a token for the upstream, and says who acts", async () => {
  const { server, ask } = await prepare();
  const { status, body } = await ask({ requested_token_type: accessTokenType });
  expect(status).toBe(200);
  expect(body).toMatchObject({ token_type: "Bearer", issued_token_type: accessTokenType, expires_in: 120 });
  expect(decode(body.access_token).claims).toMatchObject({
    iss: server.issuer,
    sub: "bo",
    aud: "perkamo-api",
    space: "acme-live",
    role: "admin",
    scope: "mcp:read mcp:write",
    act: { client_id: "tool:spec" },
  });
});

it("gives less where less is asked for, and never more or longer than there was", async () => {
  const { server, ask } = await prepare();
  expect((await ask({ scope: "mcp:read" })).body.scope).toBe("mcp:read");
  const short = await server.accessToken({ account: "bo", scopes: ["mcp:read"], resource, ttlSeconds: 20 });
  const { body } = await ask({ subject_token: short });
  expect(decode(body.access_token).claims.exp).toBeLessThanOrEqual(decode(short).claims.exp);
  const beyond = await ask({ subject_token: short, scope: "mcp:read mcp:write" });
  expect(beyond).toMatchObject({ status: 400, body: { error: "invalid_scope" } });
});

it.each([
  [{ subject_token: "nonsense" }, "invalid_request"],
  [{ subject_token_type: "urn:ietf:params:oauth:token-type:id_token" }, "invalid_request"],
  [{ requested_token_type: "urn:ietf:params:oauth:token-type:refresh_token" }, "invalid_request"],
  [{ actor_token: "x" }, "invalid_request"],
  [{ audience: "other-api" }, "invalid_target"],
  [{ resource: "https://other.test" }, "invalid_target"],
])("refuses %j", async (form: Record<string, string>, error) => {
  const { ask } = await prepare();
  expect(await ask(form)).toMatchObject({ status: 400, body: { error } });
});

it("refuses a token that is changed, over, of another server, or not for a resource", async () => {
  const { server, subject, ask } = await prepare();
  const [header, , signature] = subject.split(".");
  const forged = btoa(JSON.stringify({ ...decode(subject).claims, space: "globex-test" }));
  const over = await server.accessToken({ account: "bo", scopes: ["mcp:read"], resource, ttlSeconds: -1 });
  const foreign = await (await start()).accessToken({ account: "bo", scopes: ["mcp:read"], resource });
  const exchanged = (await ask()).body.access_token;
  for (const subject_token of [`${header}.${forged}.${signature}`, over, foreign, exchanged]) {
    expect(await ask({ subject_token })).toMatchObject({ status: 400, body: { error: "invalid_request" } });
  }
});

it("is for the one client", async () => {
  const { ask, basic } = await prepare();
  expect(await ask({}, basic("tool:spec", "wrong"))).toMatchObject({ status: 401, body: { error: "invalid_client" } });
  expect((await ask({}, basic("ready-made", "wrong"))).status).toBe(401);
});
