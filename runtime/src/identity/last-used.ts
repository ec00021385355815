import type { Clock, Logger, TokenStore } from "../ports.ts";

/** Milliseconds between two writes. People look for tokens that nobody has used for weeks; a minute is exact enough. */
const flushPauseMs = 60_000;

/** Tokens noted between two writes. More than this are written at once, so that memory stays bounded. */
const notedMax = 10_000;

/** When tokens were last used, kept without a write per call. */
export interface LastUsed {
  note(id: string): void;
  /** Write what is noted, and note nothing more. Never rejects. */
  close(): Promise<void>;
}

/**
 * Note uses in memory and write them in one batch a minute.
 *
 * A failure is logged and tried again with the next batch: that a token was used is never a reason for a call to fail.
 */
export function createLastUsed(options: {
  readonly tokens: Pick<TokenStore, "recordUse">;
  readonly clock: Pick<Clock, "now">;
  readonly logger: Logger;
}): LastUsed {
  const { tokens, clock, logger } = options;
  let noted = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();
  let closed = false;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    const uses = noted;
    noted = new Map();
    writing = writing.then(() => tokens.recordUse(uses)).catch((cause: unknown) => keep(uses, cause));
  }

  function keep(uses: ReadonlyMap<string, number>, cause: unknown): void {
    logger.warn("the last use of tokens could not be written", { tokens: uses.size, cause });
    if (noted.size < notedMax) noted = new Map([...uses, ...noted]);
  }

  return {
    note(id) {
      if (closed) return;
      noted.set(id, clock.now());
      if (noted.size >= notedMax) flush();
      // Must not keep a process alive that has nothing else to do; `close` writes the rest.
      else timer ??= setTimeout(flush, flushPauseMs).unref();
    },
    async close() {
      closed = true;
      flush();
      await writing;
    },
  };
}
