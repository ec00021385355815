import type { Context } from "../context.ts";
import type { Database } from "../database.ts";
import { campaign, customer, redeem, voucher, webhook } from "./rows.ts";

/** The tenants that the demo data belongs to. */
export const demoTenants = { acme: "acme", globex: "globex" } as const;

/** Ids of the demo data that specs, tests and README name. */
export const demoIds = {
  summerSale: "550e8400-e29b-41d4-a716-446655440000",
  welcome: "3f2b8c1e-7a54-4d0e-9c61-2b7f0a9d5e11",
  springSale: "8d1c5b7a-0e3f-4b62-a9d4-6c5e7f809122",
  winterTeaser: "c4a9e2d0-5b18-4f73-8e06-1d2c3b4a5f33",
  blackFriday: "1e7d6c5b-4a39-4281-b7f0-9e8d7c6b5a44",
  globexLaunch: "6b5a4938-2716-4c05-94f3-e2d1c0bfae55",
  recentRedemption: "9f8e7d6c-5b4a-4938-8716-0504030201aa",
  archivedRedemption: "0a1b2c3d-4e5f-4061-8273-8495a6b7c8bb",
  ordersWebhook: "7c6d5e4f-3a2b-4c1d-8e0f-a1b2c3d4e5cc",
  oldWebhook: "2d3e4f50-6172-4839-94a5-b6c7d8e9f0dd",
} as const;

/** Fill in two tenants: campaigns in every state, vouchers of every kind, and redemptions over the last weeks. */
export function seedDatabase(database: Database, nowMs: number): void {
  const acme: Context = { tenant: demoTenants.acme, nowMs, dryRun: false, database };
  const globex: Context = { ...acme, tenant: demoTenants.globex };
  database.transaction(
    () => {
      database.run("insert into tenants values ('acme', 'EUR'), ('globex', 'USD')");
      seedAcmeCampaigns(acme);
      seedAcmeVouchers(acme);
      seedAcmeCustomers(acme);
      seedAcmeRedemptions(acme);
      seedAcmeWebhooks(acme);
      seedGlobex(globex);
    },
    { keep: true },
  );
}

function seedAcmeCampaigns(context: Context): void {
  const in30Days = { starts: 30, ends: 44 };
  campaign(context, demoIds.summerSale, "Summer Sale", "ACTIVE", { starts: -40, ends: 50, min: 25, perCustomer: 10 });
  campaign(context, demoIds.welcome, "Welcome offer", "ACTIVE", { starts: -300 });
  campaign(context, demoIds.springSale, "Spring Sale", "ENDED", { starts: -120, ends: -10 });
  campaign(context, demoIds.winterTeaser, "Winter teaser", "DRAFT", in30Days);
  campaign(context, demoIds.blackFriday, "Black Friday rehearsal", "PAUSED", { starts: -5, max: 500 });
}

function seedAcmeVouchers(context: Context): void {
  voucher(context, "SUMMER20", { percent: 20, campaign: demoIds.summerSale, max: 100 });
  voucher(context, "SUMMER5OFF", { amount: 5, campaign: demoIds.summerSale, max: 3 });
  voucher(context, "SUMMERVIP", { percent: 35, campaign: demoIds.summerSale, max: 10, min: 150 });
  voucher(context, "WELCOME10", { percent: 10, campaign: demoIds.welcome });
  voucher(context, "SPRING15", { percent: 15, campaign: demoIds.springSale, max: 1000, expires: -10 });
  voucher(context, "LASTYEAR", { amount: 20, expires: -90 });
  voucher(context, "FRIDAY50", { percent: 50, campaign: demoIds.blackFriday, max: 500 });
  voucher(context, "STAFF25", { percent: 25, status: "INACTIVE" });
}

function seedAcmeCustomers(context: Context): void {
  customer(context, "cust_abc123", { ref: "crm-10001", name: "Ada Berger", tags: ["newsletter", "vip"] });
  customer(context, "cust_def456", { ref: "crm-10002", name: "Noor Haddad", tags: ["newsletter"] });
  customer(context, "cust_ghi789", { ref: "crm-10003", name: "Sam Okafor", tags: [] });
}

const acmeCustomers = ["cust_abc123", "cust_def456", "cust_ghi789"] as const;

function seedAcmeRedemptions(context: Context): void {
  redeem(context, "WELCOME10", "cust_def456", { id: demoIds.archivedRedemption, days: 100, order: 40 });
  redeem(context, "WELCOME10", "cust_abc123", { id: demoIds.recentRedemption, days: 3, order: 59.9 });
  // Six of a hundred: 94 remain. Spread over the last weeks, so that a series has a shape.
  for (const [index, days] of [33, 26, 20, 13, 6, 1].entries()) {
    redeem(context, "SUMMER20", acmeCustomers[index % 3] ?? "", { days, order: 40 + index * 12.5 });
  }
  for (const [index, days] of [21, 14, 7].entries()) {
    redeem(context, "SUMMER5OFF", acmeCustomers[index] ?? "", { days, order: 60 });
  }
  for (let days = 2; days <= 34; days += 4) {
    redeem(context, "WELCOME10", acmeCustomers[days % 3] ?? "", { days, order: 20 + days });
  }
}

function seedAcmeWebhooks(context: Context): void {
  webhook(context, demoIds.ordersWebhook, "https://hooks.acme.example/vauchflow", "ACTIVE");
  webhook(context, demoIds.oldWebhook, "https://old.acme.example/in", "INACTIVE");
}

/** The second tenant has a SUMMER20 too: what one tenant sees must never be the other's. */
function seedGlobex(context: Context): void {
  campaign(context, demoIds.globexLaunch, "Launch week", "ACTIVE", { starts: -6, ends: 8 });
  voucher(context, "SUMMER20", { amount: 20, campaign: demoIds.globexLaunch, max: 5 });
  voucher(context, "LAUNCH", { percent: 12.5, campaign: demoIds.globexLaunch });
  customer(context, "cust_gx0001", { ref: "g-1", name: "Lin Wei", tags: ["beta"] });
  redeem(context, "LAUNCH", "cust_gx0001", { days: 2, order: 99.99 });
}
