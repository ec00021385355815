/** Values that were asked for lately, by key; beyond `max`, the one that was not asked for longest goes. */
export interface Recent<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
}

/** For keys that callers choose: however many they make up, what is kept has a bound, and what others use stays. */
export function createRecent<Value>(max: number): Recent<Value> {
  const kept = new Map<string, Value>();
  return {
    get(key) {
      const value = kept.get(key);
      if (value === undefined) return undefined;
      kept.delete(key);
      kept.set(key, value);
      return value;
    },
    set(key, value) {
      kept.delete(key);
      kept.set(key, value);
      if (kept.size > max) kept.delete(kept.keys().next().value as string);
    },
  };
}
