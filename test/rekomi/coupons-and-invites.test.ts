/** Codes that buyers type, and e-mails that ask people to become affiliates. */
import { seedIds } from "@toolspec/example-rekomi";
import { expect, it } from "vitest";
import { verifies } from "../requirements.ts";
import { startSystem } from "./system.ts";

const { mainCampaign: campaignId, creatorCampaign, mara, noor, lin } = seedIds;

verifies(
  "rekomi:list_campaign_coupons",
  "lists the codes of the campaign itself and none of its affiliates",
  async () => {
    const system = await startSystem();
    const { inner } = await system.call("list_campaign_coupons", { programId: campaignId });
    expect(inner.items).toMatchObject([{ code: "PARTNER20", affiliateId: null, percentOff: 20, redemptions: 12 }]);
    expect(inner).toMatchObject({ nextCursor: null, hasMore: false });
  },
);

verifies("rekomi:create_campaign_coupon", "makes one by percent, with once and no limits by default", async () => {
  const system = await startSystem();
  const { inner } = await system.call("create_campaign_coupon", {
    programId: campaignId,
    name: "Spring 20",
    percentOff: 20,
  });
  expect(inner).toMatchObject({
    code: "SPRING20",
    name: "Spring 20",
    campaignId,
    affiliateId: null,
    percentOff: 20,
    amountOffCents: null,
    currency: null,
    duration: "once",
    durationInMonths: null,
    maxRedemptions: null,
    redemptions: 0,
    expiresAt: null,
    metadata: {},
    active: true,
  });
  const { inner: list } = await system.call("list_campaign_coupons", { programId: campaignId });
  expect(list.items.map(({ id }: { id: string }) => id)).toEqual([inner.id, seedIds.mainCoupon]);
});

verifies("rekomi:create_campaign_coupon", "makes one by amount with all that may be said of it", async () => {
  const system = await startSystem();
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  const terms = {
    name: "Start 10",
    amountOffCents: 1000,
    currency: "USD",
    duration: "repeating",
    durationInMonths: 3,
    maxRedemptions: 5,
    expiresAt,
    metadata: { source: "newsletter" },
  };
  const reply = await system.call("create_campaign_coupon", { programId: campaignId, ...terms });
  expect(reply.inner).toMatchObject({ ...terms, percentOff: null, code: "START10" });
});

const edges: readonly (readonly [Record<string, unknown>, boolean])[] = [
  [{ percentOff: 0 }, false],
  [{ percentOff: 0.5 }, true],
  [{ percentOff: 100 }, true],
  [{ percentOff: 100.1 }, false],
  [{ amountOffCents: 0, currency: "EUR" }, false],
  [{ amountOffCents: 1, currency: "EUR" }, true],
  [{ amountOffCents: 1 }, false],
  [{ percentOff: 5, currency: "EUR" }, false],
  [{ percentOff: 5, duration: "forever" }, true],
  [{ percentOff: 5, duration: "always" }, false],
  [{ percentOff: 5, duration: "repeating" }, false],
  [{ percentOff: 5, duration: "once", durationInMonths: 3 }, false],
  [{ percentOff: 5, duration: "repeating", durationInMonths: 36 }, true],
  [{ percentOff: 5, duration: "repeating", durationInMonths: 37 }, false],
  [{ percentOff: 5, maxRedemptions: 0 }, false],
  [{ percentOff: 5, maxRedemptions: 1 }, true],
];

for (const [terms, isGood] of edges) {
  verifies("rekomi:create_campaign_coupon", `${isGood ? "takes" : "refuses"} ${JSON.stringify(terms)}`, async () => {
    const system = await startSystem();
    const reply = await system.call("create_campaign_coupon", { programId: campaignId, name: "Edge", ...terms });
    expect(reply.inner.error?.code, reply.text).toBe(isGood ? undefined : "invalid_argument");
    expect(system.upstream.requests()).toHaveLength(isGood ? 1 : 0);
  });
}

