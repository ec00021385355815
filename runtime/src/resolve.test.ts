import { describe, expect, it } from "vitest";
import type { ExchangeCredentials, OAuthAuth, ServerDefinition } from "./codegen.ts";
import { ConfigError } from "./config.ts";
import { resolveServer } from "./resolve.ts";

function problemOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  throw new Error("nothing was refused");
}

describe("the strings of a server", () => {
  const server = {
    name: "acme",
    upstream: {
      url: "${ACME_URL:-http://127.0.0.1:4010}/v1",
      credentials: {
        kind: "service",
        header: "X-API-Key",
        secret: "${ACME_KEY}",
        identity: { header: "X-Acme-Identity", secret: "${ACME_IDENTITY}" },
      },
      timeoutMs: 10_000,
    },
    auth: [],
  } as unknown as ServerDefinition;

  it("lists every variable that is missing and what needs it", () => {
    const message = problemOf(() => resolveServer(server, {}));
    expect(message).toContain("ACME_KEY is not set: acme needs it for the credential in X-API-Key.");
    expect(message).toContain("ACME_IDENTITY is not set");
  });

  it("takes the default where the variable is missing, and the variable where it is there", () => {
    const variables = { ACME_KEY: "k", ACME_IDENTITY: "i" };
    expect(resolveServer(server, variables).upstream.url).toBe("http://127.0.0.1:4010/v1");
    expect(resolveServer(server, { ...variables, ACME_URL: "https://api.acme.example" }).upstream.url).toBe(
      "https://api.acme.example/v1",
    );
  });

  it("fills in the secret and the key id of the relay, which may be empty", () => {
    const relay = {
      header: "X-Acme-Relay",
      secret: "${ACME_RELAY}",
      keyId: "${ACME_RELAY_ID:-}",
      refusals: ["no_relay"],
    };
    const relayed = { ...server, relay };
    expect(problemOf(() => resolveServer(relayed, {}))).toContain(
      "ACME_RELAY is not set: acme needs it for the co-signature in X-Acme-Relay.",
    );
    const variables = { ACME_KEY: "k", ACME_IDENTITY: "i", ACME_RELAY: "r" };
    expect(resolveServer(relayed, variables).upstream.relay).toEqual({ ...relay, secret: "r", keyId: "" });
    expect(resolveServer(relayed, { ...variables, ACME_RELAY_ID: "k2" }).upstream.relay?.keyId).toBe("k2");
  });

  describe("of an authorization server", () => {
    const oauth: OAuthAuth = {
      kind: "oauth",
      path: "/mcp",
      issuer: "${ACME_ISSUER}",
      audience: "${ACME_MCP_URL:-https://api.acme.example/mcp}",
      jwksUrl: "${ACME_JWKS:-https://login.acme.example/keys}",
      algorithms: ["RS256"],
      clockSkewSeconds: 5,
      tenant: { claim: "space", title: "Space" },
    };
    const exchange: ExchangeCredentials = {
      kind: "exchange",
      tokenUrl: "${ACME_ISSUER}/token",
      clientId: "${ACME_CLIENT:-mcp}",
      clientSecret: "${ACME_CLIENT_SECRET}",
      audience: "acme-api",
    };
    const people = { ...server, upstream: { ...server.upstream, credentials: exchange }, auth: [oauth] };
    const variables = { ACME_ISSUER: "https://login.acme.example", ACME_CLIENT_SECRET: "s" };

    it("are filled in, with those of the exchange", () => {
      const { auth, upstream } = resolveServer(people, variables);
      expect(auth).toEqual([
        {
          ...oauth,
          issuer: "https://login.acme.example",
          audience: "https://api.acme.example/mcp",
          jwksUrl: "https://login.acme.example/keys",
        },
      ]);
      expect(upstream.credentials).toEqual({
        ...exchange,
        tokenUrl: "https://login.acme.example/token",
        clientId: "mcp",
        clientSecret: "s",
      });
    });

    it("are missed by name, once each", () => {
      const message = problemOf(() => resolveServer(people, {}));
      expect(message).toContain("ACME_ISSUER is not set: acme needs it for the issuer of access tokens.");
      expect(message).toContain("ACME_CLIENT_SECRET is not set");
    });

    it.each([
      [
        { ACME_ISSUER: "login.acme.example" },
        "The issuer of acme must be an https URL without user, query and fragment, got",
      ],
      [
        { ACME_ISSUER: "ftp://login.acme.example" },
        "The issuer of acme must be an https URL without user, query and fragment, got",
      ],
      [
        { ACME_ISSUER: "https://login.acme.example?tenant=1" },
        "The issuer of acme must be an https URL without user, query and fragment, got",
      ],
      [{ ACME_ISSUER: "http://login.acme.example" }, "The issuer of acme must have https"],
      [{ ACME_ISSUER: "http://127.0.0.1.acme.example" }, "The issuer of acme must have https"],
      [{ ACME_MCP_URL: "acme" }, "The audience of acme must be an https URL without user, query and fragment, got"],
      [
        { ACME_MCP_URL: "https://ada:pw@api.acme.example/mcp" },
        "The audience of acme must be an https URL without user, query and fragment, got",
      ],
      [{ ACME_JWKS: "http://login.acme.example/keys" }, "The jwksUrl of acme must be a URL with https"],
    ])("are refused when they cannot be addresses: %j", (wrong, problem) => {
      expect(problemOf(() => resolveServer(people, { ...variables, ...wrong }))).toContain(problem);
    });

    it.each(["http://127.0.0.1:9000", "http://localhost:9000/realms/acme", "http://[::1]:9000"])(
      "may be of this machine without TLS: %s",
      (issuer) => {
        const { auth } = resolveServer(people, { ...variables, ACME_ISSUER: issuer });
        expect(auth).toMatchObject([{ issuer }]);
      },
    );

    it("never go with credentials that are passed on", () => {
      const forwarding = { ...people, upstream: { ...server.upstream, credentials: { kind: "forward" as const } } };
      expect(problemOf(() => resolveServer(forwarding, variables))).toContain("forwards its callers' credentials");
    });
  });
});
