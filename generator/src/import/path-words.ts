import { isPlural, singular, wordsOf } from "./words.ts";

/** A step of a path: a name, in words, or a placeholder. */
export interface PathStep {
  readonly kind: "name" | "placeholder";
  readonly words: readonly string[];
}

/** A path as names are made from it: without versions, `api` and file endings. */
export interface PathWords {
  readonly steps: readonly PathStep[];
  /** `v2`, where the path says so. */
  readonly version: string | undefined;
}

const versionStep = /^v?\d+([._-]\d+)*([a-z]{0,6}\d*)?$/i;
const noise: ReadonlySet<string> = new Set([
  "api",
  "apis",
  "rest",
  "rpc",
  "json",
  "xml",
  "odata",
  "index",
  "rest service",
]);

/** Read a path template. */
export function pathWords(path: string): PathWords {
  let version: string | undefined;
  const steps: PathStep[] = [];
  for (const raw of decoded(path).split("/")) {
    if (versionStep.test(raw) || /^\d{4}-\d\d-\d\d$/.test(raw)) {
      version ??= wordsOf(raw.replaceAll(".", "")).join("");
      continue;
    }
    const bare = raw
      .replace(/[.{]?\.?(json|xml|atom|rss|csv|html?|php|svc|aspx?)\}?$/i, "")
      .replace(/^~|[-_]v\d+$/g, "");
    const name = wordsOf(bare.replaceAll(/\{[^}]*\}/g, " "));
    if (name.join("").length >= (bare.includes("{") ? 3 : 1)) {
      if (!noise.has(name.join(" "))) steps.push({ kind: "name", words: name });
    } else if (raw.includes("{")) {
      steps.push({ kind: "placeholder", words: wordsOf(/\{([^}]*)\}/.exec(raw)?.[1] ?? "") });
    }
  }
  return { steps, version };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path.split(/[?#]/, 1)[0] ?? "");
  } catch {
    return path;
  }
}

/** Whether a path ends in a placeholder, so that it leads to one thing. */
export function endsInPlaceholder({ steps }: PathWords): boolean {
  return steps.at(-1)?.kind === "placeholder";
}

/** Index of the last step that is a name, or -1. */
export function lastName({ steps }: PathWords, before: number = steps.length): number {
  for (let index = before - 1; index >= 0; index--) if (steps[index]?.kind === "name") return index;
  return -1;
}

/** Words of a step as part of another thing's name: one of several where a placeholder follows (`orders/{id}/lines`: order). */
export function asOwner({ steps }: PathWords, index: number): readonly string[] {
  const words = steps[index]?.words ?? [];
  return steps[index + 1]?.kind === "placeholder" ? lastSingular(words) : words;
}

/** The last word in the singular. */
export function lastSingular(words: readonly string[]): readonly string[] {
  const last = words.at(-1);
  return last === undefined || !isPlural(last) ? words : [...words.slice(0, -1), singular(last)];
}
