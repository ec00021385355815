import { Secret } from "../call.ts";
import type { Credentials, Relay } from "../codegen.ts";

/** The upstream's address or a credential for it cannot be used. For the operator, when the server starts; names no secret. */
export class UpstreamSettingError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UpstreamSettingError";
  }
}

/** Where every request of a server goes, and with which credentials. Fixed when the server starts. */
export interface Upstream {
  /** Scheme, host and port, nothing else. */
  readonly origin: string;
  /** Without a slash at its end: `` or `/api`. */
  readonly basePath: string;
  readonly credentials: UpstreamCredentials;
  readonly relay?: UpstreamRelay;
}

/** `Relay` of the server definition, with a secret that cannot be printed. */
export interface UpstreamRelay {
  readonly header: string;
  readonly secret: Secret;
  readonly keyId?: string;
}

/** The server's own credential, and where it goes: `ServiceCredentials` of the server definition. */
export type UpstreamServiceCredentials = {
  readonly kind: "service";
  readonly identity?: { readonly header: string; readonly secret: Secret };
} & (
  | { readonly header: string; readonly secret: Secret }
  | { readonly query: string; readonly secret: Secret }
  | { readonly basic: { readonly user: Secret; readonly password?: Secret } }
);

/** `Credentials` of the server definition, with secrets that cannot be printed. */
export type UpstreamCredentials =
  | UpstreamServiceCredentials
  | {
      readonly kind: "exchange";
      readonly tokenUrl: string;
      readonly clientId: string;
      readonly clientSecret: Secret;
      readonly audience: string;
      readonly scope?: readonly string[];
    }
  | { readonly kind: "forward" }
  | { readonly kind: "none" };

/**
 * Take the upstream's address apart, once: no call ever parses a URL again.
 *
 * `url` and the strings in `credentials` and `relay` have their `${NAME}` filled in already.
 *
 * @throws UpstreamSettingError when the address is not plain http or https, or holds a user, a query, a fragment or dot segments.
 */
export function toUpstream(resolved: {
  readonly url: string;
  readonly credentials: Credentials;
  readonly relay?: Relay | undefined;
}): Upstream {
  const url = URL.canParse(resolved.url) ? new URL(resolved.url) : undefined;
  const path = /^https?:\/\/[^/?#\\]+(\/[^?#\\]*)?$/i.exec(resolved.url)?.[1] ?? "";
  const isPlain =
    url !== undefined && url.username === "" && url.password === "" && (path === "" || path === url.pathname);
  if (!isPlain || !/^https?:\/\/[^?#\\]+$/i.test(resolved.url)) {
    throw new UpstreamSettingError(
      "The upstream's address must be an http or https URL of a host and perhaps a path, without user, query or fragment.",
    );
  }
  const { relay } = resolved;
  return {
    origin: url.origin,
    basePath: path.replace(/\/+$/, ""),
    credentials: toSecrets(resolved.credentials),
    ...(relay && {
      relay: {
        header: relay.header,
        secret: new Secret(relay.secret),
        // Empty where the variable that names it is not set.
        ...(relay.keyId && { keyId: relay.keyId }),
      },
    }),
  };
}

function toSecrets(credentials: Credentials): UpstreamCredentials {
  if (credentials.kind === "exchange") return { ...credentials, clientSecret: new Secret(credentials.clientSecret) };
  if (credentials.kind !== "service") return credentials;
  const { identity } = credentials;
  const signed = identity && { identity: { header: identity.header, secret: new Secret(identity.secret) } };
  if ("basic" in credentials) {
    const { user, password } = credentials.basic;
    const basic = { user: new Secret(user), ...(password !== undefined && { password: new Secret(password) }) };
    return { kind: "service", basic, ...signed };
  }
  const secret = new Secret(credentials.secret);
  if ("query" in credentials) return { kind: "service", query: credentials.query, secret, ...signed };
  return { kind: "service", header: credentials.header, secret, ...signed };
}

/** The values that must never be printed, wherever they stand. */
export function secretsOf({ credentials, relay }: Upstream): readonly Secret[] {
  return [...ownSecrets(credentials), relay?.secret].filter((secret) => secret !== undefined);
}

function ownSecrets(credentials: UpstreamCredentials): readonly (Secret | undefined)[] {
  if (credentials.kind === "exchange") return [credentials.clientSecret];
  if (credentials.kind !== "service") return [];
  const { identity } = credentials;
  // With a password beside it, the user of HTTP Basic is a name; without one, it is the key.
  const own = "basic" in credentials ? (credentials.basic.password ?? credentials.basic.user) : credentials.secret;
  return [own, identity?.secret];
}
