import {
  integer,
  invalidRequest,
  listOf,
  objectOf,
  optional,
  type Problem,
  text,
  toInstant,
} from "@toolspec/example-http";
import { type Context, notFound } from "../context.ts";
import { apply } from "../engine/apply.ts";
import { type Effect, effectsOf, holdingsOf, insufficient } from "../engine/ledger.ts";
import { once } from "../engine/transactions.ts";
import { itemId, transactionId, userId } from "../fields.ts";
import { record } from "../history.ts";
import { operation } from "../operation.ts";
import type { Program } from "../program/items.ts";
import { activeProgram } from "../program/versions.ts";
import { type CustomerRow, findCustomer } from "./customer.ts";
import { toCustomer } from "./view.ts";

/** Units that one adjustment may add or take away. */
const AMOUNT_MAX = 1_000_000;

const change = objectOf({ wallet: itemId(), amount: integer({ min: -AMOUNT_MAX, max: AMOUNT_MAX }) });
const perks = listOf(itemId(), { min: 1, max: 50 });

/** What a person wants changed. */
interface Adjustment {
  readonly wallets?: readonly { readonly wallet: string; readonly amount: number }[] | undefined;
  readonly unlockPerks?: readonly string[] | undefined;
  readonly lockPerks?: readonly string[] | undefined;
}

/** Correct a customer by hand, all of it or nothing. */
export const adjustCustomer = operation({
  method: "POST",
  path: "/v1/customers/{userId}/adjustments",
  access: "write",
  params: { userId: userId() },
  body: {
    wallets: optional(listOf(change, { min: 1, max: 20, repeats: true })),
    unlockPerks: optional(perks),
    lockPerks: optional(perks),
    reason: text({ min: 3, max: 500 }),
    transactionId: transactionId(),
  },
  run(context, input) {
    const { userId, transactionId, reason, ...wanted } = input;
    requireSense(wanted);
    const customer = findCustomer(context, userId);
    const { first, result } = once(context, { transactionId, kind: "adjustment", content: input }, () => {
      const program = activeProgram(context);
      const effects = toEffects(context, program, customer, wanted);
      apply(context, program, customer, { transactionId, occurredAtMs: context.nowMs, effects });
      record(context, "customer.adjusted", userId, { transactionId, reason, ...wanted });
      return { adjustedAt: toInstant(context.nowMs), adjustedBy: context.caller.subject };
    });
    const now = toCustomer(context, findCustomer(context, userId));
    const status = first ? "applied" : "duplicate";
    return { status: first ? 201 : 200, body: { transactionId, status, ...result, customer: now } };
  },
});

/** @throws ApiError 422 for what says nothing, or two things of one wallet or perk. */
function requireSense({ wallets, unlockPerks, lockPerks }: Adjustment): void {
  const problems: Problem[] = [];
  if (!wallets && !unlockPerks && !lockPerks) {
    problems.push({ field: "body", message: "must have wallets, unlockPerks or lockPerks" });
  }
  const seen = new Set<string>();
  for (const [index, { wallet, amount }] of (wallets ?? []).entries()) {
    if (amount === 0) problems.push({ field: `body.wallets[${index}].amount`, message: "must not be 0" });
    if (seen.has(wallet)) problems.push({ field: `body.wallets[${index}].wallet`, message: `repeats ${wallet}` });
    seen.add(wallet);
  }
  const both = lockPerks?.findIndex((perk) => unlockPerks?.includes(perk)) ?? -1;
  if (both >= 0) problems.push({ field: `body.lockPerks[${both}]`, message: "is among unlockPerks too" });
  if (problems.length > 0) throw invalidRequest(problems);
}

/** @throws ApiError 404 for an unknown wallet or perk, 409 for a balance that would fall below 0. */
function toEffects(
  context: Context,
  program: Program,
  customer: CustomerRow,
  { wallets = [], unlockPerks = [], lockPerks = [] }: Adjustment,
): readonly Effect[] {
  const before = effectsOf(context, customer.user_id);
  const source = "adjustment";
  const money = wallets.map(({ wallet: id, amount }): Effect => {
    const wallet = program.wallets.find((each) => each.id === id);
    if (!wallet) throw notFound("wallet", id);
    const { balance } = holdingsOf(before, wallet, context.nowMs);
    if (balance + amount < 0) throw insufficient(id, balance, -amount);
    return { type: amount > 0 ? "wallet_credited" : "wallet_debited", source, item: id, wallet: id, amount };
  });
  const perks = (type: "perk_unlocked" | "perk_locked", ids: readonly string[]) =>
    ids.map((item): Effect => {
      if (!program.perks.some(({ id }) => id === item)) throw notFound("perk", item);
      return { type, source, item, wallet: null, amount: null };
    });
  return [...money, ...perks("perk_unlocked", unlockPerks), ...perks("perk_locked", lockPerks)];
}
