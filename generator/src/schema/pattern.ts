import { createRequire } from "node:module";
import { linear } from "./linear-pattern.ts";
import { isPlainlyFast } from "./plain-pattern.ts";

const require = createRequire(import.meta.url);

/** What is wrong with a pattern. */
export interface PatternProblem {
  readonly rule: "invalid-pattern" | "slow-pattern";
  readonly message: string;
  readonly mend: string;
}

/** Characters. Longer patterns are tables in disguise, and take long to judge. */
const patternMaxChars = 2_000;

/**
 * Ways in which one text may be read. Good patterns have a handful; those that backtrack without bound pass any limit, so
 * the number only says how soon that is noticed.
 */
const readingsMax = 100;

/** Steps of the search, so that a verdict takes at most about a second, the same on every machine. */
const stepsMax = 2_000;

/**
 * Different patterns that one run asks about, remembered or not, so that what other servers or earlier runs hold makes no
 * difference. Judging costs up to twenty milliseconds and a megabyte each, so more would not end soon.
 */
export const patternsMax = 250;

/** Characters of a text whose schema states no `maxLength`: the runtime takes messages of at most 1 MiB. */
const textMaxChars = 2 ** 20;

/**
 * States times characters that a pattern may cost when it is read in linear time. One takes about 10 ns, so the dearest text of the
 * dearest pattern takes three seconds; a usual text of 100 characters takes 20 µs. `{1,256}` before one more character is within it.
 */
const workMax = 3e8;

/** Verdicts that are remembered between runs: `dev` meets every pattern that is ever typed, and a text has up to 2,000 characters. */
const verdictsMax = 2_000;

/**
 * Refuse a pattern that is no regular expression, or that can take too long on some text of at most `maxLength` characters.
 *
 * What JavaScript's engine may try for long is read in linear time instead, where it can be: see `isSlow`.
 *
 * Patterns are read with the `u` flag, and written with it (JSON Schema 2020-12, "Regular Expressions"). What cannot be
 * judged within the limits counts as slow. redos-detector rather than scslre: on 48 patterns scslre was faster, but let
 * `^(a|aa)+$`, `^(a|a)*$`, `^(?:a|b|ab)*c$`, `^(a?){30}a{30}$` and four more like them pass.
 */
export function patternProblem(pattern: string, maxLength: number = textMaxChars): PatternProblem | undefined {
  if (!met.has(pattern) && met.size >= patternsMax) {
    for (const record of records) record.isCut = true;
    return slow(
      `${show(pattern)} is one pattern too many: ${patternsMax} different ones are judged in one run`,
      "share patterns, or write what they say with enum, format, minLength and maxLength",
    );
  }
  meet(pattern);
  const { problem, states } = verdictOn(pattern);
  return states * Math.min(maxLength, textMaxChars) <= workMax ? undefined : problem;
}

/** Whether a pattern without problems is to be read by `linear`, and not by JavaScript's own engine. */
export function isSlow(pattern: string): boolean {
  return verdictOn(pattern).problem !== undefined;
}

/** A pattern without problems, to be tried here. */
export function toRegExp(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  const plain = new RegExp(pattern, "u");
  const made = isSlow(pattern) ? linear(plain) : plain;
  if (compiled.size >= verdictsMax) compiled.clear();
  compiled.set(pattern, made);
  return made;
}

const compiled = new Map<string, RegExp>();

function verdictOn(pattern: string): Verdict {
  const known = verdicts.get(pattern);
  if (known !== undefined) return known;
  const problem = judge(pattern);
  const verdict = { problem, states: problem === undefined ? 0 : statesOf(pattern, problem) };
  if (verdicts.size >= verdictsMax) verdicts.clear();
  verdicts.set(pattern, verdict);
  return verdict;
}

interface Verdict {
  /** What JavaScript's own engine would do with it. */
  readonly problem: PatternProblem | undefined;
  /** What one character costs at most in linear time; infinite where that is not possible. */
  readonly states: number;
}

