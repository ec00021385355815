import type { Clock, DeliveryEnding, Logger, WebhookDelivery, WebhookEndpoint, WebhookStore } from "../ports.ts";
import { type Message, type Posted, post, postTimeoutMs } from "./post.ts";
import { failingMaxMs, pauseBefore, readRetryAfter } from "./schedule.ts";
import { signatureHeaders } from "./signature.ts";

/** Milliseconds between two looks for work: about as long as an event waits for its first attempt. */
const sweepEveryMs = 1000;

/** Milliseconds for which an attempt keeps others away: its timeout and as much again. After a crash it is made again then. */
const leaseMs = 2 * postTimeoutMs;

/** Attempts under way at a time, in one process. */
const concurrencyMax = 16;

/** Of these to one endpoint: one that does not answer leaves room for the others. */
const perEndpointMax = 4;

/** Milliseconds that attempts under way have when the server stops. What has not ended by then is sent again, under the same id. */
const closeGraceMs = 3000;

/** What was settled is kept for so long, in milliseconds: to be looked at, and to be replayed. */
const deliveredKeptMs = 7 * 24 * 60 * 60_000;
const deadKeptMs = 90 * 24 * 60 * 60_000;

/** Milliseconds between two removals of what is old, and rows removed at a time. */
const pruneEveryMs = 60 * 60_000;
const pruneMax = 1000;

/** HTTP status of an endpoint that is gone for good. */
const goneStatus = 410;

/** What a sender is made of. */
export interface SenderOptions {
  readonly server: string;
  readonly store: Pick<WebhookStore, "due" | "claim" | "settle" | "prune">;
  readonly clock: Pick<Clock, "now">;
  readonly logger: Logger;
  /** Tests bring their own. */
  readonly post?: typeof post;
}

/** Sends webhooks. Nothing waits for it. */
export interface WebhookSender {
  /** One look for work, and its end. For tests. */
  sweep(): Promise<void>;
  /** Begin nothing more. */
  close(): Promise<void>;
}

/**
 * Send what waits in the outbox: each message at least once, in no order, by whichever process claims it.
 *
 * @see reliability.md §6.8
 */
