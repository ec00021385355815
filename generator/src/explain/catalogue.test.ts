import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lintProblems } from "../../../test/golden/lint.ts";
import { changeRules } from "../diff/rules.ts";
import { lintRuleIds } from "../lint/ids.ts";
import { errorCodes } from "../spec/expectations.ts";
import { catalogue } from "./catalogue.ts";

const all = catalogue.flatMap(({ explanations }) => explanations);
/** Told of a running server, or of two versions: there is no file that is wrong. */
const withoutExample = new Set<string>([...errorCodes, ...Object.keys(changeRules)]);
const explained = all.filter(({ rule }) => !withoutExample.has(rule));
const sources = globSync("**/*.ts", { cwd: join(import.meta.dirname, "..") })
  .filter((file) => !/\.test\.ts$|^explain\/|^lint\/ids/.test(file))
  .map((file) => readFileSync(join(import.meta.dirname, "..", file), "utf8"));

/** How rules are named in the sources: as a member, or as the first text that a function for one problem is given. */
const forms = [
  /\brule(?::| =) "([a-z-]+)"/g,
  /\brule: \S+ (?:=== "\w+" )?\? "([a-z-]+)" : "[a-z-]+"/g,
  /\brule: \S+ (?:=== "\w+" )?\? "[a-z-]+" : "([a-z-]+)"/g,
  /\b(?:refuse|refused|problem|unfit|atStart|mended)\(\s*(?:[^"'`()]|\([^()]*\)|`[^`]*`)*?"([a-z]+(?:-[a-z]+)+)",/g,
  /\? "(invalid-type)" : "invalid-value"/g,
  /\? "[a-z]+-ref" : "([a-z]+-ref)"/g,
  /\bproblem\(\s*(?:\[[^\]]*\]|\w+),\s*"([a-z-]+)"/g,
];

const found = new Set([
  ...lintRuleIds,
  // Put together from what is missing in the contract (`ir/request.ts`).
  ...["unknown-path", "unknown-method"],
  // The one id that is a single word.
  ...(sources.some((source) => source.includes('"obstacle"')) ? ["obstacle"] : []),
  ...sources.flatMap((source) => forms.flatMap((form) => [...source.matchAll(form)].map(([, rule = ""]) => rule))),
]);

test("explains every rule that anything reports, each once, and no other", () => {
  const ids = explained.map(({ rule }) => rule);
  expect(ids.filter((rule, index) => ids.indexOf(rule) !== index)).toEqual([]);
  expect([...found].filter((rule) => !withoutExample.has(rule) && !ids.includes(rule)).sort()).toEqual([]);
  expect(ids.filter((rule) => !found.has(rule))).toEqual([]);
});

test("explains every error code of the runtime", () => {
  const codes = all.map(({ rule }) => rule).filter((rule) => (errorCodes as readonly string[]).includes(rule));
  expect(codes).toEqual(errorCodes);
});

test("has words for everything", () => {
  for (const { title, why, wrong = {}, right = {} } of explained) {
    expect(title).toMatch(/^.{15,}\.$/);
    expect(why.length).toBeGreaterThan(20);
    expect([Object.keys(wrong).length, Object.keys(right).length]).not.toContain(0);
  }
});

/** Shown in words, because their examples are too large, or no files of one specs folder. */
const inFolders = explained.filter(({ wrong = {} }) => !Object.hasOwn(wrong, ""));
const ofGenerator = inFolders.filter(
  ({ rule }) => !(lintRuleIds as readonly string[]).includes(rule) && !rule.startsWith("ignore-"),
);

test.for(ofGenerator)(
  "$rule finds what is wrong, and nothing at all in what is right",
  async ({ rule, wrong = {}, right = {} }) => {
    expect((await lintProblems(wrong)).map((problem) => problem.rule)).toContain(rule);
    const errors = (await lintProblems(right)).filter(({ severity }) => severity === "error");
    expect(
      errors
        .filter((problem) => !problem.rule.startsWith("annotation"))
        .map(({ rule: id, message }) => `${id}: ${message}`),
    ).toEqual([]);
  },
);
