/** Seconds an access token holds. Short, because nobody can take one back. */
export const ACCESS_TOKEN_SECONDS = 300;

/** Scopes of the resources, in the words of the consent page. */
export const RESOURCE_SCOPES = {
  "mcp:read": "See the program, its configuration, its usage and its customers",
  "mcp:write": "Change them: send events, redeem rewards, adjust balances, upload configuration",
} as const;

/** Name the resource that an identifier means, if tokens may be asked for it. Compared as URLs: `https://a` is `https://a/`. */
export function findResource(identifier: string, resources: readonly string[]): string | undefined {
  const asked = URL.parse(identifier)?.href;
  return resources.find((resource) => URL.parse(resource)?.href === asked);
}

/** What oidc-provider must know of a resource: its tokens are JWTs by RFC 9068, for it alone. */
export function toResourceServer(audience: string) {
  return {
    audience,
    scope: Object.keys(RESOURCE_SCOPES).join(" "),
    accessTokenTTL: ACCESS_TOKEN_SECONDS,
    accessTokenFormat: "jwt",
    jwt: { sign: { alg: "RS256" } },
  } as const;
}
