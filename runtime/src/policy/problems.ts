import type { JsonObject, ValidationIssue } from "../codegen.ts";

/** One thing wrong with the arguments: where, and what to do about it. Never holds a value of a sensitive input. */
export interface Problem {
  /** Dotted path from the arguments' root: `recipients.3.email`. */
  readonly path: string;
  /** Reads on from the path: "must be at most 10000, got 25000". */
  readonly message: string;
}

/** Problems in one answer. A batch of 1,000 bad rows needs no 1,000 lines to be understood. */
const problemsMax = 20;

/** Unknown names in one answer, and how much of each is repeated: a caller's megabyte is not sent back to it. */
const unknownNamesMax = 5;
const unknownNameMaxChars = 64;

/** Put a validator's issues into words that say what was wrong and what was got. */
export function toProblems(
  issues: readonly ValidationIssue[],
  context: { readonly input: JsonObject; readonly known: readonly string[]; readonly sensitive: readonly string[] },
): readonly Problem[] {
  return issues.slice(0, problemsMax).flatMap((issue): Problem[] => {
    const path = issue.path.map(String).join(".");
    if (issue.code === "unrecognized_keys" && issue.keys !== undefined) {
      return issue.keys.slice(0, unknownNamesMax).map((key) => unknownName(key, path, context.known));
    }
    const isSensitive = context.sensitive.includes(String(issue.path[0]));
    return [{ path, message: describe(issue, isSensitive ? hidden : valueAt(context.input, issue.path)) }];
  });
}

/** One line for people: `count must be at most 10000, got 25000; unknown argument colour`. */
export function summarize(problems: readonly Problem[]): string {
  return problems.map(({ path, message }) => (path === "" ? message : `${path} ${message}`)).join("; ");
}

const hidden = Symbol("a value that is not repeated");

function unknownName(key: string, parent: string, known: readonly string[]): Problem {
  const shown = key.length > unknownNameMaxChars ? `${key.slice(0, unknownNameMaxChars).toWellFormed()}…` : key;
  const path = parent === "" ? shown : `${parent}.${shown}`;
  const takes =
    parent === "" ? (known.length === 0 ? "; this tool takes none" : `; this tool takes ${known.join(", ")}`) : "";
  return { path, message: `is not an argument here${takes}` };
}

function describe(issue: ValidationIssue, value: unknown): string {
  const got = value === hidden ? "" : `, got ${show(value)}`;
  switch (issue.code) {
    case "invalid_type":
      return value === undefined ? "is required" : `must be ${article(issue.expected ?? "another type")}${got}`;
    case "invalid_value":
      return value === undefined
        ? "is required"
        : `must be ${(issue.values ?? []).map((allowed) => JSON.stringify(allowed)).join(" or ")}${got}`;
    case "too_big":
      return `must ${bound(issue, "most", issue.maximum)}${size(issue, value, got)}`;
    case "too_small":
      return `must ${bound(issue, "least", issue.minimum)}${size(issue, value, got)}`;
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}${got}`;
    case "invalid_format":
      return issue.format === "regex" ? `must match ${issue.pattern}${got}` : `must be a valid ${issue.format}${got}`;
    case "custom":
      // Written by the generator in these same words: "must have 1 to 120 characters".
      return issue.message + got;
    default:
      return `is not valid: ${issue.message}`;
  }
}

function bound(issue: ValidationIssue, direction: "most" | "least", limit: number | bigint | undefined): string {
  const unit = { string: " characters", array: " items", set: " items", object: " members" }[issue.origin ?? ""];
  if (unit !== undefined) return `have at ${direction} ${limit}${unit}`;
  if (issue.inclusive === false) return `be ${direction === "most" ? "less" : "greater"} than ${limit}`;
  return `be at ${direction} ${limit}`;
}

/** A long string or list is told by its size. */
function size(issue: ValidationIssue, value: unknown, got: string): string {
  if (typeof value === "string" && issue.origin === "string") return `, got ${[...value].length}`;
  if (Array.isArray(value)) return `, got ${value.length}`;
  return got;
}

const shownMaxChars = 60;

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > shownMaxChars ? `${text.slice(0, shownMaxChars).toWellFormed()}…` : text;
}

function article(type: string): string {
  const names: Record<string, string> = {
    int: "a whole number",
    number: "a number",
    string: "a string",
    boolean: "true or false",
  };
  const name = names[type];
  if (name !== undefined) return name;
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}
