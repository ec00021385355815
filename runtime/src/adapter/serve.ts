import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { Forward } from "./forward.ts";
import { createLineSplitter } from "./lines.ts";
import { type ClientMessage, messageMaxBytes, parseLine } from "./message.ts";

/** Milliseconds for which calls that run may still end after the input has: the default of one upstream request. */
const defaultDrainTimeoutMs = 10_000;

/** Where messages come from and go to. */
export interface ServeOptions {
  readonly input: Readable;
  readonly output: Writable;
  /** How messages go out, given the way back to the client. */
  forwardTo(deliver: (line: string) => Promise<void>): Forward;
  /** Aborted by a signal: the same end as that of the input. */
  readonly stop: AbortSignal;
  /** Default: 10,000. */
  readonly drainTimeoutMs?: number;
}

/** A message that is under way; a request until it is answered. */
interface Running {
  readonly id: string | number | undefined;
  readonly isModern: boolean;
  /** A subscription lasts as long as the client: the end does not wait for it. */
  readonly isLasting: boolean;
  readonly abort: AbortController;
}

/**
 * Carry messages between a client on stdin and stdout and an endpoint, until the input ends, the client is gone or `stop` is aborted.
 * What runs then may finish within the drain timeout.
 */
export async function serve({ input, output, forwardTo, stop, ...options }: ServeOptions): Promise<void> {
  const running = new Set<Running>();
  const work = new Set<Promise<void>>();
  const ended = Promise.withResolvers<void>();
  const end = () => ended.resolve();
  const forward = forwardTo(deliver);
  const split = createLineSplitter(messageMaxBytes);

  function deliver(line: string): Promise<void> {
    return new Promise((resolve) => output.write(`${line}\n`, () => resolve()));
  }

  function receive(message: ClientMessage): void {
    if (message.method === "notifications/cancelled" && !cancel(message.params.requestId)) return;
    const abort = new AbortController();
    const { id, method, version } = message;
    const entry = {
      id: id ?? "",
      isModern: version !== undefined,
      isLasting: method === "subscriptions/listen",
      abort,
    };
    if (id !== undefined) running.add(entry);
    const done = forward(message, abort.signal).finally(() => {
      running.delete(entry);
      work.delete(done);
    });
    if (!entry.isLasting) work.add(done);
  }

  /**
   * Abort what the client does not wait for any more, and say whether the endpoint has to be told: in the era of 2026-07-28 the closed
   * connection tells it, before that a closed connection means nothing (MCP 2025-11-25, "Sending Messages to the Server").
   */
  function cancel(requestId: unknown): boolean {
    const cancelled = [...running].filter(({ id }) => id !== undefined && id === requestId);
    for (const { abort } of cancelled) abort.abort();
    return cancelled.some(({ isModern }) => !isModern);
  }

  function onData(chunk: Buffer): void {
    for (const line of split(chunk)) {
      if (line !== "too_long" && line.toString("utf8").trim() === "") continue;
      const message = parseLine(line);
      if ("error" in message) void deliver(message.error);
      else receive(message);
    }
  }

  input.on("data", onData).once("end", end).once("close", end).once("error", end);
  output.on("error", end);
  stop.addEventListener("abort", end, { once: true });
  if (stop.aborted) end();
  await ended.promise;
  input.off("data", onData).pause();
  await settled(work, options.drainTimeoutMs ?? defaultDrainTimeoutMs);
  for (const { abort } of running) abort.abort();
}

/** All of `work` done, or the time over. */
async function settled(work: ReadonlySet<Promise<void>>, timeoutMs: number): Promise<void> {
  const over = new AbortController();
  const timeout = sleep(timeoutMs, undefined, { signal: over.signal }).catch(() => {});
  await Promise.race([Promise.all(work), timeout]);
  over.abort();
}
