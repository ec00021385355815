import { isSafePattern } from "redos-detector";

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

/** Verdicts that are remembered between runs: `dev` meets every pattern that is ever typed, and a text has up to 2,000 characters. */
const verdictsMax = 2_000;

/**
 * Refuse a pattern that is no regular expression, or that can take more than linear time on some text.
 *
 * Patterns are read with the `u` flag, and written with it (JSON Schema 2020-12, "Regular Expressions"). What cannot be
 * judged within the limits counts as slow. redos-detector rather than scslre: on 48 patterns scslre was faster, but let
 * `^(a|aa)+$`, `^(a|a)*$`, `^(?:a|b|ab)*c$`, `^(a?){30}a{30}$` and four more like them pass.
 */
export function patternProblem(pattern: string): PatternProblem | undefined {
  if (!met.has(pattern) && met.size >= patternsMax) {
    for (const record of records) record.isCut = true;
    return slow(
      `${show(pattern)} is one pattern too many: ${patternsMax} different ones are judged in one run`,
      "share patterns, or write what they say with enum, format, minLength and maxLength",
    );
  }
  meet(pattern);
  const known = verdicts.get(pattern);
  if (known !== undefined) return known.problem;
  const problem = judge(pattern);
  if (verdicts.size >= verdictsMax) verdicts.clear();
  verdicts.set(pattern, { problem });
  return problem;
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
const verdicts = new Map<string, { readonly problem: PatternProblem | undefined }>();

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
  return judgeSpeed(pattern);
}

function judgeSpeed(pattern: string): PatternProblem | undefined {
  const unnamed = withoutGroupNames(pattern);
  if (/\\k</.test(unnamed)) {
    return slow(
      `${show(pattern)} refers back to a named group`,
      "repeat what the group matches instead of referring to it",
    );
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
      "let each text match in one way only: no repetition inside a repetition, neighbours that cannot match the same characters, ^ in front, and bounds such as {1,64}",
    );
  } catch {
    return slow(
      `${show(pattern)} uses a construct whose speed cannot be judged`,
      "write it with plain groups, classes and quantifiers",
    );
  }
}

type Trails = ReturnType<typeof isSafePattern>["trails"];

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
