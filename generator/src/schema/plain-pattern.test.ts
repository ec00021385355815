import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compile, parse } from "./pattern-machine.ts";
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
    "^[a-z0-9-]{1,255}$",
    "^(?:[a-z0-9_-]{2,32}(?:,[a-z0-9_-]{2,32}){0,9})?$",
    "github",
  ])("%s", (pattern) => {
    expect(isPlainlyFast(pattern)).toBe(true);
    expect(dearest(pattern, 240)).toBeLessThan(stepsPerCharacterMax * 240);
  });
});

describe("proves nothing of", () => {
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
    ["more characters than are followed", "^a{1200}$"],
    ["readings that stay beside each other", "^(?:a+x|a+y)$"],
  ])("%s: %s", (_, pattern) => {
    expect(isPlainlyFast(pattern)).toBe(false);
  });
});

/** Steps that trying every reading takes, as JavaScript's own engine does, until one matches or all have failed. */
function stepsOf(pattern: string, text: string): number {
  const { part, looks } = parse(pattern);
  const { states, atoms, start } = compile(part, looks);
  let steps = 0;
  const matches = (at: number, place: number): boolean => {
    if (++steps > stepsPerCharacterMax * text.length) return true;
    const state = states[at];
    switch (state?.kind) {
      case "atom":
        return atoms[state.atom]?.(text[place] ?? "") === true && matches(state.next, place + 1);
      case "either":
        return matches(state.next, place) || matches(state.other, place);
      case "place":
        return place === (state.test === "^" ? 0 : text.length) && matches(state.next, place);
      default:
        return true;
    }
  };
  for (let place = 0; place <= text.length && !matches(start, place); place++);
  return steps;
}

/** What is proved costs at most six; what is not, soon hundreds. */
const stepsPerCharacterMax = 40;

const bases = ["a", "b", "ab", "abc", "x", "-", "1", "a-", "aab", "abx", "b1"];

function dearest(pattern: string, length: number): number {
  const texts = bases.map((base) => base.repeat(length).slice(0, length - 1));
  return Math.max(...texts.flatMap((text) => [stepsOf(pattern, `${text}!`), stepsOf(pattern, text)]));
}

const quantifiers = ["", "", "", "*", "+", "?", "{2}", "{1,3}", "{0,4}", "{2,}"];
const patterns = fc
  .letrec<{ readonly sequence: string; readonly item: string }>((tie) => ({
    sequence: fc.array(tie("item"), { minLength: 1, maxLength: 4 }).map((items) => items.join("")),
    item: fc
      .tuple(
        fc.oneof(
          { depthSize: "small" },
          fc.constantFrom("a", "b", "c", "x", "-", ".", "[a-c]", "[^a]", "\\d", "\\w", "[ab]", "[b-x]"),
          fc.array(tie("sequence"), { minLength: 1, maxLength: 3 }).map((options) => `(?:${options.join("|")})`),
        ),
        fc.constantFrom(...quantifiers),
      )
      .map(([part, quantifier]) => part + quantifier),
  }))
  .sequence.chain((sequence) => fc.constantFrom(`^${sequence}$`, `^${sequence}`, `${sequence}$`, sequence));

test("proves only what reads long texts in a few steps a character", () => {
  let proved = 0;
  fc.assert(
    fc.property(patterns, (pattern) => {
      if (!isPlainlyFast(pattern)) return;
      proved++;
      expect(dearest(pattern, 120)).toBeLessThan(stepsPerCharacterMax * 120);
    }),
    { numRuns: 600 },
  );
  expect(proved).toBeGreaterThan(60);
});
