import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { isWellFormedKey } from "./key-format.ts";
import { type MintOptions, mintKey } from "./mint.ts";

const clock = { now: () => 1_700_000_000_000, monotonic: () => 0 };
const random = {
  uuid: () => "5f0c2a4e-0000-4000-8000-000000000000",
  bytes: (length: number) => new Uint8Array(length).fill(0xa5),
};
const dayMs = 86_400_000;

const server: MintOptions["server"] = {
  auth: [
    {
      kind: "apiKey",
      header: "X-API-Key",
      kinds: {
        agent: { prefix: "vf_ak_", scoped: true, ttlDays: { default: 30, max: 365 } },
        secret: { prefix: "vf_sk_", bypasses: ["scope", "approval"] },
      },
    },
  ],
  scopes: { CAMPAIGN_READ: "Read campaigns.", VOUCHER_READ: "Read vouchers." },
};

const mint = (changes: Partial<MintOptions> = {}) =>
  mintKey({
    server,
    kindName: "agent",
    tenant: "acme",
    name: "Claude Desktop",
    scopes: ["CAMPAIGN_READ"],
    clock,
    random,
    ...changes,
  });

describe("mintKey", () => {
  it.each<[string, Partial<MintOptions>, RegExp]>([
    ["an unknown kind", { kindName: "agnet" }, /no kind of key "agnet"\. Did you mean agent\?/],
    ["a kind that is like none", { kindName: "toString" }, /Declared: agent, secret\./],
    [
      "a scope that nobody declared",
      { scopes: ["CAMPAIGN_READ", "VOUCHER_RED"] },
      /no scope "VOUCHER_RED"\. Did you mean VOUCHER_READ\?/,
    ],
    ["a scope that is like none", { scopes: ["*"] }, /no scope "\*"\. Declared: CAMPAIGN_READ, VOUCHER_READ\./],
    ["scopes on a kind that has none", { kindName: "secret" }, /secret carry no scopes/],
    ["a life longer than the kind's", { ttlDays: 366 }, /agent live at most 365 days, got 366/],
    ["a life of no days", { ttlDays: 0 }, /whole number of days from 1 to 365, got 0/],
    ["half a day", { ttlDays: 0.5 }, /whole number of days/],
    ["a life that is no number", { ttlDays: Number.NaN }, /whole number of days/],
    ["a life that overflows a date", { kindName: "secret", scopes: [], ttlDays: 1e15 }, /at most 36500 days/],
    ["an empty name", { name: " " }, /name is empty/],
    ["an empty tenant", { tenant: "" }, /tenant is empty/],
    ["a name that forges a line", { name: "a\nb" }, /control or invisible/],
    ["a name that turns the line around", { name: "a\u202eb" }, /control or invisible/],
    ["a very long name", { name: "n".repeat(101) }, /101 characters, at most 100/],
  ])("refuses %s", (_name, changes, message) => {
    expect(() => mint(changes)).toThrow(message);
    expect(() => mint(changes)).toThrow(expect.objectContaining({ code: "invalid_argument" }));
  });

  it("makes a key of prefix, 256 random bits and a checksum", () => {
    const text = mint().key.reveal();
    expect(text).toMatch(/^vf_ak_[\w-]{43}[0-9A-Za-z]{6}$/);
    expect(Buffer.from(text.slice(6, 49), "base64url")).toEqual(Buffer.alloc(32, 0xa5));
    expect(isWellFormedKey(text, "vf_ak_")).toBe(true);
  });

  it("stores the key's SHA-256 and never the key", () => {
    const { key, record } = mint();
    expect(record.hash).toBe(createHash("sha256").update(key.reveal()).digest("hex"));
    expect(JSON.stringify(record)).not.toContain(key.reveal().slice(12));
  });

  it("cannot be printed by accident", () => {
    expect(`${mint().key} ${JSON.stringify(mint())}`).not.toContain(mint().key.reveal().slice(10, 30));
  });

  it("describes the key in its record", () => {
    expect(mint({ scopes: ["VOUCHER_READ", "VOUCHER_READ"] }).record).toMatchObject({
      id: "5f0c2a4e-0000-4000-8000-000000000000",
      tenant: "acme",
      kind: "agent",
      name: "Claude Desktop",
      hint: "vf_ak_paWl",
      scopes: ["VOUCHER_READ"],
      createdAtMs: 1_700_000_000_000,
      revokedAtMs: undefined,
    });
  });

  it("ends the key after the kind's default, the days that were asked for, or never", () => {
    expect(mint().record.expiresAtMs).toBe(clock.now() + 30 * dayMs);
    expect(mint({ ttlDays: 365 }).record.expiresAtMs).toBe(clock.now() + 365 * dayMs);
    const forever = { kindName: "secret", scopes: [] };
    expect(mint(forever).record.expiresAtMs).toBeUndefined();
    expect(mint({ ...forever, ttlDays: 7 }).record.expiresAtMs).toBe(clock.now() + 7 * dayMs);
  });
});

describe("isWellFormedKey", () => {
  const text = mint().key.reveal();

  it.each([
    ["one changed letter", `${text.slice(0, 20)}X${text.slice(21)}`],
    ["two letters swapped", `vf_ak_ap${text.slice(8)}`],
    ["a missing letter", text.slice(0, -1)],
    ["a letter too many", `${text}A`],
    ["another prefix", text.replace("vf_ak_", "vf_sk_")],
    ["nothing but the prefix", "vf_ak_"],
  ])("sees %s", (_name, broken) => {
    expect(isWellFormedKey(broken, "vf_ak_")).toBe(false);
  });
});
