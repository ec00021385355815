import type { ReceivedCall } from "../call.ts";
import type { AuthScheme } from "../codegen.ts";
import type { Clock, Logger } from "../ports.ts";
import { createSigner, type RelayRequest, type Signer } from "../relay.ts";
import { createIdentitySigner } from "./identity-header.ts";
import { toServiceSecret } from "./service-secret.ts";
import { createTokenEndpoint, type ExchangeSettings } from "./token-endpoint.ts";
import { createTokenExchange } from "./token-exchange.ts";
import { type Upstream, type UpstreamCredentials, type UpstreamRelay, UpstreamSettingError } from "./upstream.ts";

/** What goes with one request, and what must not come back in an error. */
export interface Signed {
  /** Names and values in turn. */
  readonly headers: readonly string[];
  /** The request target, where a credential goes with it: to be sent, and never shown. */
  readonly target?: string;
  /** Text that no caller, log or audit entry may see. */
  readonly secrets: readonly string[];
}

/** What credentials are made from. `signal` ends waiting for one. */
type CallIdentity = Pick<ReceivedCall, "id" | "caller" | "signal">;

/** The credentials of one call. */
export interface CallCredentials {
  /** Never the same co-signature twice: sign each attempt. `request` is as it is sent. */
  sign(request: RelayRequest, nowMs: number): Signed;
  /** Forget what the upstream has just answered with 401. */
  refuse?(): void;
}

/** Has the credentials of every call. */
export interface Credentialer {
  /** Lower-case names of the headers that are signed. */
  readonly names: ReadonlySet<string>;
  /** Name of the query parameter that carries a credential, where one does. */
  readonly query?: string;
  /**
   * Get the credentials of one call, asking an authorization server where that is needed.
   *
   * @throws GatewayError `token_exchange_refused`, `token_exchange_unavailable` or `cancelled`: then there is nothing to send with.
   */
  prepare(call: CallIdentity): CallCredentials | Promise<CallCredentials>;
  close(): Promise<void>;
}

