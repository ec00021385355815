/**
 * The co-signed relay: a backend takes a caller's credential only beside a signature that this gateway alone can make.
 *
 * Stands alone: imports nothing but `node:crypto`, so that a backend can verify without the rest of the runtime.
 * `test/vectors/relay.json` says what every implementation must answer.
 */
import { createHash, createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto";

/** Seconds by which a signature's time may lie in the verifier's past or future, inclusive. */
export const windowSeconds = 300;

/** Bytes of a secret at least: the size of the hash, as RFC 2104, section 3 and RFC 7518, section 3.2 ask. */
const secretMinBytes = 32;

/** Characters of the header at most. The grammar ends at 151; whatever is longer is not looked at. */
const headerMaxChars = 256;

/**
 * The whole header: time, signature, and perhaps the name of the secret, in this order and once each. Unknown elements are
 * refused, because nothing but the signature vouches for them. Neither is there another way to write a time or a digest.
 * A header that came twice, which HTTP joins with a comma, does not fit either.
 */
const headerGrammar = /^t=(0|[1-9][0-9]{0,11}),v1=([0-9a-f]{64})(?:,kid=([A-Za-z0-9._-]{1,64}))?$/;

const keyIdGrammar = /^[A-Za-z0-9._-]{1,64}$/;

/** No dot and no blank in a method, so that the signed text can be taken apart in one way only. */
const methodGrammar = /^[A-Z]{1,32}$/;

/** Origin form, printable ASCII: RFC 9112, section 3.2.1. */
const targetGrammar = /^\/[\x21-\x7e]*$/;

/** One request as it goes over the wire. */
export interface RelayRequest {
  /** Upper case: `POST`. */
  readonly method: string;
  /** The raw request target with its query, as in the request line: neither decoded nor put together again. */
  readonly target: string;
  /** The bytes as sent. Absent: no body, which counts as no bytes. */
  readonly body?: Uint8Array | undefined;
}

/**
 * Co-sign one request: the value of the header.
 *
 * Signs `{t}.{METHOD}.{target}.{sha256(body) as lowercase hex}` with HMAC-SHA256; the key is the secret's UTF-8 bytes. The value is
 * `t={t},v1={lowercase hex}`, then `,kid={keyId}` where there is one. `keyId`: 1 to 64 of `A-Za-z0-9._-`. `atSeconds`: Unix time.
 *
 * The same request signed twice in one second has the same signature; see {@link createSigner}.
 *
 * @throws Error when the secret has fewer than 32 bytes, or an argument is not of its shape. The message holds no secret.
 * @see rekomi.txt, "Relay binding"; reliability.md §11, "Signature"
 */
export function sign(
  options: RelayRequest & { readonly secret: string; readonly keyId?: string | undefined; readonly atSeconds: number },
): string {
  const { secret, keyId, atSeconds } = options;
  return toHeader(atSeconds, digest(toKey(secret), atSeconds, toSignable(options)), checkKeyId(keyId));
}

/** Signs what one gateway sends. `nowSeconds` is Unix time. */
export type Signer = (request: RelayRequest, nowSeconds: number) => string;

/** Seconds by which a signer dates back at most. The rest of the window is for clocks that differ and for the way. */
const backdateMaxSeconds = 120;

/** Signatures that a signer remembers: 1,600 requests a second for as long as they matter, in about 15 MB. */
const issuedMax = 200_000;

/**
 * Prepare the signing of one gateway's requests, so that none of its signatures is issued twice.
 *
 * A backend with a {@link ReplayCache} could not tell two calls that ask for the same in the same second, or a second attempt, from
 * a replay. So where a signature was issued before, the time is dated back a second, up to {@link backdateMaxSeconds}. When all of
 * these are taken, which needs 120 equal requests at once or more than one a second for long, or when more than {@link issuedMax}
 * are remembered, a signature may be issued again. Gateways that share a secret do not know of each other.
 *
 * @throws Error as {@link sign} does: for the secret and the key id at once.
 */
export function createSigner(options: { readonly secret: string; readonly keyId?: string | undefined }): Signer {
  const key = toKey(options.secret);
  const keyId = checkKeyId(options.keyId);
  const issued = createIssued();
  return (request, nowSeconds) => {
    const signable = toSignable(request);
    const latest = Math.floor(nowSeconds);
    issued.forgetUntil(latest - backdateMaxSeconds);
    for (let atSeconds = latest; atSeconds > latest - backdateMaxSeconds; atSeconds -= 1) {
      const signature = digest(key, atSeconds, signable);
      if (issued.claim(atSeconds, signature)) return toHeader(atSeconds, signature, keyId);
    }
    return toHeader(latest, digest(key, latest, signable), keyId);
  };
}

/** Which signatures were issued, by their second, so that all of a second are forgotten at once. */
function createIssued() {
  const bySecond = new Map<number, Set<string>>();
  let size = 0;
  return {
    forgetUntil(seconds: number): void {
      for (const [atSeconds, signatures] of bySecond) {
        if (atSeconds > seconds) continue;
        bySecond.delete(atSeconds);
        size -= signatures.size;
      }
    },
    /** @returns false when it was issued before. */
    claim(atSeconds: number, signature: Buffer): boolean {
      // 96 bits of it are told apart as surely, in half the memory.
      const short = signature.toString("latin1", 0, 12);
      const signatures = bySecond.get(atSeconds) ?? new Set();
      if (signatures.has(short)) return false;
      if (size >= issuedMax) return true;
      bySecond.set(atSeconds, signatures.add(short));
      size += 1;
      return true;
    },
  };
}

/**
 * Why a request is refused. For the backend's log; its caller needs to hear no more than that the co-signature does not hold.
 *
 * `missing` no header or an empty one · `malformed` not of the grammar · `stale`, `early` outside the window · `unknown_key` no
 * secret has that id · `mismatch` another request, or another secret · `replayed` seen before · `cache_full` it cannot be known
 * whether it was seen before.
 */
export type RelayRefusal =
  | "missing"
  | "malformed"
  | "stale"
  | "early"
  | "unknown_key"
  | "mismatch"
  | "replayed"
  | "cache_full";

/** What {@link verify} found. `keyId` is the id of the secret that fits, where it has one. */
export type RelayVerdict =
  | { readonly ok: true; readonly atSeconds: number; readonly keyId?: string }
  | { readonly ok: false; readonly reason: RelayRefusal };

/** A secret that a verifier accepts. */
export interface RelaySecret {
  readonly id?: string | undefined;
  /** At least 32 bytes. */
  readonly secret: string;
}

/**
 * Verify a co-signature. Checked in this order: grammar, window, key, signature, replay.
 *
 * `header` is the value as received; a list is refused, even of one. `secrets` is the one in use, or two while rotating: a header
 * with `kid` is held against the secret of that id alone, one without against both. `nowSeconds` is Unix time; fractions are cut
 * off. Only a signature that fits reaches `replays`, so a stranger can neither fill the cache nor use up somebody's signature.
 *
 * Signatures are compared in constant time. The credential itself is not covered: verify it next.
 *
 * @throws Error when `secrets` or `nowSeconds` cannot be used: the backend is misconfigured.
 * @see rekomi.txt, "Relay binding"
 */
export function verify(
  options: RelayRequest & {
    readonly header: string | readonly string[] | undefined;
    readonly secrets: readonly RelaySecret[];
    readonly nowSeconds: number;
    readonly replays?: ReplayCache | undefined;
  },
): RelayVerdict {
  const { header, method, target, nowSeconds, replays } = options;
  const secrets = checkSecrets(options.secrets);
  if (!Number.isFinite(nowSeconds)) throw new Error("nowSeconds must be a Unix time in seconds.");
  const now = Math.floor(nowSeconds);

  if (header === undefined || header === "") return refuse("missing");
  const parsed = parseHeader(header);
  if (parsed === undefined) return refuse("malformed");
  const { atSeconds, signature, keyId } = parsed;
  if (atSeconds < now - windowSeconds) return refuse("stale");
  if (atSeconds > now + windowSeconds) return refuse("early");

  const candidates = keyId === undefined ? secrets : secrets.filter(({ id }) => id === keyId);
  if (candidates.length === 0) return refuse("unknown_key");
  if (!methodGrammar.test(method) || !targetGrammar.test(target)) return refuse("mismatch");
  const signable = toSignable(options);
  const given = Buffer.from(signature, "hex");
  // Every candidate is tried, so that the time taken does not tell which secret is in use.
  const fitting = candidates.filter(({ key }) => timingSafeEqual(digest(key, atSeconds, signable), given))[0];
  if (fitting === undefined) return refuse("mismatch");

  const admission = replays?.admit(signature, now) ?? "new";
  if (admission !== "new") return refuse(admission === "seen" ? "replayed" : "cache_full");
  return { ok: true, atSeconds, ...(fitting.id !== undefined && { keyId: fitting.id }) };
}

/** Remembers signatures that were accepted. */
export interface ReplayCache {
  /**
   * Take note of a signature (lowercase hex).
   *
   * @returns `new` the first time, `seen` when it is remembered, `full` when it cannot be known whether it is new: refuse it then.
   */
  admit(signature: string, nowSeconds: number): "new" | "seen" | "full";
}

/** Seconds that a signature must be remembered: from one window early to one window late, it would be accepted again. */
const rememberMinSeconds = 2 * windowSeconds;

/** Signatures remembered by default: 160 requests a second for ten minutes, in about 15 MB. */
const entriesMaxDefault = 100_000;

/**
 * Remember signatures in the memory of this process, each for `windowSeconds` (600 by default, and at least) after it was seen.
 *
 * When `entriesMax` are remembered, the next is refused until the oldest may be forgotten. To forget earlier would let a replay
 * pass, and only a holder of the secret can fill the cache. A backend of several processes needs one cache for all of them: behind
 * this interface, or by taking each caller to the same process.
 *
 * @throws Error when `windowSeconds` is below 600: a replay could pass in the time between.
 * @see reliability.md §11, "Signature"
 */
export function createReplayCache(
  options: { readonly windowSeconds?: number; readonly entriesMax?: number } = {},
): ReplayCache {
  const { windowSeconds: rememberSeconds = rememberMinSeconds, entriesMax = entriesMaxDefault } = options;
  if (!(rememberSeconds >= rememberMinSeconds)) {
    throw new Error(`windowSeconds of a replay cache must be at least ${rememberMinSeconds}.`);
  }
  if (!Number.isSafeInteger(entriesMax) || entriesMax < 1) throw new Error("entriesMax must be a positive integer.");
  /** Signature to the time at which it was seen, oldest first. */
  const seen = new Map<string, number>();
  /** Until then something that was forgotten would be accepted again: a clock that is set back must get past it first. */
  let forgottenUntilSeconds = Number.NEGATIVE_INFINITY;

  function forgetOld(nowSeconds: number): void {
    for (const [signature, seenAtSeconds] of seen) {
      if (nowSeconds - seenAtSeconds <= rememberSeconds) return;
      seen.delete(signature);
      forgottenUntilSeconds = Math.max(forgottenUntilSeconds, seenAtSeconds + rememberSeconds);
    }
  }

  return {
    admit(signature, nowSeconds) {
      forgetOld(nowSeconds);
      if (seen.has(signature)) return "seen";
      if (nowSeconds <= forgottenUntilSeconds) return "full";
      if (seen.size >= entriesMax) return "full";
      seen.set(signature, nowSeconds);
      return "new";
    },
  };
}

/** The part of the signed text that does not depend on the time: `{METHOD}.{target}.{sha256(body) hex}`. */
function toSignable({ method, target, body }: RelayRequest): string {
  if (!methodGrammar.test(method)) throw new Error("The method must be upper-case letters.");
  if (!targetGrammar.test(target)) throw new Error('The target must start with "/" and be printable ASCII.');
  const bodyHash = createHash("sha256");
  if (body !== undefined) bodyHash.update(body);
  return `${method}.${target}.${bodyHash.digest("hex")}`;
}

function digest(key: KeyObject, atSeconds: number, signable: string): Buffer {
  return createHmac("sha256", key).update(`${atSeconds}.${signable}`).digest();
}

function toHeader(atSeconds: number, signature: Buffer, keyId: string | undefined): string {
  if (!Number.isSafeInteger(atSeconds) || atSeconds < 0 || atSeconds > 999_999_999_999) {
    throw new Error("atSeconds must be a Unix time in whole seconds.");
  }
  return `t=${atSeconds},v1=${signature.toString("hex")}${keyId === undefined ? "" : `,kid=${keyId}`}`;
}

function parseHeader(header: string | readonly string[]) {
  if (typeof header !== "string" || header.length > headerMaxChars) return undefined;
  const [, time, signature, keyId] = headerGrammar.exec(header) ?? [];
  return time === undefined || signature === undefined ? undefined : { atSeconds: Number(time), signature, keyId };
}

function checkSecrets(
  secrets: readonly RelaySecret[],
): readonly { readonly id: string | undefined; readonly key: KeyObject }[] {
  if (secrets.length !== 1 && secrets.length !== 2) {
    throw new Error(`A verifier takes one relay secret, or two while rotating, got ${secrets.length}.`);
  }
  const checked = secrets.map(({ id, secret }) => ({ id: checkKeyId(id), key: toKey(secret) }));
  if (checked[1]?.id !== undefined && checked[0]?.id === checked[1].id) {
    throw new Error("Two relay secrets have the same id.");
  }
  return checked;
}

function toKey(secret: string): KeyObject {
  const bytes = Buffer.from(secret);
  if (bytes.length < secretMinBytes) throw new Error(`The relay secret must have at least ${secretMinBytes} bytes.`);
  return createSecretKey(bytes);
}

function checkKeyId(keyId: string | undefined): string | undefined {
  if (keyId !== undefined && !keyIdGrammar.test(keyId)) {
    throw new Error("The relay key id must be 1 to 64 of A-Z, a-z, 0-9, dot, underscore and hyphen.");
  }
  return keyId;
}

function refuse(reason: RelayRefusal): RelayVerdict {
  return { ok: false, reason };
}
