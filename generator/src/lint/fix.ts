import { isAbsolute, join } from "node:path";
import type { Diagnostic } from "../diagnostics.ts";
import { loadAll } from "../load-all.ts";
import { diskHost, type SpecHost } from "../spec/host.ts";
import { edited } from "./edits.ts";
import { type LintRuleId, lintRuleIds } from "./ids.ts";
import { lintServer } from "./lint.ts";
import { offsetIn } from "./offsets.ts";
import type { Edit } from "./rule.ts";

/** Mending one thing may let another be seen: a misspelt key hides every finding of its server. */
const roundsMax = 5;

/** A spec is no larger than that, so all of it is read. */
const fileMaxBytes = 1024 * 1024;

export interface FixOptions {
  readonly cwd: string;
  readonly only?: readonly LintRuleId[];
}

/** One file as it was and as it would be. `path` is absolute. */
export interface FixedFile {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/**
 * Make every edit that changes no meaning, in memory, until there is none left.
 *
 * @returns the files that would change; none where the result would have more errors of the language than there are.
 */
export async function fixAll(
  folders: readonly string[],
  { cwd, only = [] }: FixOptions,
): Promise<readonly FixedFile[]> {
  const texts = new Map<string, string>();
  const before = new Map<string, string>();
  const host = overlay(diskHost(cwd), texts);
  let errors = Number.POSITIVE_INFINITY;
  for (let round = 0; round < roundsMax; round++) {
    const edits = new Map<string, readonly Edit[]>();
    const { diagnostics, sources } = await loadAll(folders, {
      cwd,
      root: cwd,
      host,
      inspect: (loaded) => {
        const linted = lintServer(loaded, only);
        for (const [path, some] of linted.edits) edits.set(path, some);
        return linted.diagnostics;
      },
    });
    // Of two errors that stood in the place of one, the person should hear before anything is written.
    const now = diagnostics.filter(isOfLanguage).length;
    if (now > errors) return [];
    errors = now;
    for (const [path, some] of spelling(diagnostics, sources)) edits.set(path, [...(edits.get(path) ?? []), ...some]);
    if (edits.size === 0) break;
    for (const [path, some] of edits) {
      const read = await host.read(path, fileMaxBytes);
      if (read.kind !== "text") continue;
      if (!before.has(path)) before.set(path, read.text);
      texts.set(path, edited(read.text, some));
    }
  }
  return [...before].flatMap(([path, text]) => {
    const after = texts.get(path) ?? text;
    return after === text ? [] : [{ path: isAbsolute(path) ? path : join(cwd, path), before: text, after }];
  });
}

/** An error of the generator; those of lint may come out once the spec can be understood. */
function isOfLanguage({ rule, severity }: Diagnostic): boolean {
  return severity === "error" && !(lintRuleIds as readonly string[]).includes(rule) && !rule.startsWith("ignore-");
}

/** Keys that were misspelt, where it is clear which one was meant and that one is not there. */
function spelling(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly Edit[]> {
  const edits = new Map<string, Edit[]>();
  for (const { rule, meant, span } of diagnostics) {
    const text = sources.get(span.file);
    if (rule !== "unknown-key" || meant === undefined || text === undefined) continue;
    const [start, end] = [offsetIn(text, span.start), offsetIn(text, span.end)];
    if (!/^[A-Za-z_-]+$/.test(text.slice(start, end))) continue;
    edits.set(span.file, [...(edits.get(span.file) ?? []), { start, end, text: meant }]);
  }
  return edits;
}

/** The disk, with some files as they would be. */
function overlay(host: SpecHost, texts: ReadonlyMap<string, string>): SpecHost {
  return {
    list: (folder) => host.list(folder),
    read: async (path, maxBytes) => {
      const text = texts.get(path);
      return text === undefined ? host.read(path, maxBytes) : { kind: "text", text };
    },
  };
}
