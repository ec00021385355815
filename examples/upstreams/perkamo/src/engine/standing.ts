import type { Item, Program } from "../program/items.ts";
import type { KeptEffect } from "./ledger.ts";

/** A level that a customer has reached, and since when; `seq` is the effect that did it, 0 for one without a threshold. */
interface Reached {
  readonly level: Item<"levels">;
  readonly seq: number;
  readonly atMs: number;
}

/** A perk that a customer enjoys. */
export interface UnlockedPerk {
  readonly perk: string;
  readonly source: "level" | "achievement" | "adjustment";
  readonly atMs: number;
}

/** What a customer is known from: when it came, and all that happened to it. */
export interface Story {
  readonly createdAtMs: number;
  readonly effects: readonly KeptEffect[];
}

/** Levels that a customer has reached by what was ever credited, lowest first. */
export function reachedLevels(levels: Program["levels"], { createdAtMs, effects }: Story): readonly Reached[] {
  return levels
    .toSorted((a, b) => a.threshold - b.threshold)
    .flatMap((level) => {
      if (level.threshold === 0) return [{ level, seq: 0, atMs: createdAtMs }];
      let lifetime = 0;
      for (const { wallet, amount, seq, atMs } of effects) {
        if (wallet === level.wallet && amount !== null && amount > 0) lifetime += amount;
        if (lifetime >= level.threshold) return [{ level, seq, atMs }];
      }
      return [];
    });
}

/** Perks that a customer enjoys: those of its levels, and those unlocked one by one, unless one was locked since. */
export function unlockedPerks(program: Pick<Program, "levels" | "perks">, story: Story): readonly UnlockedPerk[] {
  const reached = reachedLevels(program.levels, story);
  return program.perks.flatMap(({ id }) => {
    const last = story.effects.findLast(({ type, source, item }) => {
      return item === id && (type === "perk_locked" || (type === "perk_unlocked" && source !== "level"));
    });
    if (last?.type === "perk_unlocked") {
      return [{ perk: id, source: last.source as UnlockedPerk["source"], atMs: last.atMs }];
    }
    const by = reached.find(({ level, seq }) => level.perks.includes(id) && seq >= (last?.seq ?? 0));
    return by ? [{ perk: id, source: "level" as const, atMs: by.atMs }] : [];
  });
}
