import { createHash } from "node:crypto";
import type { ReceivedCall } from "../call.ts";
import { GatewayError } from "../errors.ts";
import type { Clock, Logger } from "../ports.ts";
import type { ExchangeReply, TokenEndpoint } from "./token-endpoint.ts";

/** Milliseconds before a token's end at which it is no longer used: it must last for the request, and clocks differ. */
const marginMs = 30_000;

/** Milliseconds a token is kept at most, because the caller's own may end sooner than the one that was given for it. */
const keptMaxMs = 300_000;

/** Tokens kept. Beyond that the one unused for longest goes, and is asked for again. */
const keptMax = 1000;

/** A call whose caller needs a token. */
type Call = Pick<ReceivedCall, "id" | "caller" | "signal">;

/** Gives each caller a token for the upstream. */
export interface TokenExchange {
  /**
   * The upstream's token for the caller of this call: kept from before, or asked for now, once for all calls that wait for it.
   *
   * @throws GatewayError `token_exchange_refused`, `token_exchange_unavailable`, or `cancelled`. Nothing went upstream then.
   */
  tokenFor(call: Call): Promise<string>;
  /** The upstream does not accept this token any more: the next call asks for another. */
  forget(call: Call, token: string): void;
  close(): Promise<void>;
}

interface Kept {
  readonly token: string;
  /** By the monotonic clock. */
  readonly untilMs: number;
}

/** Keep tokens by the SHA-256 of the caller's, so that the latter is in no table. */
export function createTokenExchange(options: {
  readonly endpoint: TokenEndpoint;
  readonly clock: Clock;
  readonly logger: Logger;
}): TokenExchange {
  const { endpoint, clock, logger } = options;
  /** The one unused for longest first. */
  const kept = new Map<string, Kept>();
  const asked = new Map<string, Promise<ExchangeReply>>();

  function find(key: string): string | undefined {
    const found = kept.get(key);
    kept.delete(key);
    if (found === undefined || found.untilMs <= clock.monotonic()) return undefined;
    kept.set(key, found);
    return found.token;
  }

  function keep(key: string, token: string, expiresInSeconds: number, askedMs: number): void {
    const untilMs = askedMs + Math.min(expiresInSeconds * 1000 - marginMs, keptMaxMs);
    if (untilMs <= clock.monotonic()) return;
    kept.set(key, { token, untilMs });
    const [longestUnused] = kept.keys();
    if (kept.size > keptMax && longestUnused !== undefined) kept.delete(longestUnused);
  }

  async function ask(key: string, { id, caller }: Call): Promise<ExchangeReply> {
    const askedMs = clock.monotonic();
    const reply = await endpoint.exchange(caller.credential.reveal());
    if (reply.kind !== "issued") {
      const { kind, ...fields } = reply;
      logger.warn(`the token exchange was ${kind === "refused" ? "refused" : "not answered"}`, {
        callId: id,
        ...fields,
      });
    } else if (reply.expiresInSeconds !== undefined) {
      keep(key, reply.token, reply.expiresInSeconds, askedMs);
    }
    return reply;
  }

  function askOnce(key: string, call: Call): Promise<ExchangeReply> {
    const running = asked.get(key);
    if (running !== undefined) return running;
    const begun = ask(key, call).finally(() => asked.delete(key));
    asked.set(key, begun);
    return begun;
  }

  return {
    async tokenFor(call) {
      const key = toKey(call);
      const token = find(key);
      if (token !== undefined) return token;
      const reply = await unlessAborted(askOnce(key, call), call.signal);
      if (reply.kind === "issued") return reply.token;
      throw toError(reply.kind);
    },
    forget(call, token) {
      const key = toKey(call);
      if (kept.get(key)?.token === token) kept.delete(key);
    },
    close: () => endpoint.close(),
  };
}

function toKey({ caller }: Call): string {
  return createHash("sha256").update(caller.credential.reveal()).digest("base64url");
}

/** Wait for a promise that goes on for others, until this call is cancelled. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(new GatewayError("cancelled", "The call was cancelled before anything was sent."));
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener("abort", onAbort));
}

function toError(kind: Exclude<ExchangeReply["kind"], "issued">): GatewayError {
  return kind === "refused"
    ? new GatewayError(
        "token_exchange_refused",
        "The authorization server gives no token for the upstream in exchange for yours, so nothing was sent. Log in again; if that does not help, tell the operator.",
      )
    : new GatewayError(
        "token_exchange_unavailable",
        "The authorization server cannot be asked for a token for the upstream, so nothing was sent. Try again later.",
      );
}