verifies("rekomi:create_campaign_coupon", "refuses an end that is past and a code that exists", async () => {
  const system = await startSystem();
  const make = async (more: object) =>
    (await system.call("create_campaign_coupon", { programId: campaignId, name: "New", percentOff: 5, ...more })).inner;
  expect((await make({ expiresAt: "2020-01-01T00:00:00Z" })).error).toMatchObject({ code: "invalid_request" });
  expect((await make({ name: "partner-20" })).error).toMatchObject({ code: "conflict", status: 409 });
});

verifies(
  "rekomi:list_affiliate_coupons",
  "lists the codes of one affiliate, used and revoked, page by page",
  async () => {
    const system = await startSystem();
    const first = await system.call("list_affiliate_coupons", { affiliateId: mara, take: 1 });
    expect(first.inner).toMatchObject({ items: [{ code: "MARA15", active: true, affiliateId: mara }], hasMore: true });
    const given = { affiliateId: mara, take: 1, cursor: first.inner.nextCursor };
    const second = await system.call("list_affiliate_coupons", given);
    expect(second.inner).toMatchObject({
      items: [{ code: "OLDMARA", active: false }],
      nextCursor: null,
      hasMore: false,
    });
  },
);

verifies(
  "rekomi:list_my_coupons",
  "shows a calling affiliate its own campaigns and codes, and a brand none",
  async () => {
    const system = await startSystem();
    expect((await system.call("list_my_coupons")).inner).toEqual({ items: [], nextCursor: null, hasMore: false });
    const { token } = await system.mint({ role: "member", name: "of mara" });
    system.upstream.registerToken({
      credential: { token },
      organization: "acme",
      role: "member",
      emailVerified: true,
      name: "of mara",
      email: "mara@partners.example",
    });
    const { inner } = await system.call("list_my_coupons", {}, { key: token });
    expect(inner.items).toMatchObject([
      { campaignId, campaignName: "Acme partners", affiliateId: mara, canMint: true },
    ]);
    expect(inner.items[0].coupons.map(({ code }: { code: string }) => code)).toEqual(["MARA15", "OLDMARA"]);
  },
);

verifies(
  "rekomi:generate_affiliate_coupon",
  "makes a vanity code in upper case, and one of its own without",
  async () => {
    const system = await startSystem();
    const make = async (more: object = {}) =>
      (await system.call("generate_affiliate_coupon", { affiliateId: noor, programId: campaignId, ...more })).inner;
    expect(await make({ vanity: "noor-15" })).toMatchObject({
      code: "NOOR-15",
      affiliateId: noor,
      campaignId,
      active: true,
    });
    const [one, two] = [await make(), await make()];
    expect(one.code).toMatch(/^NOOR-\d{6}$/);
    expect(two.id).not.toBe(one.id);
    expect((await make({ vanity: "NOOR-15" })).error).toMatchObject({ code: "conflict", status: 409 });
  },
);

verifies(
  "rekomi:generate_affiliate_coupon",
  "refuses a campaign that allows none, and an affiliate of another",
  async () => {
    const system = await startSystem();
    const before = system.upstream.counts();
    for (const given of [
      { affiliateId: lin, programId: creatorCampaign },
      { affiliateId: noor, programId: creatorCampaign },
      { affiliateId: seedIds.ines, programId: campaignId },
    ]) {
      const { error } = (await system.call("generate_affiliate_coupon", given)).inner;
      expect(error).toMatchObject({ code: "conflict", status: 409 });
    }
    expect(system.upstream.counts()).toEqual(before);
  },
);

it.each([
  ["ab", false],
  ["abc", true],
  ["x".repeat(32), true],
  ["x".repeat(33), false],
  ["a b c", false],
  ["a/b", false],
])("asks for the vanity code %s", async (vanity, isGood) => {
  const system = await startSystem();
  const reply = await system.call("generate_affiliate_coupon", { affiliateId: noor, programId: campaignId, vanity });
  expect(reply.inner.error?.code).toBe(isGood ? undefined : "invalid_argument");
});

