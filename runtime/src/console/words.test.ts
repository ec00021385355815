import { describe, expect, it } from "vitest";
import { duration, pretty, short, visible, whoAsked } from "./words.ts";

describe("words", () => {
  it.each([
    [-5, "0 s"],
    [59_999, "59 s"],
    [250_000, "4 min 10 s"],
    [600_000, "10 min"],
    [86_399_000, "23 h 59 min"],
    [3 * 86_400_000, "3 d 0 h"],
  ])("say how long %i ms are: %s", (ms, words) => {
    expect(duration(ms)).toBe(words);
  });

  it("write out what cannot be seen, in a way that JSON reads back", () => {
    const value = { a: "one\u202etwo\u{e0041}\u0000\n\u2028" };
    expect(pretty(value)).toMatch(/^[\x20-\x7e\n]+$/);
    expect(JSON.parse(pretty(value))).toEqual(value);
    expect(visible("a\u0007b\nc")).toBe("a\\u0007b\nc");
  });

  it("cut long values, and never in the middle of a character", () => {
    expect(short("x".repeat(100), 10)).toBe(`${"x".repeat(10)}…`);
    expect(short("😀".repeat(10), 3).isWellFormed()).toBe(true);
    expect(short({ isEscaped: true })).toBe('{"isEscaped":true}');
    expect(short("two\nlines")).toBe("two\\nlines");
  });

  it("say who asked, and with what", () => {
    const requester = { kind: "agent", id: "k", name: "ci", scopes: [] };
    expect(whoAsked({ requester, client: "Claude Code 2.3" })).toBe("ci (agent, Claude Code 2.3)");
    expect(whoAsked({ requester, client: undefined })).toBe("ci (agent)");
  });
});
