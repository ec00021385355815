import type { Path } from "../spec/positions.ts";
import { visible } from "../spec/problem.ts";
import {
  type Category,
  type ChangeRule,
  type ChangeRuleId,
  changeRules,
  type Section,
  type Security,
} from "./rules.ts";

/** A step of semantic versioning 2.0.0. */
export type Step = "major" | "minor" | "patch";
export const steps: readonly Step[] = ["patch", "minor", "major"];

/** Where a change stands: in the new file, or in the old one where it is gone. */
export interface Place {
  readonly side: "before" | "after";
  readonly file: string;
  readonly path: Path;
}

/** One thing that changed. */
export interface Change {
  readonly rule: ChangeRuleId;
  readonly category: Category;
  readonly security: Security | undefined;
  readonly section: Section;
  readonly step: Step;
  /** The tool, or `prompt NAME`; undefined for what concerns the whole server. */
  readonly subject: string | undefined;
  /** What changed, in one line without a full stop: `inputs.count: maximum narrower`. */
  readonly message: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** Whom it breaks or concerns. */
  readonly concerns: string;
  readonly place: Place;
}

export interface Told {
  readonly rule: ChangeRuleId;
  readonly message: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly concerns?: string;
  readonly place: Place;
  readonly subject?: string | undefined;
}

/** How a change of a part of server.yaml is told; `path` leads to the part. */
export type TellServer = (
  rule: ChangeRuleId,
  message: string,
  more: Pick<Told, "before" | "after"> & { readonly path: Told["place"]["path"] },
) => Change;

/** A change with all that its rule says of it. */
export function tell({ rule, message, before, after, concerns, place, subject }: Told): Change {
  const { category, security, section, concerns: usual }: ChangeRule = changeRules[rule];
  const step = category === "wire" ? "major" : category === "docs" && section !== "Deprecated" ? "patch" : "minor";
  return {
    rule,
    category,
    security,
    section,
    step,
    subject,
    message: visible(message),
    ...briefPair(before, after),
    concerns: visible(concerns ?? usual),
    place,
  };
}

/** Characters of a value beside a change: about a line, with the other beside it. */
const briefMax = 80;

/** Two values, each in one short line; long ones from where they begin to differ. */
function briefPair(before: unknown, after: unknown): Pick<Change, "before" | "after"> {
  const [was, is] = [before, after].map((value) => (value === undefined ? undefined : lineOf(value)));
  if (was === undefined || is === undefined || Math.max(was.length, is.length) <= briefMax)
    return { before: was === undefined ? undefined : cut(was), after: is === undefined ? undefined : cut(is) };
  let same = 0;
  while (same < Math.min(was.length, is.length) && was[same] === is[same]) same++;
  const start = same > briefMax / 2 ? same - briefMax / 4 : 0;
  const from = (line: string) => cut(start === 0 ? line : `…${line.slice(start)}`);
  return { before: from(was), after: from(is) };
}

/** A value in one short line, as JSON where it is no plain text. */
export function brief(value: unknown): string {
  return cut(lineOf(value));
}

function lineOf(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
  return visible(text.replaceAll(/\s+/g, " ").trim());
}

function cut(line: string): string {
  return line.length > briefMax ? `${line.slice(0, briefMax)}…` : line;
}
