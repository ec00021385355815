import { expect, test } from "vitest";
import { lintProblems } from "../../../test/golden/lint.ts";
import { catalogue } from "../explain/catalogue.ts";
import { lintRuleIds } from "./ids.ts";
import { lintRules } from "./rules.ts";

test("lists every rule once, by the names that specs may use", () => {
  expect(lintRules.map(({ id }) => id)).toEqual(lintRuleIds);
});

const explained = catalogue
  .flatMap(({ explanations }) => explanations)
  .filter(({ rule }) => (lintRuleIds as readonly string[]).includes(rule) || rule.startsWith("ignore-"));

test.for(explained)(
  "$rule finds what its explanation calls wrong, and nothing in what it calls right",
  async ({ rule, wrong = {}, right = {} }) => {
    expect((await lintProblems(wrong)).map((problem) => problem.rule)).toContain(rule);
    expect((await lintProblems(right)).map((problem) => problem.rule)).not.toContain(rule);
  },
);
