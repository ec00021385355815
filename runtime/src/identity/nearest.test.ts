import { describe, expect, it } from "vitest";
import { nearest } from "./nearest.ts";

const scopes = ["CAMPAIGN_READ", "CAMPAIGN_WRITE", "VOUCHER_READ"];

describe("nearest", () => {
  it.each([
    ["a name that is like none of them", "banana"],
    ["an empty name", ""],
  ])("finds nothing for %s", (_name, name) => {
    expect(nearest(name, scopes)).toBeUndefined();
  });

  it.each([
    ["a missing letter", "CAMPAIGN_REA", "CAMPAIGN_READ"],
    ["a wrong letter", "CAMPAIGN_WRITD", "CAMPAIGN_WRITE"],
    ["the wrong case", "voucher_read", "VOUCHER_READ"],
    ["a plural", "VOUCHERS_READ", "VOUCHER_READ"],
  ])("mends %s", (_name, name, meant) => {
    expect(nearest(name, scopes)).toBe(meant);
  });

  it("is done quickly with a very long name", () => {
    expect(nearest("x".repeat(1_000_000), scopes)).toBeUndefined();
  });
});
