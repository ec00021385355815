/** Calls of one caller under way at once. More than any agent needs, less than what would fill the house. */
const defaultPerCaller = 64;

/** Calls under way in all. Each may hold a reply of 1 MiB, so this is a gigabyte at worst. */
const defaultTotal = 1024;

/** Counts calls under way. */
export interface ConcurrencyLimit {
  /**
   * Begin a call.
   *
   * @returns what ends it (a second use does nothing), or undefined when too many are under way
   */
  enter(id: string): (() => void) | undefined;
}

/** Limit calls that are under way at once, per caller and in all, in this process. */
export function createConcurrencyLimit(
  options: { readonly perCaller?: number; readonly total?: number } = {},
): ConcurrencyLimit {
  const perCaller = options.perCaller ?? defaultPerCaller;
  const total = options.total ?? defaultTotal;
  // A caller is in the map only while it has calls under way, so the map is no larger than `total`.
  const running = new Map<string, number>();
  let all = 0;

  function leave(id: string): void {
    const left = (running.get(id) ?? 0) - 1;
    if (left <= 0) running.delete(id);
    else running.set(id, left);
    all -= 1;
  }

  return {
    enter(id) {
      const own = running.get(id) ?? 0;
      if (own >= perCaller || all >= total) return undefined;
      running.set(id, own + 1);
      all += 1;
      let isOver = false;
      return () => {
        if (!isOver) leave(id);
        isOver = true;
      };
    },
  };
}
