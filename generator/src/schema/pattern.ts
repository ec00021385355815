import { linear } from "./linear-pattern.ts";
import { isPlainlyFast } from "./plain-pattern.ts";

/** What is wrong with a pattern. */
export interface PatternProblem {
  readonly rule: "invalid-pattern" | "slow-pattern";
  readonly message: string;
  readonly mend: string;
}

/** Characters. Longer patterns are tables in disguise. */
const patternMaxChars = 2_000;

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
 * Patterns are read with the `u` flag, and written with it (JSON Schema 2020-12, "Regular Expressions"). What JavaScript's own engine
 * does not plainly read fast is read in linear time instead: see `isSlow`. Refused is only what cannot be read so, or not soon.
 */
export function patternProblem(pattern: string, maxLength: number = textMaxChars): PatternProblem | undefined {
  const verdict = verdictOn(pattern);
  if ("problem" in verdict) return verdict.problem;
  const chars = Math.min(maxLength, textMaxChars);
  if (verdict.states * chars <= workMax) return undefined;
  return slow(
    `${show(pattern)} has ${verdict.states} states, which takes long for a text of ${chars.toLocaleString("en")} characters`,
    "state a smaller maxLength, or write smaller bounds",
  );
}

/** Whether a pattern without problems is to be read by `linear`, and not by JavaScript's own engine. */
export function isSlow(pattern: string): boolean {
  const verdict = verdictOn(pattern);
  return !("regExp" in verdict) || verdict.states > 0;
}

/** A pattern without problems, to be tried here. */
export function toRegExp(pattern: string): RegExp {
  const verdict = verdictOn(pattern);
  return "regExp" in verdict ? verdict.regExp : new RegExp(pattern, "u");
}

/** How a pattern is read: `states` is what one character costs at most in linear time, none with JavaScript's own engine. */
type Verdict = { readonly regExp: RegExp; readonly states: number } | { readonly problem: PatternProblem };

/** A thousand tools share a few dozen patterns, and so do the runs of `dev`. */
const verdicts = new Map<string, Verdict>();

function verdictOn(pattern: string): Verdict {
  const known = verdicts.get(pattern);
  if (known !== undefined) return known;
  const verdict = judge(pattern);
  if (verdicts.size >= verdictsMax) verdicts.clear();
  verdicts.set(pattern, verdict);
  return verdict;
}

function judge(pattern: string): Verdict {
  let regExp: RegExp;
  try {
    regExp = new RegExp(pattern, "u");
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^.*: /s, "") : String(error);
    return {
      problem: {
        rule: "invalid-pattern",
        message: `${show(pattern)} is no Unicode regular expression: ${reason}`,
        mend: "escape what is meant literally, or correct the pattern",
      },
    };
  }
  if (pattern.length > patternMaxChars) {
    const problem = slow(
      `a pattern of ${pattern.length} characters is too long`,
      `at most ${patternMaxChars} characters`,
    );
    return { problem };
  }
  return isPlainlyFast(pattern) ? { regExp, states: 0 } : inLinearTime(pattern, regExp);
}

function inLinearTime(pattern: string, regExp: RegExp): Verdict {
  try {
    const made = linear(regExp);
    return { regExp: made, states: made.states };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const mend = "repeat what a group matches instead of referring back to it, and write small bounds such as {1,64}";
    return { problem: slow(`${show(pattern)} can take very long on some texts: ${reason}`, mend) };
  }
}

function slow(message: string, mend: string): PatternProblem {
  return { rule: "slow-pattern", message, mend };
}

function show(source: string): string {
  return JSON.stringify(source.length > 80 ? `${source.slice(0, 80)}…` : source);
}
