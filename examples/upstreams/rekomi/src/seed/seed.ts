import { DAY_MS } from "@toolspec/example-http";
import { recordAs } from "../audit/audit.ts";
import type { Database } from "../database.ts";
import { seedIds, seedOrganizations } from "./ids.ts";
import { affiliate, campaign, clicks, coupon, type Filling, lead, organization, payout, sale } from "./rows.ts";

/** Days over which acme has sales. */
const HISTORY_DAYS = 120;

/** Fill in five organisations: acme rich, the others small. */
export function seedDatabase(database: Database, nowMs: number): void {
  const of = (id: string): Filling => ({ database, organization: id, nowMs });
  const acme = of(seedOrganizations.acme);
  database.transaction(
    () => {
      seedAcme(acme);
      seedAcmeSales(acme);
      seedSmall(of(seedOrganizations.growth), "Growth", "active");
      seedSmall(of(seedOrganizations.starter), "Starter", "active");
      seedSmall(of(seedOrganizations.trial), "Trial", "trialing");
      seedSmall(of(seedOrganizations.globex), "Pro", "active");
      seedGlobex(of(seedOrganizations.globex));
    },
    { keep: true },
  );
}

function seedAcme(at: Filling): void {
  const { mainCampaign: main, creatorCampaign: creators } = seedIds;
  organization(at, {
    name: "Acme",
    plan: "Pro",
    brand_color: "#1f6feb",
    logo_url: "https://acme.example/logo.svg",
    description: "Project planning for small teams.",
    stripe_connect: 1,
    pixel_key: "rk_pub_acme",
    attribution_params: "partner,code",
  });
  const sub = { self_mint: 1, sub_enabled: 1, sub_percent: 10 } as const;
  campaign(at, main, 200, { name: "Acme partners", slug: "partners", description: "20 % of every sale.", ...sub });
  campaign(at, creators, 90, {
    name: "Acme creators",
    slug: "creators",
    auto_approve: 1,
    network_visibility: "Public",
  });
  const notes = "Prefers e-mail. Runs a newsletter for agencies.";
  affiliate(at, seedIds.mara, 180, {
    campaign_id: main,
    slug: "mara",
    full_name: "Mara Lindt",
    paypal_email: "mara@partners.example",
    notes,
  });
  const recruit = { campaign_id: main, parent_id: seedIds.mara };
  affiliate(at, seedIds.noor, 150, { ...recruit, slug: "noor", full_name: "Noor Haddad" });
  affiliate(at, seedIds.sam, 60, { ...recruit, slug: "sam", full_name: "Sam Okafor" });
  affiliate(at, seedIds.ines, 3, { campaign_id: main, slug: "ines", full_name: "Ines Prado", status: "Pending" });
  affiliate(at, seedIds.theo, 1, { campaign_id: main, slug: "theo", full_name: "Theo Brandt", status: "Pending" });
  const rejected = { status: "Rejected", rejection_reason: "No site yet." } as const;
  affiliate(at, seedIds.zoe, 30, { campaign_id: main, slug: "zoe", full_name: "Zoe Kim", ...rejected });
  const own = { commission_type: "Fixed", commission_value: 1500 } as const;
  affiliate(at, seedIds.lin, 80, { campaign_id: creators, slug: "lin", full_name: "Lin Wei", ...own });
  coupon(at, seedIds.mainCoupon, 100, { campaign_id: main, code: "PARTNER20", percent_off: 20, redemptions: 12 });
  const ofMara = { campaign_id: main, affiliate_id: seedIds.mara };
  coupon(at, seedIds.maraCoupon, 90, { ...ofMara, code: "MARA15", redemptions: 7 });
  coupon(at, seedIds.revokedCoupon, 170, { ...ofMara, code: "OLDMARA", active: 0 });
  const person = { actorType: "user", actorId: "usr_owner" } as const;
  const approved = { action: "affiliate.approved", entityId: seedIds.mara, before: { status: "Pending" } } as const;
  const decidedAt = at.nowMs - 179 * DAY_MS;
  recordAs({ ...at, nowMs: decidedAt }, person, { ...approved, after: { status: "Approved" } });
}

