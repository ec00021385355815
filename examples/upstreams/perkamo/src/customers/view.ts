import { toInstant } from "@toolspec/example-http";
import type { Context } from "../context.ts";
import { effectsOf, holdingsOf, type KeptEffect } from "../engine/ledger.ts";
import { countEvents } from "../engine/process.ts";
import { reachedLevels, type Story, unlockedPerks } from "../engine/standing.ts";
import type { Program } from "../program/items.ts";
import { activeProgram } from "../program/versions.ts";
import { redemptionsOf } from "../rewards/redemption.ts";
import type { CustomerRow } from "./customer.ts";

type At = Pick<Context, "database" | "space" | "nowMs">;

/** A customer as the wire shows it, all that is computed as of now. */
export function toCustomer(context: At, row: CustomerRow): Readonly<Record<string, unknown>> {
  const program = activeProgram(context);
  const story = storyOf(context, row);
  return {
    userId: row.user_id,
    externalId: row.external_id,
    email: row.email,
    name: row.name,
    traits: JSON.parse(row.traits),
    wallets: program.wallets.map((wallet) => ({
      wallet: wallet.id,
      ...holdingsOf(story.effects, wallet, context.nowMs),
    })),
    level: levelOf(program, story),
    unlockedPerks: unlockedPerks(program, story).map(({ perk, source, atMs }) => {
      return { perk, source, unlockedAt: toInstant(atMs) };
    }),
    achievements: achievementsOf(context, program, row.user_id, story.effects),
    rewards: redemptionsOf(context, row.user_id).map(({ id, reward, transaction_id, cost, at }) => {
      return { redemptionId: id, rewardId: reward, transactionId: transaction_id, cost, redeemedAt: toInstant(at) };
    }),
    createdAt: toInstant(row.created_at),
    updatedAt: toInstant(row.updated_at),
  };
}

/** A customer as a list shows it. */
export function toSummary(
  context: At,
  program: Pick<Program, "levels">,
  row: CustomerRow,
): Readonly<Record<string, unknown>> {
  return {
    userId: row.user_id,
    externalId: row.external_id,
    email: row.email,
    name: row.name,
    level: levelOf(program, storyOf(context, row)),
    updatedAt: toInstant(row.updated_at),
  };
}

function storyOf(context: At, row: CustomerRow): Story {
  return { createdAtMs: row.created_at, effects: effectsOf(context, row.user_id) };
}

function levelOf({ levels }: Pick<Program, "levels">, story: Story): string | null {
  return reachedLevels(levels, story).at(-1)?.level.id ?? null;
}

/** Achievements of the program that were begun or completed. */
function achievementsOf(context: At, program: Program, userId: string, effects: readonly KeptEffect[]) {
  return program.achievements.flatMap(({ id, event }) => {
    const progress = countEvents(context, userId, event);
    const completed = effects.find(({ type, item }) => type === "achievement_completed" && item === id);
    if (progress === 0 && !completed) return [];
    return [{ achievement: id, progress, completedAt: completed ? toInstant(completed.atMs) : null }];
  });
}
