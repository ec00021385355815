import { expect, test } from "vitest";
import { seedIds } from "../seed/ids.ts";
import { startHarness } from "../testing/harness.ts";

const main = `/api/v1/campaigns/${seedIds.mainCampaign}`;
const mara = `/api/v1/affiliates/${seedIds.mara}`;

test("an application is decided once; approving again changes nothing and sends nothing", async () => {
  await using api = await startHarness();
  const send = api.as("acme");
  const target = `/api/v1/affiliates/${seedIds.ines}`;
  expect((await send("POST", `${target}/approve`)).body.status).toBe("Approved");
  const after = api.counts();
  expect((await send("POST", `${target}/approve`)).status).toBe(200);
  expect(api.counts()).toEqual(after);
  expect((await send("POST", `${target}/reject`, {})).status).toBe(409);
  expect((await send("POST", `/api/v1/affiliates/${seedIds.zoe}/approve`)).status).toBe(409);
});

test("twenty who approve at once send one welcome", async () => {
  await using api = await startHarness();
  const before = api.counts().emails;
  const target = `/api/v1/affiliates/${seedIds.ines}/approve`;
  await Promise.all(Array.from({ length: 20 }, () => api.as("acme")("POST", target)));
  expect(api.counts().emails).toBe(before + 1);
});

test("a rejection tells the applicant unless it should not", async () => {
  await using api = await startHarness();
  const before = api.counts().emails;
  const send = api.as("acme");
  await send("POST", `/api/v1/affiliates/${seedIds.ines}/reject`, { notify: false });
  expect(api.counts().emails).toBe(before);
  const { body } = await send("POST", `/api/v1/affiliates/${seedIds.theo}/reject`, { reason: "No site yet." });
  expect([body.status, body.rejectionReason, api.counts().emails]).toEqual(["Rejected", "No site yet.", before + 1]);
});

test("an invite keeps a slug from elsewhere, and nobody gets it twice", async () => {
  await using api = await startHarness();
  const send = api.as("acme");
  const first = await send("POST", `${main}/invites`, { email: "a@new.example", slug: "kept" });
  expect(first.body).toMatchObject({ slug: "kept", referralUrl: expect.stringContaining("kept") });
  for (const slug of ["kept", "mara"]) {
    const reply = await send("POST", `${main}/invites`, { email: "b@new.example", slug });
    expect([reply.status, reply.body.error.code]).toEqual([409, "slug_already_taken"]);
  }
});

test.each([
  ["customCommissionValue", { customCommissionType: "Fixed" }],
  ["customCommissionType", { customCommissionValue: 5 }],
  ["customCommissionValue", { customCommissionType: "Percentage", customCommissionValue: 101 }],
])("an invite with a broken commission is refused for %s", async (path, fields) => {
  await using api = await startHarness();
  const reply = await api.as("acme")("POST", `${main}/invites`, { email: "a@new.example", ...fields });
  expect([reply.status, reply.body.error.details.problems[0].path]).toEqual([422, path]);
});

test.each([[{}], [{ recipients: [{ email: "a@b.example" }], emails: ["a@b.example"] }], [{ emails: [] }]])(
  "a bulk invite takes recipients or emails, one of them: not %j",
  async (body) => {
    await using api = await startHarness();
    expect((await api.as("acme")("POST", `${main}/invites/bulk`, body)).status).toBe(422);
  },
);

test("a bulk invite gives another slug where the wanted one is taken, and skips who is there", async () => {
  await using api = await startHarness();
  const recipients = [
    { email: "a@new.example", slug: "mara" },
    { email: "b@new.example", slug: "fresh" },
    { email: "B@new.example", slug: "other" },
    { email: "mara@partners.example" },
    { email: "c@new.example", slug: "fresh" },
  ];
  const { body } = await api.as("acme")("POST", `${main}/invites/bulk`, { recipients });
  expect(body.invited).toHaveLength(3);
  expect(body.skipped).toEqual([
    { email: "b@new.example", reason: "duplicate_in_request" },
    { email: "mara@partners.example", reason: "already_member" },
  ]);
  expect(body.slugConflicts.map(({ requestedSlug }: { requestedSlug: string }) => requestedSlug)).toEqual([
    "mara",
    "fresh",
  ]);
  expect(body.slugConflicts[0].assignedSlug).toBe(body.invited[0].slug);
});

test("rotating ends the older embed tokens of the affiliate", async () => {
  await using api = await startHarness();
  const send = api.as("acme");
  const first = (await send("POST", `${mara}/embed-tokens`, { allowedOrigins: "https://a.example/" })).body;
  expect(first).toMatchObject({ allowedOrigins: ["https://a.example"], expiresAt: "2026-05-21T12:00:00.000Z" });
  const second = (await send("POST", `${mara}/embed-tokens`, { rotate: true, expiresInHours: 720 })).body;
  expect([first.rotated, second.rotated, second.token === first.token]).toEqual([false, true, false]);
  expect((await send("POST", `${mara}/embed-tokens`, { allowedOrigins: ["ftp://a.example"] })).status).toBe(422);
});

test("a recruiter sees what each recruit earned, and the override", async () => {
  await using api = await startHarness();
  const { body } = await api.as("acme")("GET", `${mara}/sub-affiliates`);
  const sam = body.find(({ affiliateId }: { affiliateId: string }) => affiliateId === seedIds.sam);
  expect(sam).toMatchObject({ commissionCents: 1980, overrideCents: 198, currency: "EUR" });
  expect(body).toHaveLength(2);
});
