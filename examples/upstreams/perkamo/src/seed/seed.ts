import { DAY_MS } from "@toolspec/example-http";
import type { Context } from "../context.ts";
import { findCustomer, saveCustomer } from "../customers/customer.ts";
import type { Database } from "../database.ts";
import { processEvent } from "../engine/process.ts";
import { once } from "../engine/transactions.ts";
import { modules } from "../program/items.ts";
import { addVersion } from "../program/versions.ts";
import { redeem } from "../rewards/redeem.ts";
import { addSpace, type Space } from "../spaces.ts";
import { seedIds, seedSpaces } from "./ids.ts";
import { coffeeProgram, quietProgram } from "./program.ts";

/** Days ago on which the programs were set up. */
const SET_UP_DAYS = 400;

/** Customers of a Space beside the four with names of their own: more than one page of a search. */
const OTHERS = 30;

const spaces: readonly Space[] = [
  { id: seedSpaces.acmeTest, environment: "test", plan: "Growth" },
  { id: seedSpaces.acmeLive, environment: "live", plan: "Growth" },
  { id: seedSpaces.globexTest, environment: "test", plan: "Starter" },
];

/** Make the Spaces, and fill in what happened there, unless they are to be empty. Everything is computed by the engine itself. */
export function seedDatabase(database: Database, { nowMs, empty }: { nowMs: number; empty: boolean }): void {
  database.transaction(
    () => {
      for (const space of spaces) {
        addSpace(database, space);
        if (!empty) seedSpace({ database, space, nowMs });
      }
    },
    { keep: true },
  );
}

type At = Pick<Context, "database" | "space" | "nowMs">;

function seedSpace(at: At): void {
  const of = at.space.id === seedSpaces.globexTest ? "globex" : "acme";
  const program = of === "acme" ? coffeeProgram(at.nowMs) : quietProgram(at.nowMs);
  const setUp = contextAt(at, SET_UP_DAYS);
  for (const module of modules) {
    addVersion(setUp, { module, items: program[module], activate: true, note: "First version." });
  }
  const { nora, tom, mia, jonas } = seedIds;
  join(at, { userId: nora, name: "Nora Beck", days: 390, of });
  join(at, { userId: tom, name: "Tom Reyes", days: 200, of });
  join(at, { userId: mia, name: "Mia Chen", days: 40, of });
  join(at, { userId: jonas, name: "Jonas Vik", days: 1, of });
  // Nora of Globex orders less than her namesake: a leak between Spaces would be seen in any figure.
  for (let n = 0; n < (of === "acme" ? 24 : 3); n++) order(at, nora, 380 - n * 15, 70 + n * 3);
  for (let n = 0; n < 9; n++) order(at, tom, 190 - n * 20, 45 + n);
  order(at, mia, 30, 38.5);
  order(at, mia, 12, 61.9);
  for (const n of [1, 2, 3]) happen(at, nora, 300 - n * 60, "review.published", { words: 20 + n });
  for (const n of [1, 2, 3, 4]) happen(at, nora, 250 - n * 50, "referral.converted", { friend: `friend_${n}` });
  for (let n = 0; n < OTHERS; n++) seedOther(at, n, of);
  if (at.space.id === seedSpaces.acmeTest) stageDraft(at);
}

function seedOther(at: At, n: number, of: string): void {
  const days = 120 - n * 3;
  const userId = `user_${2001 + n}`;
  join(at, { userId, name: `Member ${n + 1}`, days, of });
  for (let m = 0; m < n % 3; m++) order(at, userId, days - m * 4 - 1, 20 + n);
  if (n % 3 === 2) take(at, userId, days - 10, seedIds.coffee);
}

/** A version that waits for review. */
function stageDraft(at: At): void {
  const { rules } = coffeeProgram(at.nowMs);
  const items = rules.map((rule) => (rule.id === "review" ? { ...rule, amount: 40 } : rule));
  addVersion(contextAt(at, 3), { module: "rules", items, activate: false, note: "Reviews bring 40 instead of 25." });
}

function join(at: At, { userId, name, days, of }: { userId: string; name: string; days: number; of: string }): void {
  const createdAt = at.nowMs - days * DAY_MS;
  saveCustomer(at.database, {
    space: at.space.id,
    user_id: userId,
    external_id: `legacy-${userId.slice("user_".length)}`,
    email: `${name.toLowerCase().replaceAll(" ", ".")}@${of}.example`,
    name,
    traits: JSON.stringify({ country: of === "acme" ? "DE" : "US", newsletter: true }),
    created_at: createdAt,
    updated_at: createdAt,
  });
  happen(at, userId, days, "account.created", { channel: "web" });
}

function order(at: At, userId: string, days: number, orderTotal: number): void {
  happen(at, userId, days, "order.completed", { orderTotal, currency: "EUR" });
}

/** Let the engine take in what happened so many days ago, as if it had come then. */
function happen(at: At, userId: string, days: number, event: string, facts: Readonly<Record<string, unknown>>): void {
  const context = contextAt(at, days);
  const transactionId = `seed-${userId}-${event}-${days}`;
  const taken = { userId, event, transactionId, context: facts };
  once(context, { transactionId, kind: "event", content: taken }, () => {
    const trusted = { event, transactionId, context: facts, occurredAtMs: context.nowMs };
    return processEvent(context, findCustomer(context, userId), trusted);
  });
}

/** Let a customer take a reward so many days ago. */
function take(at: At, userId: string, days: number, rewardId: string): void {
  const context = contextAt(at, days);
  const transactionId = `seed-${userId}-${rewardId}-${days}`;
  once(context, { transactionId, kind: "redemption", content: { rewardId, userId, transactionId } }, () =>
    redeem(context, { customer: findCustomer(context, userId), rewardId, transactionId }),
  );
}

function contextAt(at: At, days: number): Context {
  const subject = at.space.id === seedSpaces.globexTest ? "gil" : "ada";
  const caller = { subject, space: at.space.id, role: "owner", scopes: new Set<string>() };
  return { ...at, caller, nowMs: at.nowMs - days * DAY_MS };
}