verifies("rekomi:revoke_affiliate_coupon", "deactivates a code for good, however often it is asked", async () => {
  const system = await startSystem();
  const { inner } = await system.call("revoke_affiliate_coupon", { couponId: seedIds.maraCoupon });
  expect(inner).toMatchObject({ id: seedIds.maraCoupon, active: false });
  const { audit } = system.upstream.counts();
  const again = await system.call("revoke_affiliate_coupon", { couponId: seedIds.maraCoupon });
  expect(again.inner).toEqual(inner);
  expect(system.upstream.counts().audit).toBe(audit);
  const list = await system.call("list_affiliate_coupons", { affiliateId: mara });
  expect(list.inner.items.map(({ active }: { active: boolean }) => active)).toEqual([false, false]);
});

verifies("rekomi:revoke_affiliate_coupon", "leaves a code of the campaign alone", async () => {
  const system = await startSystem();
  const reply = await system.call("revoke_affiliate_coupon", { couponId: seedIds.mainCoupon });
  expect(reply.inner.error).toMatchObject({ code: "conflict" });
  const list = await system.call("list_campaign_coupons", { programId: campaignId });
  expect(list.inner.items[0].active).toBe(true);
});

verifies(
  "rekomi:create_affiliate_invite",
  "sends one e-mail, and approves who accepts it unless told not to",
  async () => {
    const system = await startSystem();
    const before = system.upstream.counts();
    const first = await system.call("create_affiliate_invite", { campaignId, email: "A@new.example", fullName: "Ann" });
    expect(first.inner).toMatchObject({
      campaignId,
      email: "a@new.example",
      fullName: "Ann",
      autoApprove: true,
      personalNoteHtml: null,
    });
    const second = await system.call("create_affiliate_invite", {
      campaignId,
      email: "b@new.example",
      autoApprove: false,
    });
    expect(second.inner.autoApprove).toBe(false);
    const { invites, emails, audit } = system.upstream.counts();
    expect([invites, emails, audit]).toEqual([before.invites + 2, before.emails + 2, before.audit + 2]);
  },
);

verifies("rekomi:create_affiliate_invite", "invites nobody twice, and no member", async () => {
  const system = await startSystem();
  await system.call("create_affiliate_invite", { campaignId, email: "a@new.example" });
  const before = system.upstream.counts();
  for (const email of ["a@NEW.example", "mara@partners.example"]) {
    const reply = await system.call("create_affiliate_invite", { campaignId, email });
    expect(reply.inner.error).toMatchObject({ code: "conflict", status: 409 });
  }
  expect(system.upstream.counts()).toEqual(before);
});

verifies("rekomi:create_affiliate_invite-slug", "keeps a slug of a former platform, as it was spelt", async () => {
  const system = await startSystem();
  const slug = "Old_Slug-9";
  const { inner } = await system.call("create_affiliate_invite", { campaignId, email: "a@new.example", slug });
  expect(inner).toMatchObject({ slug, referralUrl: `https://acme.example/?via=${slug}` });
});

verifies(
  "rekomi:create_affiliate_invite-slug",
  "refuses a slug of a member or of another invite with 409",
  async () => {
    const system = await startSystem();
    await system.call("create_affiliate_invite", { campaignId, email: "a@new.example", slug: "held" });
    const before = system.upstream.counts();
    for (const slug of ["mara", "held"]) {
      const { error } = (await system.call("create_affiliate_invite", { campaignId, email: "b@new.example", slug }))
        .inner;
      expect(error).toMatchObject({ code: "slug_already_taken", status: 409 });
      expect(error.fix).toContain("another slug");
    }
    expect(system.upstream.counts()).toEqual(before);
  },
);