/** Sales, clicks and leads over the days, so that every series has a shape, and a batch in each state. */
function seedAcmeSales(at: Filling): void {
  const { mainCampaign: main, creatorCampaign: creators } = seedIds;
  payout(at, seedIds.paidPayout, 70, "Paid");
  payout(at, seedIds.failedPayout, 68, "Failed");
  payout(at, seedIds.processingPayout, 40, "Processing");
  payout(at, seedIds.pendingPayout, 20, "Pending");
  for (let days = HISTORY_DAYS, n = 1001; days >= 1; days -= 3, n++) {
    const state = stateOf(days);
    const amount = 4900 + (n % 5) * 1000;
    if (n % 3 === 0) {
      const usd = { campaign_id: main, affiliate_id: seedIds.noor, currency: "USD" };
      sale(at, `cnv_${n}`, days, { ...usd, amount_cents: amount, ...state });
    } else if (n % 7 === 0 && days < 80) {
      sale(at, `cnv_${n}`, days, { campaign_id: creators, affiliate_id: seedIds.lin, amount_cents: amount, ...state });
    } else {
      sale(at, `cnv_${n}`, days, { campaign_id: main, affiliate_id: seedIds.mara, amount_cents: amount, ...state });
    }
    clicks(at, { campaign: main, affiliate: seedIds.mara }, days, 10 + (n % 9));
  }
  const ofSam = { campaign_id: main, affiliate_id: seedIds.sam };
  sale(at, "cnv_sam", 25, { ...ofSam, amount_cents: 9900 });
  sale(at, "cnv_refunded", 22, { ...ofSam, amount_cents: 4900, status: "Refunded" });
  sale(at, "cnv_denied", 21, { ...ofSam, amount_cents: 4900, status: "Denied" });
  for (const days of [28, 17, 9, 4, 2]) {
    const email = `lead-${days}@customers.example`;
    lead(at, `led_${days}`, days, { campaign: main, affiliate: seedIds.mara, email });
  }
}

/** What has become of a sale by now. The failed batch pays nothing any more: its sales are payable again. */
function stateOf(days: number): { status: "Paid" | "Approved" | "Pending"; payout_id?: string } {
  if (days > 85) return { status: "Paid", payout_id: seedIds.paidPayout };
  if (days > 55) return { status: "Approved", payout_id: seedIds.processingPayout };
  if (days > 36) return { status: "Approved", payout_id: seedIds.pendingPayout };
  return { status: days > 10 ? "Approved" : "Pending" };
}

type Subscription = "active" | "trialing";

/** One campaign `cmp_<slug>` with one affiliate `aff_<slug>` and one sale. */
function seedSmall(at: Filling, plan: "Growth" | "Starter" | "Trial" | "Pro", subscription: Subscription): void {
  const slug = at.organization;
  const name = `${slug.charAt(0).toUpperCase()}${slug.slice(1)}`;
  const trial =
    subscription === "trialing" ? { trial_ends_at: at.nowMs + 9 * DAY_MS, stripe_customer: 0 as const } : {};
  organization(at, { name, plan, subscription, ...trial });
  campaign(at, `cmp_${slug}`, 60, { name: `${name} partners`, slug: "partners", self_mint: 1 });
  affiliate(at, `aff_${slug}`, 50, { campaign_id: `cmp_${slug}`, slug: "mara", full_name: `Ada of ${name}` });
  sale(at, `cnv_${slug}`, 30, { campaign_id: `cmp_${slug}`, affiliate_id: `aff_${slug}`, amount_cents: 5000 });
}

/** What acme has too, so that a leak would be seen. */
function seedGlobex(at: Filling): void {
  const of = { campaign_id: seedIds.globexCampaign, affiliate_id: seedIds.globexAffiliate };
  payout(at, seedIds.globexPayout, 15, "Paid");
  sale(at, "cnv_globexpaid", 45, { ...of, amount_cents: 8000, status: "Paid", payout_id: seedIds.globexPayout });
  coupon(at, seedIds.globexCoupon, 20, { ...of, code: "MARA15" });
}