/** What credentials are made of. */
export interface CredentialerOptions {
  readonly upstream: Pick<Upstream, "credentials" | "relay">;
  readonly issuer: string;
  readonly auth: readonly AuthScheme[];
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Prepare the credentials of a server: its own secret, with or without a signed identity, the caller's own, one that was given in
 * exchange for the caller's, or none; and beside any of these the co-signature of the relay.
 *
 * Here, and in the token exchange, are the only places where a `Secret` is revealed to be sent.
 *
 * @throws UpstreamSettingError when a secret cannot stand in a header or is too short to sign with, or when the credentials do not
 *   go with how callers log in. The message names the header or the setting.
 */
export function createCredentialer(options: CredentialerOptions): Credentialer {
  const { credentials, relay } = options.upstream;
  const credentialer = createUnsigned(credentials, options);
  return relay === undefined ? credentialer : coSigning(credentialer, relay);
}

/** Nothing to end. */
const close = async () => {};

function createUnsigned(credentials: UpstreamCredentials, options: CredentialerOptions): Credentialer {
  switch (credentials.kind) {
    case "none":
      return { names: new Set(), prepare: () => ({ sign: () => ({ headers: [], secrets: [] }) }), close };
    case "exchange":
      return exchanging(credentials, options);
    case "forward":
      return forwarding(options.auth);
    case "service":
      return serving(credentials, options.issuer);
  }
}

/** The server's own secret, and for whom the call is where the upstream wants to know. */
function serving(credentials: Extract<UpstreamCredentials, { kind: "service" }>, issuer: string): Credentialer {
  const { identity } = credentials;
  const own = toServiceSecret(credentials);
  const place = { names: own.names, ...(own.query && { query: own.query.name }), close };
  if (identity === undefined) return { ...place, prepare: () => ({ sign: ({ target }) => own.sign(target) }) };
  const token = createIdentitySigner({ header: identity.header, secret: identity.secret.reveal(), issuer });
  return {
    ...place,
    names: new Set([...own.names, identity.header.toLowerCase()]),
    prepare: (call) => ({
      sign: ({ target }, nowMs) => {
        const jws = token(call, nowMs);
        const signed = own.sign(target);
        return { ...signed, headers: [...signed.headers, identity.header, jws], secrets: [...signed.secrets, jws] };
      },
    }),
  };
}

/**
 * A token of the authorization server for the upstream, in exchange for the caller's own, which never goes there.
 *
 * @see RFC 8693
 */
function exchanging(credentials: ExchangeSettings, { auth, clock, logger }: CredentialerOptions): Credentialer {
  if (auth.length === 0 || auth.some(({ kind }) => kind !== "oauth")) {
    throw new UpstreamSettingError(
      "With `credentials: exchange` every caller must log in with OAuth: keys and connection tokens cannot be exchanged.",
    );
  }
  const clientSecret = credentials.clientSecret.reveal();
  const exchange = createTokenExchange({ endpoint: createTokenEndpoint(credentials), clock, logger });
  return {
    names: new Set(["authorization"]),
    prepare: async (call) => {
      const token = await exchange.tokenFor(call);
      const secrets = [token, call.caller.credential.reveal(), clientSecret];
      const signed: Signed = { headers: ["Authorization", `Bearer ${token}`], secrets };
      return { sign: () => signed, refuse: () => exchange.forget(call, token) };
    },
    close: () => exchange.close(),
  };
}

/** The caller's own key or token, in the header of the scheme that its kind belongs to. */
function forwarding(auth: readonly AuthScheme[]): Credentialer {
  const places = new Map<string, { readonly header: string; readonly prefix: string }>();
  for (const scheme of auth) {
    if (scheme.kind === "token") places.set("token", { header: "Authorization", prefix: "Bearer " });
    if (scheme.kind === "apiKey")
      for (const kind of Object.keys(scheme.kinds)) places.set(kind, { header: scheme.header, prefix: "" });
    if (scheme.kind === "oauth") {
      throw new UpstreamSettingError(
        "`credentials: forward` must not send a caller's OAuth token on: it was issued for this server alone. Use service or exchange.",
      );
    }
  }
  return {
    names: new Set([...places.values()].map(({ header }) => header.toLowerCase())),
    prepare: ({ caller }) => {
      const place = places.get(caller.kind);
      if (place === undefined)
        throw new Error(`No scheme of this server issues ${caller.kind} credentials to forward.`);
      const credential = caller.credential.reveal();
      const signed: Signed = {
        headers: [place.header, `${place.prefix}${credential}`],
        secrets: [credential],
      };
      return { sign: () => signed };
    },
    close,
  };
}

/**
 * Put the co-signature beside other credentials.
 *
 * @see rekomi.txt, "Relay binding"
 */
function coSigning(inner: Credentialer, relay: UpstreamRelay): Credentialer {
  const { header, keyId } = relay;
  const name = header.toLowerCase();
  if (inner.names.has(name)) throw new UpstreamSettingError(`${header} cannot hold a credential and the co-signature.`);
  const secret = relay.secret.reveal();
  const signer = toSigner(header, { secret, keyId });
  const withCoSignature = (own: CallCredentials): CallCredentials => ({
    ...own,
    sign: (request, nowMs) => {
      const { headers, secrets, target = request.target } = own.sign(request, nowMs);
      // What is sent is what is signed: where a credential goes with the target, with it.
      const value = signer({ ...request, target }, nowMs / 1000);
      const [, signature = value] = /v1=([0-9a-f]+)/.exec(value) ?? [];
      return { headers: [...headers, header, value], target, secrets: [...secrets, value, signature, secret] };
    },
  });
  return {
    names: new Set([...inner.names, name]),
    ...(inner.query !== undefined && { query: inner.query }),
    prepare: async (call) => withCoSignature(await inner.prepare(call)),
    close: () => inner.close(),
  };
}

function toSigner(header: string, options: { readonly secret: string; readonly keyId: string | undefined }): Signer {
  try {
    return createSigner(options);
  } catch (error) {
    throw new UpstreamSettingError(`${header} cannot be signed. ${(error as Error).message}`);
  }
}