verifies("rekomi:create_affiliate_invite-note", "keeps what is harmless of a note and nothing else", async () => {
  const system = await startSystem();
  const note = async (personalNoteHtml: string, email: string) =>
    (await system.call("create_affiliate_invite", { campaignId, email, personalNoteHtml })).inner.personalNoteHtml;
  expect(await note("<p>Glad <strong>you</strong> come</p>", "a@new.example")).toBe(
    "<p>Glad <strong>you</strong> come</p>",
  );
  expect(await note('<a href="https://x.example/y">in</a>', "b@new.example")).toMatch(
    /^<a href="https:\/\/x\.example\/y"[^>]*>in<\/a>$/,
  );
  const cleaned = await note(
    '<b onmouseover="x()">a</b><style>*{}</style><iframe src="//x"></iframe><svg/onload=x>',
    "c@new.example",
  );
  expect(cleaned).not.toMatch(/onmouseover|<style|<iframe|<svg|onload/i);
});

verifies("rekomi:bulk_invite_affiliates", "invites by recipients or by the older list, 1 to 50 at once", async () => {
  const system = await startSystem();
  const fifty = (name: string) => Array.from({ length: 50 }, (_, index) => `${name}${index}@new.example`);
  const older = await system.call("bulk_invite_affiliates", { campaignId, emails: fifty("a") });
  expect(older.inner.invited).toHaveLength(50);
  const recipients = fifty("b").map((email, index) => ({ email, slug: `old-${index}`, fullName: `Person ${index}` }));
  const newer = await system.call("bulk_invite_affiliates", { campaignId, recipients, autoApprove: false });
  expect(newer.inner.invited).toHaveLength(50);
  expect(newer.inner.invited[7]).toMatchObject({ slug: "old-7", fullName: "Person 7", autoApprove: false });
  for (const given of [
    { emails: [] },
    { recipients: [] },
    { emails: fifty("c").concat("z@new.example") },
    {
      recipients: fifty("c")
        .concat("z@new.example")
        .map((email) => ({ email })),
    },
  ]) {
    const reply = await system.call("bulk_invite_affiliates", { campaignId, ...given });
    expect(reply.inner.error.code).toBe("invalid_argument");
  }
  expect(system.upstream.counts().invites).toBe(100);
});

verifies(
  ["rekomi:bulk_invite_affiliates-conflicts", "rekomi:migrate-invites"],
  "moves a roster with its slugs, and lists those that got a random one",
  async () => {
    const system = await startSystem();
    const recipients = [
      { email: "a@new.example", slug: "kept" },
      { email: "b@new.example", slug: "mara" },
      { email: "c@new.example", slug: "kept" },
      { email: "d@new.example" },
      { email: "A@new.example", slug: "other" },
      { email: "noor@partners.example" },
    ];
    const { inner } = await system.call("bulk_invite_affiliates", { campaignId, recipients });
    const invited = Object.fromEntries(inner.invited.map(({ email, slug }: Record<string, string>) => [email, slug]));
    expect(Object.keys(invited)).toEqual(["a@new.example", "b@new.example", "c@new.example", "d@new.example"]);
    expect(invited["a@new.example"]).toBe("kept");
    expect(new Set(Object.values(invited)).size).toBe(4);
    expect(inner.slugConflicts).toEqual([
      { email: "b@new.example", requestedSlug: "mara", assignedSlug: invited["b@new.example"] },
      { email: "c@new.example", requestedSlug: "kept", assignedSlug: invited["c@new.example"] },
    ]);
    expect(inner.skipped).toEqual([
      { email: "a@new.example", reason: "duplicate_in_request" },
      { email: "noor@partners.example", reason: "already_member" },
    ]);
    const again = await system.call("bulk_invite_affiliates", { campaignId, recipients: recipients.slice(0, 2) });
    expect(again.inner).toMatchObject({ invited: [], slugConflicts: [] });
    expect(system.upstream.counts().emails).toBe(4);
  },
);
