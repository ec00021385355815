import { describe, expect, it } from "vitest";
import { Secret } from "../call.ts";
import { redactArguments, redactTarget } from "./redact.ts";

const key = "vf_ak_9f8a7s6d5f4a3s2d1f";

describe("redactArguments", () => {
  it("replaces sensitive inputs, whatever they hold", () => {
    const given = { code: "SUMMER20", secret: "s3cr3t", card: { number: "4111" }, pins: [1, 2], none: null };
    const sensitive = ["secret", "card", "pins", "none"];
    expect(redactArguments(given, { sensitive })).toEqual({
      code: "SUMMER20",
      secret: "[sensitive]",
      card: "[sensitive]",
      pins: "[sensitive]",
      none: "[sensitive]",
    });
  });

  it("replaces a sensitive input that was sent in another spelling", () => {
    const given = { webhookSecret: "x", "webhook-secret": "y", WEBHOOK_SECRET: "z" };
    expect(new Set(Object.values(redactArguments(given, { sensitive: ["webhook_secret"] })))).toEqual(
      new Set(["[sensitive]"]),
    );
  });

  it("replaces a credential wherever it stands, names included", () => {
    const given = { note: `my key is ${key}!`, deep: { list: [key] }, [key]: 1 };
    const redacted = JSON.stringify(redactArguments(given, { secrets: [new Secret(key)] }));
    expect(redacted).not.toContain(key);
    expect(redacted).toBe('{"note":"my key is [secret]!","deep":{"list":["[secret]"]},"[secret]":1}');
  });

  it("does not let the cut leave half a credential", () => {
    const given = { text: "x".repeat(990) + key };
    expect(JSON.stringify(redactArguments(given, { secrets: [new Secret(key)] }))).not.toContain(key.slice(0, 8));
  });

  it("cuts long strings and says how much is missing", () => {
    const { text } = redactArguments({ text: "a".repeat(5000) }, {});
    expect(text).toBe(`${"a".repeat(1000)}… [cut, 4000 more characters]`);
  });

  it("does not cut a character in two", () => {
    const { text } = redactArguments({ text: `${"a".repeat(999)}🎟🎟` }, {});
    expect(String(text).isWellFormed()).toBe(true);
  });

  it("cuts long arrays and wide objects and says how many are missing", () => {
    const wide = Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`k${n}`, n]));
    const redacted = redactArguments({ list: Array.from({ length: 350 }, (_, n) => n), wide }, {});
    expect((redacted.list as unknown[]).length).toBe(101);
    expect((redacted.list as unknown[]).at(-1)).toBe("[cut, 250 more items]");
    expect((redacted.wide as Record<string, unknown>)["…"]).toBe("[cut, 50 more members]");
    expect(redactArguments(wide, {})["…"]).toBe("[cut, 50 more members]");
  });

  it("keeps an entry small whatever was sent", () => {
    const rows = Array.from({ length: 100 }, () => Array.from({ length: 100 }, () => ["x"]));
    expect(JSON.stringify(redactArguments({ rows, again: rows }, {})).length).toBeLessThan(100_000);
  });

  it("does not follow nesting without end", () => {
    let deep: unknown = "bottom";
    for (let level = 0; level < 10_000; level++) deep = [deep];
    expect(JSON.stringify(redactArguments({ deep }, {}))).toContain("[cut, an array]");
  });

  it("keeps a key __proto__ a key", () => {
    const redacted = redactArguments(JSON.parse('{"__proto__":{"confirm":true}}'), {});
    expect(Object.getPrototypeOf(redacted)).toBe(Object.prototype);
    expect(JSON.stringify(redacted)).toBe('{"__proto__":{"confirm":true}}');
  });

  it("leaves what is short and harmless as it is", () => {
    const given = { a: [1, true, null, { b: "c" }], d: 2.5 };
    expect(redactArguments(given, { sensitive: ["x"], secrets: [new Secret(key)] })).toEqual(given);
  });
});

describe("redactTarget", () => {
  const redact = (target: string, value: unknown) =>
    redactTarget(target, { pin: value, other: "x" }, { sensitive: ["pin"] });

  it.each([
    ["a path segment", "/v1/cards/4111-2222", "4111-2222", "/v1/cards/[sensitive]"],
    ["a query value", "/v1/cards?pin=12345&x=1", "12345", "/v1/cards?pin=[sensitive]&x=1"],
    ["a percent-encoded value", "/v1/cards/a%20%2F%C3%A9b", "a /éb", "/v1/cards/[sensitive]"],
    ["a value with a plus for a space", "/v1?q=top+secret", "top secret", "/v1?q=[sensitive]"],
    ["a number", "/v1/pins/77", 77, "/v1/pins/[sensitive]"],
    ["the members of an array", "/v1?pin=first&pin=second", ["first", "second"], "/v1?pin=[sensitive]&pin=[sensitive]"],
    ["a value that holds a separator", "/v1?pin=abcd,efgh", "abcd,efgh", "/v1?pin=[sensitive],[sensitive]"],
    ["a value inside a longer part", "/v1?filter=id:12345:x", "12345", "/v1?filter=[sensitive]"],
  ])("replaces %s", (_name, target, value, expected) => {
    expect(redact(target, value)).toBe(expected);
  });

  it("leaves a target alone in which no sensitive value stands", () => {
    expect(redact("/v1/vouchers/SUMMER20?page=1&bad=%zz", "1234")).toBe("/v1/vouchers/SUMMER20?page=1&bad=%zz");
    expect(redact("/v1/vouchers", undefined)).toBe("/v1/vouchers");
  });

  it("replaces a credential", () => {
    expect(redactTarget(`/v1?key=${key}`, {}, { secrets: [new Secret(key)] })).toBe("/v1?key=[secret]");
  });
});
