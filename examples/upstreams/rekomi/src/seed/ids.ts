/** The organisations of the demo data: acme on Pro with everything, the others small, one for each gate. */
export const seedOrganizations = {
  acme: "acme",
  growth: "growth",
  starter: "starter",
  trial: "trial",
  globex: "globex",
} as const;

/** Ids of the demo data that specs, tests and README name: a prefix for the kind, then letters and digits. */
export const seedIds = {
  /** Acme's: active, approves by hand, affiliates may have codes of their own, recruiting enabled at 10 %. */
  mainCampaign: "cmp_main",
  /** Acme's: active, approves at once, no codes of one's own; the newest. */
  creatorCampaign: "cmp_creators",
  /** Slug `mara`, approved, recruited noor and sam; most of the sales. */
  mara: "aff_mara",
  /** Slug `noor`, approved, sells in USD. */
  noor: "aff_noor",
  /** Slug `sam`, approved, one sale. */
  sam: "aff_sam",
  /** Pending: can be approved or rejected, once. */
  ines: "aff_ines",
  /** Pending too. */
  theo: "aff_theo",
  /** Rejected. */
  zoe: "aff_zoe",
  /** Approved in the creator campaign. */
  lin: "aff_lin",
  pendingPayout: "pay_july",
  processingPayout: "pay_june",
  paidPayout: "pay_may",
  failedPayout: "pay_april",
  /** Campaign coupon `PARTNER20`, 20 % off. */
  mainCoupon: "cpn_partner20",
  /** Coupon `MARA15` of mara; can be revoked. */
  maraCoupon: "cpn_mara15",
  /** Coupon `OLDMARA` of mara, revoked. */
  revokedCoupon: "cpn_oldmara",
  growthCampaign: "cmp_growth",
  growthAffiliate: "aff_growth",
  starterCampaign: "cmp_starter",
  starterAffiliate: "aff_starter",
  trialCampaign: "cmp_trial",
  trialAffiliate: "aff_trial",
  globexCampaign: "cmp_globex",
  globexAffiliate: "aff_globex",
  globexPayout: "pay_globex",
  globexCoupon: "cpn_globex",
} as const;
