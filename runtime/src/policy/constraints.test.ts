import { describe, expect, it } from "vitest";
import type { Constraint } from "../codegen.ts";
import { breaches } from "./constraints.ts";

const message = "the rule, in words";
const broken = (constraint: Constraint, input: Record<string, unknown>, refused: readonly string[] = []) =>
  breaches([constraint], { input, refused: new Set(refused) }).map(({ inputs }) => inputs);

describe("exactly one of", () => {
  const rule: Constraint = { exactlyOneOf: ["percentOff", "amountOffCents"], message };
  it.each([
    [{}, [["percentOff", "amountOffCents"]]],
    [{ percentOff: 1, amountOffCents: 2 }, [["percentOff", "amountOffCents"]]],
    [{ percentOff: undefined }, [["percentOff", "amountOffCents"]]],
    [{ percentOff: 0 }, []],
    [{ amountOffCents: null }, []],
  ])("with %j: %j", (input, inputs) => {
    expect(broken(rule, input)).toEqual(inputs);
  });

  it("finds nothing in what an object inherits", () => {
    const inherited: Constraint = { exactlyOneOf: ["constructor", "__proto__"], message };
    expect(broken(inherited, {})).toEqual([["constructor", "__proto__"]]);
  });
});

describe("at least and at most one of", () => {
  it.each([
    [{}, 1, 0],
    [{ a: 1 }, 0, 0],
    [{ a: 1, c: 1 }, 0, 1],
  ])("with %j: %i and %i broken", (input, atLeast, atMost) => {
    expect(broken({ atLeastOneOf: ["a", "b", "c"], message }, input)).toHaveLength(atLeast);
    expect(broken({ atMostOneOf: ["a", "b", "c"], message }, input)).toHaveLength(atMost);
  });

  it("names only those that are too many", () => {
    expect(broken({ atMostOneOf: ["a", "b", "c"], message }, { a: 1, c: 1 })).toEqual([["a", "c"]]);
  });
});

describe("when", () => {
  it("an input is given, another is required", () => {
    const rule: Constraint = { when: "amountOffCents", require: ["currency"], message };
    expect(broken(rule, { amountOffCents: 1 })).toEqual([["currency", "amountOffCents"]]);
    expect(broken(rule, { amountOffCents: 1, currency: "EUR" })).toEqual([]);
    expect(broken(rule, {})).toEqual([]);
  });

  it("an input is given, another is forbidden", () => {
    const rule: Constraint = { when: "code", forbid: ["prefix"], message };
    expect(broken(rule, { code: "A", prefix: "B" })).toEqual([["prefix", "code"]]);
    expect(broken(rule, { prefix: "B" })).toEqual([]);
  });

  it("all inputs have one of their values, others have theirs", () => {
    const rule: Constraint = { when: { model: ["Cpc", "Cpl"], on: true }, then: { type: ["Fixed"] }, message };
    expect(broken(rule, { model: "Cpl", on: true, type: "Percentage" })).toEqual([["type", "model", "on"]]);
    expect(broken(rule, { model: "Cpl", on: true, type: "Fixed" })).toEqual([]);
    expect(broken(rule, { model: "Cpl", on: true })).toEqual([]);
    expect(broken(rule, { model: "Cpl", on: false, type: "Percentage" })).toEqual([]);
    expect(broken(rule, { model: "Cps", on: true, type: "Percentage" })).toEqual([]);
    expect(broken(rule, { type: "Percentage" })).toEqual([]);
  });
});

describe("a value that the validator refused", () => {
  it("is given all the same", () => {
    expect(broken({ exactlyOneOf: ["a", "b"], message }, { a: "bad" }, ["a"])).toEqual([]);
    expect(broken({ when: "a", require: ["b"], message }, { a: "bad" }, ["a"])).toHaveLength(1);
  });

  it("decides no rule about values, neither as the cause nor as the effect", () => {
    const rule: Constraint = { when: { model: "Cpc" }, then: { type: ["Fixed"] }, message };
    expect(broken(rule, { model: "Cpc", type: "Percentage" }, ["model"])).toEqual([]);
    expect(broken(rule, { model: "Cpc", type: 7 }, ["type"])).toEqual([]);
  });
});

it("names every broken rule, each at its first input", () => {
  const rules: readonly Constraint[] = [
    { exactlyOneOf: ["a", "b"], message: "exactly one of a and b must be given" },
    { when: "c", require: ["d"], message: "d must be given with c" },
  ];
  expect(breaches(rules, { input: { c: 1 } })).toEqual([
    { path: "a", inputs: ["a", "b"], message: "exactly one of a and b must be given" },
    { path: "d", inputs: ["d", "c"], message: "d must be given with c" },
  ]);
});
