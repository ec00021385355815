import {
  type Field,
  type Fields,
  flag,
  instant,
  integer,
  isObject,
  listOf,
  nullable,
  number,
  objectOf,
  oneOf,
  optional,
  type Problem,
  rule,
  text,
  toInstant,
  type Values,
} from "@toolspec/example-http";
import { eventName, itemId, name } from "../fields.ts";

/** Parts of a program, in the order in which they build on each other for a reader. */
export const modules = ["rules", "wallets", "rewards", "perks", "achievements", "boosts", "levels"] as const;
export type Module = (typeof modules)[number];

/** Items of a module: more than a person can oversee. */
export const ITEMS_MAX = 200;

/** Most units that one event may credit by one rule: what is above is a mistake in the rule or in the event. */
export const CREDIT_MAX = 10_000_000;

const condition = {
  field: text({ min: 1, max: 64 }),
  op: oneOf(["eq", "gte", "lte"]),
  value: rule<string | number | boolean>("must be text, a number, true or false", (value) =>
    typeof value === "boolean" || typeof value === "number" || (typeof value === "string" && value.length <= 500)
      ? { value }
      : undefined,
  ),
};

const perkIds = listOf(itemId(), { max: 50 });

/** An instant as the program shows it again. */
const shownInstant: Field<string> = {
  read: (value, at, problems) => {
    const ms = instant().read(value, at, problems);
    return typeof ms === "number" ? toInstant(ms) : ms;
  },
};

/** The fields of each module's items. What is not among them goes to `unknown`. */
function shapes(unknown: Problem[]) {
  const named = { id: itemId(), name: name() };
  return {
    rules: {
      ...named,
      event: eventName(),
      wallet: itemId(),
      award: oneOf(["fixed", "per_unit"]),
      amount: number({ min: 0, above: true, max: 1_000_000 }),
      field: optional(nullable(text({ min: 1, max: 64 })), null),
      conditions: optional(listOf(lenient(condition, unknown), { max: 10, repeats: true }), []),
      active: optional(flag(), true),
    },
    wallets: {
      ...named,
      unit: oneOf(["points", "stamps", "credits"]),
      expiresAfterDays: optional(nullable(integer({ min: 1, max: 3650 })), null),
    },
    rewards: {
      ...named,
      kind: oneOf(["discount", "product", "gift_card", "custom"]),
      wallet: itemId(),
      cost: integer({ min: 1, max: 10_000_000 }),
      stock: optional(nullable(integer({ min: 0, max: 10_000_000 })), null),
      perCustomer: optional(nullable(integer({ min: 1, max: 10_000 })), null),
      active: optional(flag(), true),
    },
    perks: { ...named, kind: oneOf(["free_shipping", "early_access", "support", "custom"]) },
    achievements: {
      ...named,
      event: eventName(),
      count: integer({ min: 1, max: 100_000 }),
      wallet: optional(nullable(itemId()), null),
      amount: optional(nullable(integer({ min: 1, max: 1_000_000 })), null),
      perk: optional(nullable(itemId()), null),
    },
    boosts: {
      ...named,
      wallet: itemId(),
      multiplier: number({ min: 1, above: true, max: 10 }),
      startsAt: shownInstant,
      endsAt: optional(nullable(shownInstant), null),
    },
    levels: {
      ...named,
      wallet: itemId(),
      threshold: integer({ min: 0, max: 1_000_000_000 }),
      perks: optional(perkIds, []),
    },
  };
}

type Shapes = ReturnType<typeof shapes>;

/** One item of a module, with every field. */
export type Item<M extends Module = Module> = { readonly [Name in M]: Values<Shapes[Name]> }[M];

/** A whole program. */
export type Program = { readonly [M in Module]: readonly Item<M>[] };

/** Items as read, what is wrong with them, and the fields that nobody here knows. */
interface ReadItems<M extends Module> {
  readonly items: readonly Item<M>[];
  readonly problems: readonly Problem[];
  readonly unknown: readonly Problem[];
}

/** Read the items of one module. With problems, the items are of no use. */
export function readItems<M extends Module>(module: M, given: readonly unknown[]): ReadItems<M> {
  const unknown: Problem[] = [];
  const problems: Problem[] = [];
  const fields: Fields = shapes(unknown)[module];
  const item = lenient(fields, unknown);
  const items = given.map((each, index) => item.read(each, `items[${index}]`, problems));
  return { items: items as unknown as readonly Item<M>[], problems, unknown };
}

/** An object whose undeclared fields are left out and reported, instead of refused. */
function lenient<F extends Fields>(fields: F, unknown: Problem[]): Field<Values<F>> {
  const known = objectOf(fields);
  return {
    read(value, at, problems) {
      if (!isObject(value)) return known.read(value, at, problems);
      const entries = Object.entries(value);
      for (const [name] of entries.filter(([name]) => !Object.hasOwn(fields, name))) {
        const message = "is not a field that is known here and is left out; see whether something else must say it";
        unknown.push({ field: `${at}.${name}`, message });
      }
      const declared = entries.filter(([name]) => Object.hasOwn(fields, name));
      return known.read(Object.fromEntries(declared), at, problems);
    },
  };
}
