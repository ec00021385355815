import { describe, expect, it } from "vitest";
import { redact, toPlainLine } from "./redact.ts";

describe("redaction", () => {
  it("replaces every occurrence of every secret, also as JSON writes it", () => {
    const secrets = ["first-secret", 'second"se\\cret'];
    const text = `first-secret ${JSON.stringify({ a: 'second"se\\cret first-secret' })} second"se\\cret`;
    expect(redact(text, secrets)).toBe('[redacted] {"a":"[redacted] [redacted]"} [redacted]');
  });

  it("gives back the same string when there is nothing to hide", () => {
    expect(redact("plain", ["some-secret"])).toBe("plain");
  });

  it("does not look for words too short to be secret", () => {
    expect(redact('{"key":"x"}', ["", "key"])).toBe('{"key":"x"}');
  });
});

describe("a plain line", () => {
  it.each([
    ["line breaks", "a\r\nb\tc", "a b c"],
    ["terminal sequences", "a\u001b[2Jb\u0007", "a[2Jb"],
    ["reversed text", "a\u202eb\u2066c\u200b", "abc"],
    ["hidden tags", "a\u{e0041}\u{e007f}b", "ab"],
    ["broken Unicode", "a\ud800b", "a\ufffdb"],
  ])("has no %s", (_what, text, expected) => {
    expect(toPlainLine(text, 100)).toBe(expected);
  });

  it("is cut with a mark, never within a character", () => {
    expect(toPlainLine("x".repeat(200), 100)).toBe(`${"x".repeat(99)}…`);
    expect(toPlainLine(`${"x".repeat(98)}😀😀`, 100)).toBe(`${"x".repeat(98)}…`);
    expect(toPlainLine("x".repeat(100), 100)).toBe("x".repeat(100));
  });
});
