import type { JsonObject, JsonSchema, ValidationIssue } from "../codegen.ts";
import { namesOf, schemasAt } from "./schema-at.ts";
import { describe, describeMissing, hidden, meantAlternative, valueAt } from "./wording.ts";

/** One thing wrong with the arguments: where, and what to do about it. Never holds a value of a sensitive input. */
export interface Problem {
  /** Dotted path from the arguments' root: `recipients.3.email`. */
  readonly path: string;
  /** Reads on from the path: "must be at most 10000, got 25000". With `inputs` it is a sentence of its own. */
  readonly message: string;
  /** All inputs that a rule over several of them is about. */
  readonly inputs?: readonly string[];
}

/** Problems in one answer. A batch of 1,000 bad rows needs no 1,000 lines to be understood. */
export const problemsMax = 20;

/** Unknown names in one answer, and how much of each is repeated: a caller's megabyte is not sent back to it. */
const unknownNamesMax = 5;
const unknownNameMaxChars = 64;

/** What the words depend on. */
export interface ProblemContext {
  readonly input: JsonObject;
  /** What `tools/list` says of the arguments. */
  readonly schema: JsonSchema;
  readonly sensitive: readonly string[];
}

/** What was found, and how much more that is not spelt out. */
export interface Findings {
  readonly problems: readonly Problem[];
  readonly more: number;
}

/**
 * Put a validator's issues into words that say what was wrong and what was got. Where there are too many, those of rows
 * step back behind those of whole arguments.
 */
export function toProblems(issues: readonly ValidationIssue[], context: ProblemContext): Findings {
  const ordered =
    issues.length > problemsMax
      ? [...issues.filter(isOutside), ...issues.filter((issue) => !isOutside(issue))]
      : issues;
  const worded = ordered.slice(0, problemsMax);
  const explained = new Set<string>();
  return {
    problems: worded.flatMap((issue) => word(issue, issue.path, { ...context, explained })),
    more: issues.length - worded.length,
  };
}

/** One line for people: `count must be at most 10000, got 25000; colour is not an argument here; and 3 more problems`. */
export function summarize(problems: readonly Problem[], more: number): string {
  const words = problems.map(({ path, message, inputs }) =>
    path === "" || inputs !== undefined ? message : `${path} ${message}`,
  );
  if (more > 0) words.push(`and ${more} more ${more === 1 ? "problem" : "problems"}`);
  return words.join("; ");
}

/** About the arguments themselves, and not about what one of them holds. */
function isOutside({ path }: ValidationIssue): boolean {
  return path.length < 2;
}

type WordContext = ProblemContext & {
  /** Lists of names that were given once: a thousand rows take the same ones. */
  readonly explained: Set<string>;
};

function word(issue: ValidationIssue, at: readonly PropertyKey[], context: WordContext): readonly Problem[] {
  const path = at.map(String).join(".");
  const { schema, sensitive, input } = context;
  if (issue.code === "unrecognized_keys" && issue.keys !== undefined) {
    return unknownNames(issue.keys, path, namesOf(schemasAt(schema, at)), context.explained);
  }
  const meant = meantAlternative(issue);
  if (meant !== undefined) {
    return meant.slice(0, unknownNamesMax).flatMap((inner) => word(inner, [...at, ...inner.path], context));
  }
  const given = valueAt(input, at);
  // Which members an object lacks is told in the schema's words, and how long a list is tells nothing of what is in it.
  const missing = issue.code === "custom" ? describeMissing(schemasAt(schema, at), given) : undefined;
  const isHidden = sensitive.includes(String(at[0])) && !(Array.isArray(given) && isAboutLength(issue));
  return [{ path, message: missing ?? describe(issue, isHidden ? hidden : given) }];
}

function isAboutLength({ code, origin }: ValidationIssue): boolean {
  return (code === "too_big" || code === "too_small") && origin === "array";
}

function unknownNames(
  keys: readonly string[],
  parent: string,
  known: readonly string[],
  explained: Set<string>,
): readonly Problem[] {
  const takes = whatIsTaken(parent, known);
  return keys.slice(0, unknownNamesMax).map((key) => {
    const shown = key.length > unknownNameMaxChars ? `${key.slice(0, unknownNameMaxChars).toWellFormed()}…` : key;
    const isNew = !explained.has(takes);
    explained.add(takes);
    const path = parent === "" ? shown : `${parent}.${shown}`;
    return { path, message: `is not ${parent === "" ? "an argument" : "known"} here${isNew ? takes : ""}` };
  });
}

function whatIsTaken(parent: string, known: readonly string[]): string {
  if (known.length > 0) return `; ${parent === "" ? "this tool takes" : "known are"} ${known.join(", ")}`;
  return parent === "" ? "; this tool takes none" : "";
}
