import { isObject } from "../checks.ts";
import { isSafeAddress } from "../safe-address.ts";
import { readReply } from "./reply.ts";
import { createSender, defaultSendLimits, type Sent } from "./send.ts";
import { type UpstreamCredentials, UpstreamSettingError } from "./upstream.ts";

/** Bytes of a reply. One token and a few words; a signed token with many claims has a few KiB. */
const replyMaxBytes = 65_536;

/** Characters of a token that goes into a header. Common servers take 8 to 16 KiB of headers in all. */
const tokenMaxChars = 16_384;

/** Milliseconds for one exchange, from connecting to the last byte. It signs one token, and a call waits for it. */
const exchangeTimeoutMs = 5000;

/** Connections to the token endpoint. A few carry hundreds of exchanges a second, and each caller needs one in minutes. */
const connectionsMax = 8;

/** Headers of every exchange, names and values in turn. No compression: a small body could hide an endless one. */
const ownHeaders = [
  ["accept", "application/json"],
  ["accept-encoding", "identity"],
  ["user-agent", "toolspec"],
  ["content-type", "application/x-www-form-urlencoded"],
].flat();

const grantType = "urn:ietf:params:oauth:grant-type:token-exchange";
const accessTokenType = "urn:ietf:params:oauth:token-type:access_token";

/** How an exchange ended. Holds nothing but the token itself that must not be printed. */
export type ExchangeReply =
  /** `expiresInSeconds` is undefined where the server does not say. */
  | { readonly kind: "issued"; readonly token: string; readonly expiresInSeconds: number | undefined }
  /** `error` is the code of RFC 6749, section 5.2, or `unknown`. */
  | { readonly kind: "refused"; readonly status: number; readonly error: string }
  /** `why` is a loss code, or what is wrong with the reply. */
  | { readonly kind: "unavailable"; readonly why: string; readonly status?: number };

/** The token endpoint of an authorization server, as this server uses it. */
export interface TokenEndpoint {
  /** Ask for a token in exchange for `subjectToken`. Never rejects. */
  exchange(subjectToken: string): Promise<ExchangeReply>;
  close(): Promise<void>;
}

/** What an exchange needs of the settings. */
export type ExchangeSettings = Extract<UpstreamCredentials, { kind: "exchange" }>;

/**
 * Set up the way to the token endpoint: HTTP Basic, no redirects, bounded in time and bytes. Nothing is sent yet.
 *
 * @throws UpstreamSettingError when its address is not https (http is for loopback), or the client or the audience is missing.
 * @see RFC 8693, section 2.1; RFC 6749, sections 2.3.1, 3.2 and 5
 */
export function createTokenEndpoint(
  settings: ExchangeSettings,
  options: { readonly timeoutMs?: number } = {},
): TokenEndpoint {
  const { clientId, clientSecret, audience, scope } = settings;
  const url = readUrl(settings.tokenUrl);
  if (clientId === "" || clientSecret.reveal() === "" || audience === "") {
    throw new UpstreamSettingError(
      "Token exchange needs a clientId, a clientSecret and an audience. One of them is empty.",
    );
  }
  const headers = [...ownHeaders, "authorization", toBasic(clientId, clientSecret.reveal())];
  const sender = createSender(url.origin, { ...defaultSendLimits, connectionsMax, replyMaxBytes });
  return {
    close: () => sender.close(),
    async exchange(subjectToken) {
      const form = new URLSearchParams({
        grant_type: grantType,
        subject_token: subjectToken,
        subject_token_type: accessTokenType,
        requested_token_type: accessTokenType,
        audience,
        ...(scope !== undefined && scope.length > 0 && { scope: scope.join(" ") }),
      });
      const sent = await sender.send({
        method: "POST",
        target: url.pathname + url.search,
        headers,
        body: Buffer.from(form.toString()),
        timeoutMs: options.timeoutMs ?? exchangeTimeoutMs,
        // Several calls may wait for it: none of them alone may stop it.
        signal: new AbortController().signal,
        isEffect: false,
        // A token that nobody received does no harm.
        isRepeatable: true,
      });
      return toReply(sent, subjectToken);
    },
  };
}

function readUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !isSafeAddress(url) || url.username !== "" || url.password !== "" || text.includes("#")) {
    throw new UpstreamSettingError(
      "The tokenUrl of the token exchange must be an https URL without user and fragment; http is for loopback addresses only, because tokens and a secret go there.",
    );
  }
  return url;
}

/**
 * Both halves are form-encoded before they are put together, so that a colon in the id does no harm.
 *
 * @see RFC 6749, section 2.3.1
 */
function toBasic(id: string, secret: string): string {
  const encode = (text: string) => new URLSearchParams([["", text]]).toString().slice(1);
  return `Basic ${Buffer.from(`${encode(id)}:${encode(secret)}`).toString("base64")}`;
}

function toReply(sent: Sent, subjectToken: string): ExchangeReply {
  if (sent.kind === "lost") return { kind: "unavailable", why: sent.code };
  const { status } = sent;
  const read = readReply(sent, []);
  const body = read.kind === "read" && isObject(read.plain) ? read.plain : {};
  if (status === 400 || status === 401) return { kind: "refused", status, error: toErrorCode(body.error) };
  if (status !== 200) return { kind: "unavailable", why: "unexpected status", status };
  if (read.kind === "unreadable") return { kind: "unavailable", why: read.code, status };
  const { access_token: token, token_type: type, expires_in: expiresIn } = body;
  if (typeof token !== "string" || token.length > tokenMaxChars || !/^[\x21-\x7e]+$/.test(token)) {
    return { kind: "unavailable", why: "no usable access_token", status };
  }
  // The caller's own token is for this server alone, whatever the authorization server thinks.
  if (token === subjectToken) return { kind: "unavailable", why: "the caller's own token came back", status };
  if (typeof type !== "string" || type.toLowerCase() !== "bearer") {
    return { kind: "unavailable", why: "token_type is not Bearer", status };
  }
  if (expiresIn === undefined) return { kind: "issued", token, expiresInSeconds: undefined };
  if (typeof expiresIn !== "number" || !(expiresIn > 0)) {
    return { kind: "unavailable", why: "expires_in is no positive number", status };
  }
  return { kind: "issued", token, expiresInSeconds: expiresIn };
}

/** Codes are short words. Anything else is not repeated, because it may be the token. */
function toErrorCode(error: unknown): string {
  return typeof error === "string" && /^[a-z_]{1,40}$/.test(error) ? error : "unknown";
}
