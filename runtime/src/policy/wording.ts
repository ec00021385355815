import type { JsonObject, ValidationIssue } from "../codegen.ts";
import { requiredAlternatives } from "./schema-at.ts";

/** Stands for the value of a sensitive input, which is not repeated. */
export const hidden = Symbol("a value that is not repeated");

/** Alternatives that are spelt out in one problem, and problems of each. More help nobody. */
const alternativesMax = 5;

/** Say what one issue asks for and what was got, to be read on from its path: "must be at most 10000, got 25000". */
export function describe(issue: ValidationIssue, value: unknown): string {
  if (value === undefined && isAboutPresence(issue)) return "is required";
  // A member that only the upstream sets.
  if (issue.code === "invalid_type" && issue.expected === "never") return "must be left out";
  return requirement(issue, value) + got(issue, value);
}

/**
 * Say which members an object must have, where its schemas only differ in that: "must have affiliateEmail or affiliateSlug".
 * A validator says no more than that no alternative matched. Undefined where that is not what is wrong.
 */
export function describeMissing(schemas: readonly JsonObject[], value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  for (const schema of schemas) {
    const alternatives = requiredAlternatives(schema) ?? [];
    const met = alternatives.filter((names) => names.every((name) => Object.hasOwn(value, name)));
    const words = alternatives.map((names) => names.join(" and ")).join(" or ");
    if (alternatives.length > 0 && met.length === 0) return `must have ${words}`;
    if (schema.anyOf === undefined && met.length > 1) return `must have only one of these: ${words}`;
  }
  return undefined;
}

/** The alternative that was meant: the only one that takes a value of this type. Its issues say more than the union's. */
export function meantAlternative({ code, errors = [] }: ValidationIssue): readonly ValidationIssue[] | undefined {
  if (code !== "invalid_union") return undefined;
  const near = errors.filter((issues) => !issues.some(isOtherKind));
  return near.length === 1 ? near[0] : undefined;
}

/** Follow a path by own members only. */
export function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

function isOtherKind({ code, path }: ValidationIssue): boolean {
  return path.length === 0 && (code === "invalid_type" || code === "invalid_value" || code === "custom");
}

function isAboutPresence({ code }: ValidationIssue): boolean {
  return code === "invalid_type" || code === "invalid_value" || code === "invalid_union";
}

function requirement(issue: ValidationIssue, value: unknown): string {
  switch (issue.code) {
    case "invalid_type":
      return `must be ${article(issue.expected ?? "another type")}`;
    case "invalid_value":
      return `must be ${(issue.values ?? []).map((allowed) => JSON.stringify(allowed)).join(" or ")}`;
    case "too_big":
      return `must ${bound(issue, "most", issue.maximum)}`;
    case "too_small":
      return `must ${bound(issue, "least", issue.minimum)}`;
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "invalid_format":
      return issue.format === "regex" ? `must match ${issue.pattern}` : `must be a valid ${issue.format}`;
    case "invalid_union":
      return anyOf(issue, value);
    case "custom":
      // Written by the generator in these same words: "must have 1 to 120 characters".
      return issue.message;
    default:
      return `is not valid: ${issue.message}`;
  }
}

/** "must be a string or be an array", "must have email or slug". */
function anyOf({ errors = [] }: ValidationIssue, value: unknown): string {
  if (errors.length === 0) return "must match exactly one of its alternatives, and matches several";
  const wanted = [...new Set(errors.slice(0, alternativesMax).map((issues) => alternative(issues, value)))];
  const [verb] = wanted.map((words) => words.slice(0, words.indexOf(" ") + 1));
  const isSameVerb = verb !== undefined && wanted.every((words) => words.startsWith(verb));
  const [first, ...others] = wanted;
  return `must ${[first, ...others.map((words) => (isSameVerb ? words.slice(verb.length) : words))].join(" or ")}`;
}

function alternative(issues: readonly ValidationIssue[], value: unknown): string {
  const shown = issues.slice(0, alternativesMax).map((issue) => {
    const path = issue.path.map(String).join(".");
    const inner = value === hidden ? hidden : valueAt(value, issue.path);
    if (issue.code === "unrecognized_keys") return `not have ${issue.keys?.join(", ").slice(0, shownMaxChars)}`;
    if (inner === undefined && isAboutPresence(issue)) return `have ${path}`;
    const words = requirement(issue, inner).replace(/^must /, "");
    return path === "" ? words : `have ${path} ${words}`;
  });
  return shown.join(" and ");
}

function bound(issue: ValidationIssue, direction: "most" | "least", limit: number | bigint | undefined): string {
  const unit = { string: " characters", array: " items", set: " items", object: " members" }[issue.origin ?? ""];
  if (unit !== undefined) return `have at ${direction} ${limit}${unit}`;
  if (issue.inclusive === false) return `be ${direction === "most" ? "less" : "greater"} than ${limit}`;
  return `be at ${direction} ${limit}`;
}

/** A long string or list is told by its size. */
function got({ code, origin, errors }: ValidationIssue, value: unknown): string {
  if (value === hidden || !isTold(code)) return "";
  if (code === "invalid_union" && errors?.length === 0) return "";
  const isSize = code === "too_big" || code === "too_small";
  if (isSize && typeof value === "string" && origin === "string") return `, got ${[...value].length}`;
  if (isSize && Array.isArray(value)) return `, got ${value.length}`;
  return `, got ${show(value)}`;
}

function isTold(code: string | undefined): boolean {
  return code !== undefined && toldCodes.has(code);
}

/** Issues that a value is shown with; what others are about nobody knows. */
const toldCodes = new Set([
  "invalid_type",
  "invalid_value",
  "too_big",
  "too_small",
  "not_multiple_of",
  "invalid_format",
  "invalid_union",
  "custom",
]);

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
    record: "an object",
  };
  const name = names[type];
  if (name !== undefined) return name;
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}
