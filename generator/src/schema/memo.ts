/** What was found out about schemas once, kept as long as the shared schemas that it depends on. */
import type { JsonType } from "./json-type.ts";
import type { Part } from "./part.ts";
import type { Definitions, Side } from "./scope.ts";

/** Contracts refer to the same few schemas thousands of times, often in circles: each is looked through once. */
export interface Memo {
  readonly parts: WeakMap<object, readonly Part[]>;
  readonly types: WeakMap<object, ReadonlySet<JsonType>>;
  /** By name of the shared schema. */
  readonly isRecursive: Map<string, boolean>;
  readonly fillsDefaults: Map<string, boolean>;
  /** Schemas in which no default is filled in, nor in what they hold or refer to. */
  readonly fillsNothing: WeakSet<object>;
}

const memos = new WeakMap<Definitions, Map<Side, Memo>>();

/** The memo of these shared schemas on this side. */
export function memoOf(definitions: Definitions, side: Side): Memo {
  const bySide = memos.get(definitions) ?? new Map<Side, Memo>();
  memos.set(definitions, bySide);
  const memo = bySide.get(side) ?? {
    parts: new WeakMap(),
    types: new WeakMap(),
    isRecursive: new Map(),
    fillsDefaults: new Map(),
    fillsNothing: new WeakSet(),
  };
  bySide.set(side, memo);
  return memo;
}
