import { StoreError } from "./store-error.ts";

/**
 * Milliseconds that an entry waits for company at most. A durable commit stops the process for 0.1 ms on a good disk and
 * for several on a bad one, so under load it must serve many; and 2 ms are little beside an upstream's answer.
 */
const defaultWindowMs = 2;

/** Entries in one transaction at most: bounds how long other queries wait for the connection. */
const batchMax = 512;

/** Entries waiting at most. More than this means that the disk has stopped; refusing is better than running out of memory. */
const waitingMax = 20_000;

interface Waiter<Item> {
  readonly item: Item;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Let what arrives together share one transaction. */
export interface GroupCommit<Item> {
  /** Resolves when the item is durable; rejects when its batch could not be written. */
  add(item: Item): Promise<void>;
  readonly commits: number;
  close(): Promise<void>;
}

/**
 * Gather items and write them in batches, one batch at a time.
 *
 * A batch leaves when as many wait as shared the batch before it, or when its first item has waited for 2 ms. So a lone
 * caller never waits, and many callers fall into step with each other.
 */
export function createGroupCommit<Item>(options: {
  readonly write: (items: readonly Item[]) => Promise<void>;
  readonly windowMs?: number;
  /** Nothing of the batch lasts, and it is the fault of one item: the others are written without it. Default: never. */
  readonly isOnesFault?: (error: unknown) => boolean;
}): GroupCommit<Item> {
  let waiting: Waiter<Item>[] = [];
  let sizeBefore = 1;
  let commits = 0;
  let closed = false;
  let writing: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let immediate: NodeJS.Immediate | undefined;

  function schedule(): void {
    if (writing !== undefined || waiting.length === 0) return;
    // Not at once: what else arrives in this turn of the event loop comes along for nothing.
    if (waiting.length >= sizeBefore || closed) immediate ??= setImmediate(start);
    else timer ??= setTimeout(start, options.windowMs ?? defaultWindowMs);
  }

  function start(): void {
    clearTimeout(timer);
    clearImmediate(immediate);
    timer = undefined;
    immediate = undefined;
    const batch = waiting.slice(0, batchMax);
    waiting = waiting.slice(batchMax);
    sizeBefore = batch.length;
    writing = commit(batch).finally(() => {
      writing = undefined;
      schedule();
    });
  }

  async function commit(batch: readonly Waiter<Item>[]): Promise<void> {
    try {
      await options.write(batch.map((waiter) => waiter.item));
      commits += 1;
      for (const waiter of batch) waiter.resolve();
    } catch (error) {
      // Each alone: whoever came along with a bad one must not pay for it.
      if (batch.length > 1 && options.isOnesFault?.(error)) for (const waiter of batch) await commit([waiter]);
      else for (const waiter of batch) waiter.reject(error);
    }
  }

  return {
    get commits() {
      return commits;
    },
    add(item) {
      if (closed) return Promise.reject(new StoreError("closed", "The audit trail is closed: the server is stopping."));
      if (waiting.length >= waitingMax) return Promise.reject(overflow());
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      waiting.push({ item, resolve, reject });
      schedule();
      return promise;
    },
    async close() {
      closed = true;
      schedule();
      while (waiting.length > 0 || writing !== undefined) await (writing ?? new Promise((done) => setImmediate(done)));
    },
  };
}

function overflow(): StoreError {
  return new StoreError("busy", `${waitingMax} audit entries wait to be written. The disk does not keep up.`);
}
