import * as z from "zod";
import { wordsOf } from "./forms.ts";
import { holdsSecret } from "./interpolation.ts";
import { didYouMean, nearest } from "./near.ts";
import type { Path } from "./positions.ts";
import { dotted, type Problem, shown, visible } from "./problem.ts";

/**
 * Check data against a shape: every way in which it does not fit, in the words of the language.
 *
 * Zod finds the problems, its own texts are never shown. A shape alters nothing: defaults are filled in by lowering.
 */
export function checkShape(shape: z.ZodType, data: unknown): readonly Problem[] {
  const result = shape.safeParse(data, { reportInput: true, error: explain });
  return result.success ? [] : result.error.issues.flatMap((issue) => toProblems(issue, []));
}

/** Leave out what a misspelt key causes: it is missing under its right name too, and one report says it. */
export function withoutEchoes(problems: readonly Problem[]): readonly Problem[] {
  const meant = new Set(
    problems.flatMap(({ path, meant }) => (meant === undefined ? [] : [dotted([...path.slice(0, -1), meant])])),
  );
  return problems.filter(({ rule, path }) => rule !== "missing-key" || !meant.has(dotted(path)));
}

type Issue = z.core.$ZodIssue;

/** Zod forgets which shape an issue came from, so its message carries what the report needs: words, or the known keys. */
function explain(issue: z.core.$ZodRawIssue): string {
  if (issue.code === "unrecognized_keys") return keysOf(issue.inst).join(" ");
  return wordsOf(issue.inst) ?? wordsOf(issue.schema) ?? "";
}

function keysOf(shape: unknown): readonly string[] {
  return shape instanceof z.ZodObject ? Object.keys(shape.shape) : [];
}

function toProblems(issue: Issue, above: Path): Problem[] {
  const path = [...above, ...issue.path.map((step) => (typeof step === "symbol" ? String(step) : step))];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.flatMap((key) => unknownKey(path, key, issue.message));
    case "invalid_union":
      return unionProblems(issue, path);
    case "invalid_key": {
      const key = String(path.at(-1));
      const expects = issue.issues[0]?.message || issue.message || "a plain word";
      const near = nearest(key, issue.issues.flatMap(valuesNamedBy));
      return [
        {
          rule: "invalid-name",
          path,
          part: "key",
          message: `${shown(key)} is no name here`,
          mend: near === undefined ? `write ${expects}` : `did you mean "${near}"?`,
        },
      ];
    }
    case "invalid_value":
      return [invalidValue(issue, path)];
    default:
      return [invalidForm(issue, path)];
  }
}

/** The values that an issue, or a branch of the union it is about, would have taken. */
function valuesNamedBy(issue: Issue): readonly string[] {
  if (issue.code === "invalid_value") return issue.values.map(String);
  return issue.code === "invalid_union" ? issue.errors.flat().flatMap(valuesNamedBy) : [];
}

function unknownKey(path: Path, key: string, known: string): Problem[] {
  // Vendors' extensions are welcome everywhere and mean nothing to us.
  if (key.startsWith("x-")) return [];
  const names = known.split(" ").filter((name) => name !== "");
  const foreign = mendsOfForeignKeys[key];
  const meant = foreign === undefined ? nearest(key, names) : undefined;
  const mend = foreign ?? didYouMean(key, names);
  const place = path.length === 0 ? "" : ` in ${dotted(path)}`;
  return [
    {
      rule: "unknown-key",
      path: [...path, key],
      part: "key",
      message: `unknown key ${shown(key)}${place}`,
      ...(mend === undefined ? {} : { mend }),
      ...(meant === undefined ? {} : { meant }),
    },
  ];
}

/** Keys that people bring from elsewhere, and what they are here. */
const mendsOfForeignKeys: Readonly<Record<string, string>> = {
  min: "did you mean minimum, minLength or minItems?",
  max: "did you mean maximum, maxLength or maxItems?",
  nullable: 'write type: [string, "null"]',
  example: "write examples: [...]",
  method: "write request: POST /path",
  path: "write request: POST /path",
  parameters: "write inputs:",
  $defs: "write shared schemas under schemas: of server.yaml, and refer to them as #/schemas/Name",
  definitions: "write shared schemas under schemas: of server.yaml, and refer to them as #/schemas/Name",
};

