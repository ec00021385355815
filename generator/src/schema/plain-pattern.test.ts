import { isSafePattern } from "redos-detector";
import { describe, expect, test } from "vitest";
import { isPlainlyFast } from "./plain-pattern.ts";

describe("proves what reads every text in one way, or in few that soon end", () => {
  test.each([
    "^[A-Za-z0-9._-]+$",
    "^\\d+\\.\\d+\\.\\d+$",
    "^sha256:[a-f0-9]{64}$",
    "^([0-9a-fA-F]{40}(?:[0-9a-fA-F]{24})?)$",
    "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$",
    "^[a-z0-9]+(?:-[a-z0-9]+)*$",
    "^ssh-(rsa|dss|ed25519) |^ecdsa-sha2-nistp(256|384|521) ",
    "^refs/(heads|tags|pull)/.*$",
    "^[^@]+@[^@]+$",
    "prefix_[a-zA-Z0-9]{32}",
    "github",
  ])("%s", (pattern) => {
    expect(isPlainlyFast(pattern)).toBe(true);
    expect(isSafePattern(pattern, { unicode: true, maxSteps: 2_000, maxScore: 100 }).safe).toBe(true);
  });
});

describe("leaves to the detector", () => {
  test.each([
    ["a repetition in a repetition", "^(a+)+$"],
    ["alternatives that read alike", "^(a|a)*$"],
    ["neighbours that read alike, again and again", "^(a?){30}a{30}$"],
    ["neighbours that meet again", "^\\d+\\d+$"],
    ["characters beyond ASCII that two classes may share", "^[^a]+[^b]+$"],
    ["a repetition that may begin anywhere", "[a-z]+_token_[0-9]+"],
    ["many places to begin at", "\\d{40}"],
    ["what ends before the text beside what goes on", "^..{1}|^.(-*x{2,}|.{3}[a-c]+)"],
    ["a part that may be empty, repeated", "^(a*)*$"],
    ["a look ahead", "^(?!admin)[a-z]+$"],
    ["a property of characters", "^\\p{L}+$"],
    ["a boundary", "^\\bfoo$"],
    ["a match of nothing, anywhere", "a*"],
    ["an anchor in the middle", "^(a|^b)$"],
    ["an end in the middle", "^(a$|b)c"],
    ["more characters than are followed", "^a{200}$"],
    ["more ways through it than the detector follows", "^a?b?c?d?e?f?g?h?i?j?$"],
  ])("%s: %s", (_, pattern) => {
    expect(isPlainlyFast(pattern)).toBe(false);
  });
});
