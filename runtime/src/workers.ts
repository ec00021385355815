import cluster, { type Worker } from "node:cluster";
import { extname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "./ports.ts";

/** Milliseconds before a worker that has died is replaced; doubled with each that dies young, so that a broken machine is not kept busy. */
const restartAfterMs = 500;
const restartAfterMostMs = 30_000;

/** Milliseconds after which a worker counts as sound, and the next wait is short again. */
const soundAfterMs = 60_000;

/** What the workers are started with. */
export interface WorkersOptions {
  readonly count: number;
  /** The arguments of this very command: each worker is it again, and finds out that it is one. */
  readonly argv: readonly string[];
  readonly logger: Logger;
  /** Resolves when all is to end. */
  readonly stopped: Promise<void>;
}

/** How a process has ended. */
interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
}

/**
 * Serve with several processes on one port: this one holds the port and keeps the others alive. Each worker is a house of its own on
 * the same store, and no more to the others than another replica.
 *
 * The first is waited for: it brings the store up to date alone, and what it cannot do none could, so that its exit code is ours.
 * One that dies later is replaced. When all is to end, each is asked to and waited for.
 *
 * @returns the exit code
 */
export async function serveWithWorkers({ count, argv, logger, stopped }: WorkersOptions): Promise<number> {
  const running = new Set<Worker>();
  const stopping = new AbortController();
  const endings: Ended[] = [];
  stopped.then(() => {
    stopping.abort();
    for (const worker of running) worker.process.kill("SIGTERM");
  });

  // Each worker takes connections itself: one that is handed to a worker just as it dies would be heard by nobody, and never closed.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  cluster.setupPrimary({ exec: join(import.meta.dirname, `bin${extname(import.meta.filename)}`), args: [...argv] });

  function start(): { readonly worker: Worker; readonly ended: Promise<Ended> } {
    const worker = cluster.fork();
    const { promise: ended, resolve } = Promise.withResolvers<Ended>();
    const end = (ending: Ended) => {
      running.delete(worker);
      resolve(ending);
    };
    running.add(worker);
    worker.once("exit", (code, signal) => end({ code, signal }));
    worker.on("error", (error) => {
      logger.warn("a worker cannot be spoken to", { pid: worker.process.pid, error });
      // It was never there: no exit will be told.
      if (worker.process.pid === undefined) end({ code: 1, signal: null });
    });
    return { worker, ended };
  }

  /** One place that is never empty for long. */
  async function keep({ worker, ended } = start()): Promise<void> {
    let waitMs = restartAfterMs;
    while (true) {
      const sinceMs = performance.now();
      const ending = await ended;
      if (stopping.signal.aborted) return void endings.push(ending);
      if (performance.now() - sinceMs >= soundAfterMs) waitMs = restartAfterMs;
      logger.warn("a worker has ended, and another takes its place", { pid: worker.process.pid, ...ending, waitMs });
      await pause(waitMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      waitMs = Math.min(waitMs * 2, restartAfterMostMs);
      ({ worker, ended } = start());
    }
  }

  const first = start();
  const listens = new Promise<undefined>((resolve) => first.worker.once("listening", () => resolve(undefined)));
  const early = await Promise.race([listens, first.ended]);
  if (early !== undefined) return early.code ?? (isAsked(early) ? 0 : 1);
  const others = stopping.signal.aborted ? 0 : count - 1;
  const places = [keep(first), ...Array.from({ length: others }, () => keep())];
  logger.info("workers share the port", { workers: places.length });
  await Promise.all(places);
  return endings.every(isAsked) ? 0 : 1;
}

/** It has ended because it was asked to: in order, or before it could listen to the signal. */
function isAsked({ code, signal }: Ended): boolean {
  return code === 0 || signal === "SIGTERM" || signal === "SIGINT";
}