/** Of a union, the problems of the one branch that the data was meant for, or the words of the whole. */
function unionProblems(issue: z.core.$ZodIssueInvalidUnion, path: Path): Problem[] {
  const meant = issue.errors.filter((branch) => !branch.some((inner) => isOtherType(inner)));
  const [only] = meant;
  if (meant.length === 1 && only !== undefined) return only.flatMap((inner) => toProblems(inner, path));
  return [invalidForm(issue, path)];
}

/** The branch is for another type of value altogether, e.g. a map where a text stands. */
function isOtherType(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === "invalid_value") return !issue.values.some((value) => typeof value === typeof issue.input);
  return (
    issue.code === "invalid_type" ||
    (issue.code === "invalid_union" &&
      issue.errors.length > 0 &&
      issue.errors.every((branch) => branch.some(isOtherType)))
  );
}

function invalidValue(issue: z.core.$ZodIssueInvalidValue, path: Path): Problem {
  if (issue.input === undefined) return missing(path, issue.message);
  const values = issue.values.map(String);
  const expects = issue.message || alternatives(values);
  const near = typeof issue.input === "string" ? nearest(issue.input, values) : undefined;
  if (near === undefined) return unfit("invalid-value", path, { expects, input: issue.input });
  const message = `${dotted(path)}: expected ${expects}, got ${shown(issue.input)}`;
  return { rule: "invalid-value", path, message, mend: `did you mean "${near}"?` };
}

function invalidForm(issue: Issue, path: Path): Problem {
  if (issue.input === undefined && issue.code !== "custom") return missing(path, issue.message);
  const bound = issue.code === "too_small" || issue.code === "too_big";
  const expects = bound ? plainWords(issue) : issue.message || plainWords(issue);
  const isType = issue.code === "invalid_type" || issue.code === "invalid_union";
  return unfit(isType ? "invalid-type" : "invalid-value", path, { expects, input: issue.input });
}

/** The message says what is there, the mend what belongs there. */
function unfit(rule: string, path: Path, { expects, input }: { expects: string; input: unknown }): Problem {
  const place = dotted(path);
  if (path.length === 0)
    return { rule, path, message: `the file holds ${shown(input)}`, mend: `write ${expects} of keys` };
  // A number where a secret's variable belongs may be the secret.
  if (holdsSecret(path))
    return { rule: "literal-secret", path, message: `${place}: this does not fit`, mend: `write ${expects}` };
  const foreign = mendOfForeignValue(path, input);
  if (foreign !== undefined) return { rule, path, message: `${place}: ${shown(input)} does not fit`, mend: foreign };
  if (input === null) return { rule, path, message: `${place} is empty`, mend: `write ${expects}, or remove the key` };
  return { rule, path, message: `${place}: ${shown(input)} does not fit`, mend: `write ${expects}` };
}

/** Values that people bring from elsewhere, and what is written here. */
function mendOfForeignValue(path: Path, input: unknown): string | undefined {
  const key = path.at(-1);
  if (key === "required" && typeof input === "boolean")
    return "leave it out: an input is required, unless its name ends with ?; within a schema, required is a list of names";
  if (key === "output" && typeof input === "string" && input.includes("#/"))
    return `write { $ref: '${visible(input)}' }`;
  return undefined;
}

function missing(path: Path, expects: string): Problem {
  const key = dotted(path.slice(-1));
  const place = path.length > 1 ? ` in ${dotted(path.slice(0, -1))}` : "";
  return {
    rule: "missing-key",
    path,
    part: "key",
    message: `${key} is missing${place}`,
    mend: expects === "" ? `add ${key}:` : `add ${key}: ${expects}`,
  };
}

/** Words for the shapes that have none of their own. */
function plainWords(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return typeWords[issue.expected] ?? issue.expected;
    case "too_small":
      if (issue.origin === "string") return "a text that is not empty";
      if (issue.origin === "array") return `at least ${issue.minimum} item${issue.minimum === 1 ? "" : "s"}`;
      return `a number ${issue.inclusive ? "of at least" : "above"} ${issue.minimum}`;
    case "too_big":
      if (issue.origin === "string") return `a text of at most ${issue.maximum} characters`;
      if (issue.origin === "array") return `at most ${issue.maximum} items`;
      return `a number ${issue.inclusive ? "of at most" : "below"} ${issue.maximum}`;
    default:
      return "another value";
  }
}

const typeWords: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  record: "a map",
  null: "nothing",
};

function alternatives(values: readonly string[]): string {
  return values.length < 2 ? (values[0] ?? "nothing") : `${values.slice(0, -1).join(", ")} or ${values.at(-1)}`;
}
