import type { Clock, Logger } from "../ports.ts";
import type { Refusal } from "./refusal.ts";

/** Milliseconds in which one reason, or one key, is logged once: somebody who guesses must not fill the disk. */
const pauseMs = 60_000;

/** Keys that are remembered. Beyond it all are forgotten, and some lines come twice. */
const remindersMax = 1000;

interface Reminder {
  readonly atMs: number;
  /** Refusals since, which were not logged. */
  more: number;
}

/** Is told of a refusal, and how many of its like have come since it was last told. */
export type RefusalListener = (refusal: Refusal, moreSinceLast: number) => void;

/** Log why credentials are refused: once a minute for each reason and each known key, with the number of those left out. */
export function createRefusalLog(options: {
  readonly logger: Logger;
  readonly clock: Pick<Clock, "monotonic">;
  /** Hears what is logged, as often as it is logged. */
  readonly listener?: RefusalListener | undefined;
}): (refusal: Refusal) => void {
  const { logger, clock, listener } = options;
  const reminders = new Map<string, Reminder>();
  return (refusal) => {
    const nowMs = clock.monotonic();
    const name = `${refusal.reason} ${refusal.keyId ?? ""}`;
    const before = reminders.get(name);
    if (before !== undefined && nowMs - before.atMs < pauseMs) {
      before.more += 1;
      return;
    }
    if (reminders.size >= remindersMax) reminders.clear();
    reminders.set(name, { atMs: nowMs, more: 0 });
    logger.info("a credential was refused", {
      ...refusal,
      ...(before === undefined ? {} : { moreSinceLast: before.more }),
    });
    listener?.(refusal, before?.more ?? 0);
  };
}
