/** Which version the changes ask for (Semantic Versioning 2.0.0), and whether server.yaml has it. */
import { type Change, type Step, steps } from "./change.ts";

export interface VersionVerdict {
  readonly before: string;
  readonly after: string;
  /** The largest step that a change asks for; undefined where nothing changed. */
  readonly step: Step | undefined;
  /** The version that comes of the old one by that step. */
  readonly wanted: string | undefined;
  readonly verdict: "none-needed" | "enough" | "missing" | "too-small" | "unreadable";
}

export function judgeVersion(changes: readonly Change[], before: string, after: string): VersionVerdict {
  const step = steps.findLast((one) => changes.some((change) => change.step === one));
  if (step === undefined) return { before, after, step, wanted: undefined, verdict: "none-needed" };
  const [was, is] = [parse(before), parse(after)];
  if (was === undefined || is === undefined) return { before, after, step, wanted: undefined, verdict: "unreadable" };
  const next = stepped(was, step);
  const wanted = next.join(".");
  if (compare(is, next) >= 0) return { before, after, step, wanted, verdict: "enough" };
  return { before, after, step, wanted, verdict: before === after ? "missing" : "too-small" };
}

type Version = readonly [number, number, number];

function parse(text: string): Version | undefined {
  const found = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:[-+].*)?$/.exec(text);
  return found === null ? undefined : [Number(found[1]), Number(found[2]), Number(found[3])];
}

/** Below 1.0.0 the second number stands for what breaks, and the third for the rest, as package managers read them. */
function stepped([major, minor, patch]: Version, step: Step): Version {
  if (major === 0) return step === "major" ? [0, minor + 1, 0] : [0, minor, patch + 1];
  if (step === "major") return [major + 1, 0, 0];
  return step === "minor" ? [major, minor + 1, 0] : [major, minor, patch + 1];
}

function compare(one: Version, other: Version): number {
  return one[0] - other[0] || one[1] - other[1] || one[2] - other[2];
}

/** One sentence for people. */
export function versionText({ before, after, step, wanted, verdict }: VersionVerdict): string {
  const lower = before.startsWith("0.") ? ", one place lower below 1.0.0" : "";
  switch (verdict) {
    case "none-needed":
      return `version: ${after} stays, nothing changed`;
    case "enough":
      return `version: ${before} → ${after} is a ${step} step or more, as the changes ask`;
    case "missing":
      return `version: still ${after}; the changes ask for a ${step} step${lower}: write version: ${wanted} in server.yaml`;
    case "too-small":
      return `version: ${before} → ${after} is too small; the changes ask for a ${step} step${lower}: write version: ${wanted}`;
    case "unreadable":
      return `version: ${before} → ${after}; the changes ask for a ${step} step${lower}, but that is no semantic version`;
  }
}