export function createWebhookSender(options: SenderOptions): WebhookSender {
  const { server, store, clock, logger } = options;
  const sendNow = options.post ?? post;
  /** Endpoint by delivery. */
  const running = new Map<string, { readonly endpointId: string; readonly done: Promise<void> }>();
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let sweeping: Promise<void> | undefined;
  let prunedAtMs = 0;
  /** The last look left something over. */
  let isFull = false;
  /** Another look was asked for while one was under way. */
  let isAskedAgain = false;
  let isClosed = false;

  const busy = () => {
    const counts = Map.groupBy(running.values(), ({ endpointId }) => endpointId);
    return [...counts].filter(([, attempts]) => attempts.length >= perEndpointMax).map(([id]) => id);
  };

  async function look(): Promise<void> {
    const room = concurrencyMax - running.size;
    if (room <= 0 || isClosed) return;
    const due = await store.due(server, clock.now(), { limit: room, except: busy() });
    isFull = due.length === room || busy().length > 0;
    for (const { id, endpointId } of due) {
      if (isClosed || running.has(id) || busy().includes(endpointId)) continue;
      running.set(id, { endpointId, done: begin(id) });
    }
  }

  async function begin(id: string): Promise<void> {
    try {
      await attempt(id);
      running.delete(id);
      // Where many wait, the next one has its turn at once; not after an error, which would come again as fast.
      if (isFull && !isClosed) void sweep();
    } catch (error) {
      running.delete(id);
      logger.warn("a webhook was left for later", { delivery: id, error });
    }
  }

  async function attempt(id: string): Promise<void> {
    const nowMs = clock.now();
    const claimed = await store.claim(id, { nowMs, untilMs: nowMs + leaseMs });
    if (claimed === undefined) return;
    const { delivery, endpoint } = claimed;
    if (endpoint === undefined) {
      const error = "the endpoint is disabled or gone";
      await store.settle(delivery, { kind: "dead", atMs: nowMs, status: undefined, error });
      return;
    }
    const posted = await sendNow(toMessage(endpoint, delivery, clock.now()), { signal: stopping.signal });
    // Stopped in the middle: nobody knows whether it was received, and it is sent again when the lease is over.
    if (stopping.signal.aborted) return;
    const ending = toEnding(posted, { delivery, endpoint, nowMs: clock.now() });
    await store.settle(delivery, ending);
    report(ending, delivery);
  }

  function report(ending: DeliveryEnding, { id, endpointId, type, attempts }: WebhookDelivery): void {
    const fields = { delivery: id, endpoint: endpointId, type, attempts, status: ending.status };
    if (ending.kind === "delivered") logger.debug("a webhook was delivered", fields);
    else if (ending.kind === "again") logger.info("a webhook is sent again later", { ...fields, error: ending.error });
    else logger.warn("a webhook was given up: see `toolspec webhooks replay`", { ...fields, error: ending.error });
    if (ending.kind === "dead" && ending.disable !== undefined)
      logger.warn("a webhook endpoint was disabled", { endpoint: endpointId, why: ending.disable });
  }

  async function pruneNowAndThen(): Promise<void> {
    const nowMs = clock.now();
    if (nowMs - prunedAtMs < pruneEveryMs) return;
    prunedAtMs = nowMs;
    const kept = { deliveredBeforeMs: nowMs - deliveredKeptMs, deadBeforeMs: nowMs - deadKeptMs, limit: pruneMax };
    // A full batch means that there may be more: at the next look.
    if ((await store.prune(server, kept)) === pruneMax) prunedAtMs = 0;
  }

  function sweep(): Promise<void> {
    if (sweeping !== undefined) {
      isAskedAgain = true;
      return sweeping;
    }
    sweeping = look()
      .then(pruneNowAndThen)
      .catch((error: unknown) => logger.warn("the outbox of webhooks cannot be read", { error }))
      .finally(() => {
        sweeping = undefined;
        if (isAskedAgain && !isClosed) void sweep();
        isAskedAgain = false;
      });
    return sweeping;
  }

  function schedule(): void {
    if (isClosed) return;
    // Replicas that were started together must not stay in step.
    timer = setTimeout(() => void sweep().finally(schedule), sweepEveryMs * (0.8 + 0.4 * Math.random()));
    timer.unref();
  }
  schedule();

  const idle = () => Promise.all([...running.values()].map(({ done }) => done));
  return {
    async sweep() {
      await sweep();
      while (running.size > 0 || sweeping !== undefined) {
        await idle();
        await sweeping;
      }
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await sweeping;
      const stop = setTimeout(() => stopping.abort(), closeGraceMs);
      await idle();
      clearTimeout(stop);
    },
  };
}

/** What is sent, signed for this moment. */
export function toMessage(
  endpoint: Pick<WebhookEndpoint, "url" | "allowPrivate" | "secret">,
  { id, payload: body }: Pick<WebhookDelivery, "id" | "payload">,
  atMs: number,
): Message {
  const { url, allowPrivate, secret } = endpoint;
  return { url, allowPrivate, headers: signatureHeaders({ id, atMs, body }, secret), body };
}

/** What an attempt means for the delivery, and for its endpoint. */
function toEnding(
  { status, error, retryAfter }: Posted,
  about: { readonly delivery: WebhookDelivery; readonly endpoint: WebhookEndpoint; readonly nowMs: number },
): DeliveryEnding {
  const { delivery, endpoint, nowMs } = about;
  const ended = { atMs: nowMs, status };
  if (error === undefined) return { kind: "delivered", ...ended };
  if (status === goneStatus)
    return { kind: "dead", ...ended, error, disable: "it answered 410: gone, and not to be sent to any more" };
  const isHopeless = endpoint.failingSinceMs !== undefined && nowMs - endpoint.failingSinceMs >= failingMaxMs;
  const disable = isHopeless ? { disable: "every attempt of five days has failed" } : {};
  const pauseMs = isHopeless
    ? undefined
    : pauseBefore(delivery.attempts, Math.random(), readRetryAfter(retryAfter, nowMs));
  if (pauseMs === undefined) return { kind: "dead", ...ended, error, ...disable };
  return { kind: "again", ...ended, error, dueAtMs: nowMs + pauseMs };
}