function statesOf(pattern: string, { rule }: PatternProblem): number {
  if (rule === "invalid-pattern") return Number.POSITIVE_INFINITY;
  try {
    return linear(new RegExp(pattern, "u")).states;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** A run over a server's folder or a document begins: its patterns are counted from none. */
export function startPatterns(): void {
  met.clear();
}

/** The patterns that an act has met, so that what it found out can be kept: whoever takes it from there meets them again. */
export interface Met<T> {
  readonly value: T;
  readonly patterns: readonly string[];
  /** One pattern was too many in this run; in another one it may not be. */
  readonly isCut: boolean;
}

export function recordPatterns<T>(act: () => T): Met<T> {
  const record = { patterns: new Set<string>(), isCut: false };
  records.push(record);
  try {
    const value = act();
    return { value, patterns: [...record.patterns], isCut: record.isCut };
  } finally {
    records.pop();
  }
}

/** Count patterns that were judged in an earlier run; false, and nothing is counted, where they would be too many in this one. */
export function meetAgain(patterns: readonly string[]): boolean {
  if (met.size + patterns.filter((pattern) => !met.has(pattern)).length > patternsMax) return false;
  for (const pattern of patterns) meet(pattern);
  return true;
}

function meet(pattern: string): void {
  met.add(pattern);
  for (const record of records) record.patterns.add(pattern);
}

/** Acts that run, the innermost last. */
const records: { readonly patterns: Set<string>; isCut: boolean }[] = [];

/** Patterns of the current run. Between `startPatterns` and its last pattern a run gives way to no other. */
const met = new Set<string>();

/** A thousand tools share a few dozen patterns, and so do the runs of `dev`. */
const verdicts = new Map<string, Verdict>();

function judge(pattern: string): PatternProblem | undefined {
  try {
    new RegExp(pattern, "u");
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^.*: /s, "") : String(error);
    return {
      rule: "invalid-pattern",
      message: `${show(pattern)} is no Unicode regular expression: ${reason}`,
      mend: "escape what is meant literally, or correct the pattern",
    };
  }
  if (pattern.length > patternMaxChars) {
    return slow(
      `a pattern of ${pattern.length} characters is too long to be judged`,
      `at most ${patternMaxChars} characters`,
    );
  }
  return isPlainlyFast(pattern) ? undefined : judgeSpeed(pattern);
}

function judgeSpeed(pattern: string): PatternProblem | undefined {
  // Costs to load, and most patterns need no judge.
  const { isSafePattern } = require("redos-detector") as Detector;
  const unnamed = withoutGroupNames(pattern);
  if (/\\k</.test(unnamed)) {
    return slow(
      `${show(pattern)} refers back to a named group`,
      "repeat what the group matches instead of referring to it",
    );
  }
  // The detector takes it that nothing fails there: `^(a+)+(?=b)` would be safe.
  if (/\(\?<?[=!]/.test(unnamed)) {
    return slow(`${show(pattern)} looks ahead or behind, which can take very long`, "write it without looking around");
  }
  try {
    const result = isSafePattern(unnamed, {
      unicode: true,
      maxSteps: stepsMax,
      maxScore: readingsMax,
      timeout: Number.POSITIVE_INFINITY,
    });
    if (result.safe) return undefined;
    return slow(
      `${show(pattern)} can take very long on some texts, because of ${show(culprit(result.trails) ?? pattern)}`,
      "let each text match in one way only: no repetition inside a repetition, neighbours that cannot match the same characters, ^ in front, and small bounds such as {1,64}; or state a smaller maxLength",
    );
  } catch {
    return slow(
      `${show(pattern)} uses a construct whose speed cannot be judged`,
      "write it with plain groups, classes and quantifiers",
    );
  }
}

type Detector = typeof import("redos-detector");
type Trails = ReturnType<Detector["isSafePattern"]>["trails"];

/** The outermost repetition at the place where two readings of one text part. */
function culprit(trails: Trails): string | undefined {
  for (const { trail } of trails) {
    const fork = trail.find(({ a, b }) => a.node.start.offset !== b.node.start.offset) ?? trail.at(-1);
    const repetitions = [...(fork?.a.quantifierIterations ?? []), ...(fork?.b.quantifierIterations ?? [])];
    const outermost = repetitions
      .map(({ node }) => node.source)
      .filter((source) => source !== searchPrefix)
      .sort((a, b) => b.length - a.length)[0];
    if (outermost !== undefined) return outermost;
  }
  return undefined;
}

/** What the detector puts in front of a pattern that is not anchored. */
const searchPrefix = "[^]*?";

/** The detector does not know group names; they make no difference to its question. */
function withoutGroupNames(pattern: string): string {
  return pattern.replace(/\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|\(\?<(?![=!])[^>]*>/gu, (part) =>
    part.startsWith("(?<") ? "(" : part,
  );
}

function slow(message: string, mend: string): PatternProblem {
  return { rule: "slow-pattern", message, mend };
}

function show(source: string): string {
  return JSON.stringify(source.length > 80 ? `${source.slice(0, 80)}…` : source);
}
