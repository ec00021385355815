import { createPublicKey, type JsonWebKey, verify } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { startAuthorizationServer } from "./start.ts";
import { authorize, decode, postForm, postJson, resource, start } from "./testing/flow.ts";

/** Check a token against the keys that are published. */
async function isSigned(issuer: string, token: string): Promise<boolean> {
  const { keys } = (await (await fetch(`${issuer}/jwks`)).json()) as { keys: (JsonWebKey & { kid: string })[] };
  const [header, claims, signature = ""] = token.split(".");
  const jwk = keys.find(({ kid }) => kid === decode(token).header.kid);
  const key = createPublicKey({ key: jwk as JsonWebKey, format: "jwk" });
  return verify("sha256", Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, "base64url"));
}

describe("the metadata", () => {
  it.each(["oauth-authorization-server", "openid-configuration"])("is found at %s, by browsers too", async (name) => {
    const { issuer } = await start();
    const response = await fetch(`${issuer}/.well-known/${name}`, { headers: { origin: "https://app.test" } });
    expect(response.headers.get("access-control-allow-origin")).toBe("https://app.test");
    expect(await response.json()).toMatchObject({
      issuer,
      registration_endpoint: `${issuer}/reg`,
      revocation_endpoint: `${issuer}/token/revocation`,
      response_types_supported: ["code"],
      grant_types_supported: ["authorization_code", "refresh_token"],
      code_challenge_methods_supported: ["S256"],
      token_endpoint_auth_methods_supported: ["none"],
      scopes_supported: ["openid", "offline_access", "mcp:read", "mcp:write"],
    });
  });

  it("is all that is told of itself: oidc-provider's advice about development is heeded", async () => {
    const print = ["log", "info", "warn", "error"] as const;
    const spies = print.map((name) => vi.spyOn(console, name).mockImplementation(() => {}));
    const { issuer } = await start({ exchange: { clientId: "a", clientSecret: "b", audience: "c" } });
    await (await authorize(issuer, { account: "ada" })).redeem();
    for (const spy of spies) {
      expect(spy).not.toHaveBeenCalled();
      spy.mockRestore();
    }
  });
});

describe("a registration", () => {
  it("makes a public native client without scopes of its own", async () => {
    const { issuer } = await start();
    const { status, body } = await postJson(`${issuer}/reg`, {
      client_name: "x",
      redirect_uris: ["http://127.0.0.1/callback", "com.example.app:/callback"],
      application_type: "web",
      grant_types: ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:token-exchange"],
      scope: "mcp:read",
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      application_type: "native",
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "refresh_token"],
    });
    expect(body).not.toHaveProperty("scope");
    expect(body).not.toHaveProperty("client_secret");
  });

  it.each([
    [{ redirect_uris: ["http://evil.test/callback"] }, "invalid_redirect_uri"],
    [{ redirect_uris: ["javascript:alert(1)"] }, "invalid_redirect_uri"],
    [
      { redirect_uris: ["http://127.0.0.1/"], token_endpoint_auth_method: "client_secret_basic" },
      "invalid_client_metadata",
    ],
  ])("refuses %j", async (metadata, error) => {
    const { issuer } = await start();
    expect(await postJson(`${issuer}/reg`, metadata)).toMatchObject({ status: 400, body: { error } });
  });

  it("is open to browsers", async () => {
    const { issuer } = await start();
    const headers = { origin: "https://app.test", "access-control-request-method": "POST" };
    const response = await fetch(`${issuer}/reg`, { method: "OPTIONS", headers });
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
  });
});

