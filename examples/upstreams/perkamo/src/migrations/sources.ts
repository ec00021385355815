/** Platforms that a program may come from; custom for any other. */
export const sources = [
  "smile_io",
  "yotpo",
  "loyaltylion",
  "gameball",
  "talon_one",
  "voucherify",
  "open_loyalty",
  "custom",
] as const;
export type Source = (typeof sources)[number];

/** What is known of a platform. */
export interface SourceHints {
  readonly title: string;
  /** How what is needed gets out of it. */
  readonly exporting: string;
  /** What its words are here. */
  readonly mapping: string;
  /** What it has and this API has not, each as a sentence. */
  readonly withoutCounterpart: readonly string[];
}

/** Hints by platform. They name concepts, not menus, which change. */
export const hints: Readonly<Record<Source, SourceHints>> = {
  smile_io: {
    title: "Smile.io",
    exporting:
      "Export customers with points balance and VIP tier, the ways to earn, the ways to redeem, and referrals.",
    mapping: "Ways to earn become rules, ways to redeem become rewards, VIP tiers become levels with perks.",
    withoutCounterpart: ["Social follow and share rewards: no trusted event proves them; leave them out."],
  },
  yotpo: {
    title: "Yotpo Loyalty",
    exporting: "Export customers with point balance and VIP tier, the earning campaigns, and the redemption options.",
    mapping: "Earning campaigns become rules, redemption options become rewards, VIP tiers become levels with perks.",
    withoutCounterpart: ["Campaigns that pause or expire customers' tiers: levels here go by units ever credited."],
  },
  loyaltylion: {
    title: "LoyaltyLion",
    exporting: "Export customers with approved and pending points, the activity rules, rewards and tiers.",
    mapping: "Activity rules become rules, rewards stay rewards, tiers become levels with perks.",
    withoutCounterpart: ["Pending points: units are credited when the event is sent, so send it once it is final."],
  },
  gameball: {
    title: "Gameball",
    exporting:
      "Export players with points, wallet and tier, the challenges, the reward campaigns and the redemption rules.",
    mapping: "Reward campaigns become rules, challenges become achievements, tiers become levels with perks.",
    withoutCounterpart: ["Games of chance such as spin the wheel: every credit here follows from an event and a rule."],
  },
  talon_one: {
    title: "Talon.One",
    exporting: "Export loyalty programs with ledgers and tiers, campaigns with their rules, and giveaways.",
    mapping: "Loyalty ledgers become wallets, campaign rules become rules or boosts, giveaways become rewards.",
    withoutCounterpart: ["Rule expressions over sessions and carts: conditions here compare one field of one event."],
  },
  voucherify: {
    title: "Voucherify",
    exporting: "Export loyalty campaigns with members and point balances, earning rules, rewards and tiers.",
    mapping: "Earning rules become rules, rewards stay rewards, loyalty tiers become levels with perks.",
    withoutCounterpart: ["Voucher codes and gift cards: a reward here is redeemed, and your shop issues the code."],
  },
  open_loyalty: {
    title: "Open Loyalty",
    exporting: "Export members with wallets and tier, earning and campaign rules, rewards, achievements and tier sets.",
    mapping:
      "Wallet types become wallets, campaigns become rules, achievements stay achievements, tiers become levels.",
    withoutCounterpart: ["Several tier sets: a Space has one ladder of levels; a customer shows the highest reached."],
  },
  custom: {
    title: "the custom platform",
    exporting: "Export customers with balances and tier, every rule that credits units, rewards, and what was issued.",
    mapping: "What credits units becomes rules, what spends them becomes rewards, ranks become levels with perks.",
    withoutCounterpart: ["Whatever is computed from more than one event at a time: compute it there, or leave it out."],
  },
};
