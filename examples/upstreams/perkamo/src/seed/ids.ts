/** The Spaces of the demo data: two of Acme, one of Globex. */
export const seedSpaces = { acmeTest: "acme-test", acmeLive: "acme-live", globexTest: "globex-test" } as const;

/** Ids of the demo data that specs, tests and README name. Every Space has customers by the same ids and names, who are others. */
export const seedIds = {
  /** A year of orders: the highest level, every perk. */
  nora: "user_1001",
  /** On the way up: the middle level. */
  tom: "user_1002",
  /** Two orders: the lowest level, enough for a coffee. */
  mia: "user_1003",
  /** Joined yesterday: no order yet. */
  jonas: "user_1004",
  points: "points",
  storeCredit: "store_credit",
  orderRule: "order_points",
  /** Costs 150 points. */
  coffee: "free_coffee",
  /** Costs 400 points, one for each customer, 25 in stock. */
  tote: "tote_bag",
  /** Costs 10 store credits. */
  giftCard: "gift_card_10",
  /** Out of stock. */
  mug: "founders_mug",
  /** Inactive. */
  tasting: "tasting_2024",
  freeShipping: "free_shipping",
  earlyAccess: "early_access",
  support: "priority_support",
  /** Doubles points, for some days yet. */
  boost: "double_points",
} as const;