describe("an access token", () => {
  it("says for whom, for what and in which Space it is", async () => {
    const { issuer } = await start();
    const { clientId, redeem } = await authorize(issuer, { account: "vera", space: "acme-live" });
    const { body } = await redeem();
    expect(body).toMatchObject({ token_type: "Bearer", expires_in: 300, scope: "mcp:read mcp:write" });
    const { header, claims } = decode(body.access_token);
    expect(header).toMatchObject({ alg: "RS256", typ: "at+jwt" });
    expect(claims).toMatchObject({
      iss: issuer,
      sub: "vera",
      aud: resource,
      client_id: clientId,
      scope: "mcp:read mcp:write",
      space: "acme-live",
      role: "viewer",
      name: "Vera Novak",
    });
    expect(claims.exp - claims.iat).toBe(300);
    expect(claims.jti).toEqual(expect.any(String));
    expect(await isSigned(issuer, body.access_token)).toBe(true);
  });

  it("can be had ready-made, signed like the rest", async () => {
    const server = await start();
    const token = await server.accessToken({ account: "gil", scopes: ["mcp:read"], resource, ttlSeconds: 7 });
    const { claims } = decode(token);
    expect(claims).toMatchObject({ sub: "gil", space: "globex-test", role: "owner", scope: "mcp:read", aud: resource });
    expect(claims.exp - claims.iat).toBe(7);
    expect(await isSigned(server.issuer, token)).toBe(true);
  });

  it.each([{ account: "eve" }, { account: "gil", space: "acme-live" }, { resource: "https://other.test/mcp" }])(
    "is not issued for %j",
    async (changes) => {
      const server = await start();
      const token = server.accessToken({ account: "ada", scopes: ["mcp:read"], resource, ...changes });
      await expect(token).rejects.toThrow("one of them does not exist");
    },
  );

  it("is signed with the new key after a rotation, while old ones can still be verified", async () => {
    const server = await start();
    const options = { account: "ada", scopes: ["mcp:read"], resource };
    const old = await server.accessToken(options);
    const { redeem } = await authorize(server.issuer, { account: "ada" });
    await server.rotateKeys();
    const fresh = await server.accessToken(options);
    expect(decode(fresh).header.kid).not.toBe(decode(old).header.kid);
    expect(await isSigned(server.issuer, old)).toBe(true);
    expect(await isSigned(server.issuer, fresh)).toBe(true);
    expect(decode((await redeem()).body.access_token).header.kid).toBe(decode(fresh).header.kid);
  });
});

describe("a refresh token", () => {
  async function refresh(issuer: string, clientId: string, token: string) {
    return postForm(`${issuer}/token`, { grant_type: "refresh_token", client_id: clientId, refresh_token: token });
  }

  it("is good once, and its second use ends the grant", async () => {
    const { issuer } = await start();
    const { clientId, redeem } = await authorize(issuer, { account: "ada", space: "acme-live" });
    const first = (await redeem()).body;
    const second = await refresh(issuer, clientId, first.refresh_token);
    expect(decode(second.body.access_token).claims).toMatchObject({ sub: "ada", space: "acme-live", aud: resource });
    expect(second.body.refresh_token).not.toBe(first.refresh_token);
    expect(await refresh(issuer, clientId, first.refresh_token)).toMatchObject({ status: 400 });
    const third = await refresh(issuer, clientId, second.body.refresh_token);
    expect(third).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
  });

  it("is not given without offline_access", async () => {
    const { issuer } = await start();
    const { redeem } = await authorize(issuer, { account: "ada", params: { scope: "mcp:read" } });
    expect((await redeem()).body).not.toHaveProperty("refresh_token");
  });

  it("ends when it is revoked, and when the person's consents are", async () => {
    const server = await start();
    for (const revoke of [
      (clientId: string, token: string) =>
        postForm(`${server.issuer}/token/revocation`, { client_id: clientId, token }),
      () => server.revokeGrants("ada"),
    ]) {
      const { clientId, redeem } = await authorize(server.issuer, { account: "ada" });
      const others = await authorize(server.issuer, { account: "bo" });
      const { refresh_token: token } = (await redeem()).body;
      const { refresh_token: othersToken } = (await others.redeem()).body;
      await revoke(clientId, token);
      expect(await refresh(server.issuer, clientId, token)).toMatchObject({ body: { error: "invalid_grant" } });
      expect((await refresh(server.issuer, others.clientId, othersToken)).status).toBe(200);
    }
  });
});

describe("the server", () => {
  it("logs requests without what stands in their query", async () => {
    const server = await start();
    await fetch(`${server.issuer}/jwks?code=secret`);
    expect(server.requests).toEqual([{ method: "GET", path: "/jwks" }]);
  });

  it("says which address it cannot have", async () => {
    const { issuer } = await start();
    const port = Number(new URL(issuer).port);
    await expect(startAuthorizationServer({ port, resources: () => [] })).rejects.toThrow(`127.0.0.1:${port}`);
  });

  it("gives nobody else the client of ready-made tokens", async () => {
    const { issuer } = await start();
    const form = { grant_type: "authorization_code", client_id: "ready-made", code: "a", code_verifier: "a" };
    expect(await postForm(`${issuer}/token`, form)).toMatchObject({ status: 400, body: { error: "invalid_request" } });
  });
});
