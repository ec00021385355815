import type { AuthScheme, Credentials, OAuthAuth, Relay, ServerDefinition, ServicePlace } from "./codegen.ts";
import { ConfigError, type Environment } from "./config.ts";
import { isSafeAddress } from "./safe-address.ts";

/** Where the upstream is and how it is spoken to, with every `${NAME}` resolved. Secrets are still plain strings here. */
export interface ResolvedUpstream {
  readonly url: string;
  readonly credentials: Credentials;
  readonly relay?: Relay;
}

/** What of a server is known only where it runs. */
export interface ResolvedServer {
  readonly upstream: ResolvedUpstream;
  readonly auth: readonly AuthScheme[];
}

/** @param what needs the value, for the message when it is missing */
type Fill = (text: string, what: string) => string;

/**
 * Fill in the `${NAME}` and `${NAME:-default}` of a server's strings, and check the addresses that people are told.
 *
 * @throws ConfigError that lists every missing variable by name and says what needs it, or every address that is no good.
 * @see spec-language.md, "The server"
 */
export function resolveServer(server: ServerDefinition, variables: Environment): ResolvedServer {
  const missing = new Set<string>();
  const fill: Fill = (text, what) =>
    text.replace(
      /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g,
      (_whole, name: string, fallback: string | undefined) => {
        const value = variables[name] || fallback;
        if (value === undefined) missing.add(`${name} is not set: ${server.name} needs it for ${what}.`);
        return value ?? "";
      },
    );
  const resolved = {
    upstream: fillUpstream(server, fill),
    auth: server.auth.map((scheme) => fillScheme(scheme, fill)),
  };
  if (missing.size > 0) {
    throw new ConfigError([
      ...missing,
      'Set it in the environment, or under "variables" in a file given with --config.',
    ]);
  }
  const problems = resolved.auth.flatMap((scheme) => (scheme.kind === "oauth" ? problemsOf(scheme, server) : []));
  if (problems.length > 0) throw new ConfigError(problems);
  return resolved;
}

function fillUpstream({ upstream: { url, credentials }, relay }: ServerDefinition, fill: Fill): ResolvedUpstream {
  return {
    url: fill(url, "the upstream's address"),
    credentials: fillCredentials(credentials, fill),
    ...(relay && {
      relay: {
        ...relay,
        secret: fill(relay.secret, `the co-signature in ${relay.header}`),
        ...(relay.keyId !== undefined && { keyId: fill(relay.keyId, `the key id in ${relay.header}`) }),
      },
    }),
  };
}

function fillCredentials(credentials: Credentials, fill: Fill): Credentials {
  if (credentials.kind === "exchange") {
    return {
      ...credentials,
      tokenUrl: fill(credentials.tokenUrl, "the address where tokens are exchanged"),
      clientId: fill(credentials.clientId, "its name at the authorization server"),
      clientSecret: fill(credentials.clientSecret, "its secret at the authorization server"),
      audience: fill(credentials.audience, "the audience of exchanged tokens"),
    };
  }
  if (credentials.kind !== "service") return credentials;
  const { identity } = credentials;
  return {
    kind: "service",
    ...fillPlace(credentials, fill),
    ...(identity && {
      identity: { header: identity.header, secret: fill(identity.secret, `the signature in ${identity.header}`) },
    }),
  };
}

function fillPlace(credentials: ServicePlace, fill: Fill): ServicePlace {
  if ("basic" in credentials) {
    const { user, password } = credentials.basic;
    const filled = { user: fill(user, "the user of its HTTP Basic credential") };
    if (password === undefined) return { basic: filled };
    return { basic: { ...filled, password: fill(password, "the password of its HTTP Basic credential") } };
  }
  if ("query" in credentials) {
    const { query, secret } = credentials;
    return { query, secret: fill(secret, `the credential in the query parameter ${query}`) };
  }
  const { header, secret } = credentials;
  return { header, secret: fill(secret, `the credential in ${header}`) };
}

function fillScheme(scheme: AuthScheme, fill: Fill): AuthScheme {
  if (scheme.kind !== "oauth") return scheme;
  return {
    ...scheme,
    issuer: fill(scheme.issuer, "the issuer of access tokens"),
    audience: fill(scheme.audience, "the audience of access tokens, its own address"),
    ...(scheme.jwksUrl !== undefined && { jwksUrl: fill(scheme.jwksUrl, "the address of the issuer's keys") }),
  };
}

/** An issuer or audience with a slip in it refuses every token, and an unprotected one lets others make them. */
function problemsOf({ issuer, audience, jwksUrl }: OAuthAuth, server: ServerDefinition): readonly string[] {
  const whose = `of ${server.name}`;
  const problems: string[] = [];
  if (!isWebAddress(issuer)) {
    const what = "It is auth.oauth.issuer in server.yaml, spelled as the authorization server's metadata spell it.";
    problems.push(`The issuer ${whose} must be ${webAddress}, got ${quoted(issuer)}. ${what}`);
  } else if (!isSafeAddress(issuer))
    problems.push(`The issuer ${whose} must have https, got ${quoted(issuer)}. ${why}`);
  if (!isWebAddress(audience)) {
    const what = "It is auth.oauth.audience in server.yaml: the address at which clients know this server.";
    problems.push(`The audience ${whose} must be ${webAddress}, got ${quoted(audience)}. ${what}`);
  }
  if (jwksUrl !== undefined && !isSafeAddress(jwksUrl))
    problems.push(`The jwksUrl ${whose} must be a URL with https, got ${quoted(jwksUrl)}. ${why}`);
  if (server.upstream.credentials.kind === "forward")
    problems.push(
      `${server.name} forwards its callers' credentials, which access tokens forbid: they are for this server alone. ` +
        'Use "service" or "exchange" in upstream.credentials.',
    );
  return problems;
}

const why = "Whoever can change what is read there can log in as anybody; without it only this machine is trusted.";

const webAddress = "an https URL without user, query and fragment";

/** Without user, query and fragment, which neither may have (RFC 8414, section 2; RFC 8707, section 2). */
function isWebAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username === "" && password === "" && !/[?#\s]/.test(text);
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
