import { parse } from "yaml";
import { byName, commentsIn, entriesOf, eolOf, outline } from "./blocks.ts";
import { type BlockRules, bodyOf, mergeBlocks } from "./merge-blocks.ts";
import { mergeInputs, requireInputs } from "./merge-inputs.ts";
import type { BlockChange, Kept, Outcome } from "./merge-outcome.ts";
import { splice } from "./splice.ts";

/** One file three times: as import wrote it, as the person has it, as import would write it now. */
export interface Texts {
  readonly base: string;
  readonly ours: string;
  readonly theirs: string;
}

export interface Merged {
  readonly text: string;
  readonly changes: readonly BlockChange[];
  readonly kept: readonly Kept[];
}

export interface ToolRules {
  /** Inputs that upstream requires, before and now, by the name that import gives them. */
  readonly required: { readonly before: ReadonlySet<string>; readonly now: ReadonlySet<string> };
}

/**
 * Bring what changed upstream into a tool's file. `ours` is sound YAML.
 *
 * Every byte that a person has written stays: where that could not be, the file stays as it is and all is reported.
 */
export function mergeTool(texts: Texts, { required }: ToolRules): Merged {
  const constants = constantsOf(texts.ours);
  const merged = mergeFile(texts, ({ base, ours, theirs }) => ({
    path: [],
    eol: eolOf(texts.ours),
    isExact: (name) => name === "inputs",
    isEntryWise: () => false,
    mayAdd: () => true,
    mustStay: () => false,
    below: (blocks) =>
      blocks.ours.name !== "inputs"
        ? undefined
        : mergeInputs(
            { base: [base, blocks.base], ours: [ours, blocks.ours], theirs: [theirs, blocks.theirs] },
            { eol: eolOf(texts.ours), required, constants },
          ),
  }));
  const [ours, theirs] = [outline(merged.text), outline(texts.theirs)];
  if (ours === undefined || theirs === undefined) return merged;
  const { edits, changes, kept } = requireInputs(ours, theirs, { required, constants });
  const reported = new Set(kept.map(({ path }) => path.join(".")));
  return {
    text: splice(merged.text, edits),
    changes: [...merged.changes, ...changes],
    kept: [
      ...merged.kept.filter(({ path, reason }) => reason !== "new-input" || !reported.has(path.join("."))),
      ...kept,
    ],
  };
}

/** Keys of server.yaml that are merged entry by entry. */
const serverMaps: ReadonlySet<string> = new Set(["scopes", "toolsets", "upstream"]);

/** Bring what changed upstream into server.yaml. Scopes that some tool still asks for stay. */
export function mergeServer(texts: Texts, { usedScopes }: { readonly usedScopes: ReadonlySet<string> }): Merged {
  const eol = eolOf(texts.ours);
  return mergeFile(texts, ({ base, ours, theirs }) => ({
    path: [],
    eol,
    isExact: (name) => serverMaps.has(name),
    isEntryWise: (name) => serverMaps.has(name),
    mayAdd: () => true,
    mustStay: (name) => name === "scopes",
    below: (blocks) => {
      const { name } = blocks.ours;
      const sides = [
        entriesOf(base, blocks.base),
        entriesOf(ours, blocks.ours),
        entriesOf(theirs, blocks.theirs),
      ] as const;
      if (!serverMaps.has(name) || sides[0] === undefined || sides[1] === undefined || sides[2] === undefined)
        return undefined;
      const [inBase, inOurs, inTheirs] = sides;
      const mustStay = (entry: string) => name === "scopes" && usedScopes.has(entry);
      return mergeBlocks(
        { base: inBase, ours: inOurs, theirs: inTheirs },
        {
          path: [name],
          eol,
          isExact: () => false,
          isEntryWise: () => false,
          below: () => undefined,
          mayAdd: () => true,
          mustStay,
        },
      );
    },
  }));
}

type Outlines = Parameters<typeof mergeBlocks>[0];

function mergeFile(texts: Texts, rulesFor: (sides: Outlines) => BlockRules): Merged {
  const [base, ours, theirs] = [outline(texts.base), outline(texts.ours), outline(texts.theirs)];
  if (base === undefined || theirs === undefined)
    throw new Error("import wrote a file that is no map with a key a line");
  if (texts.base === texts.theirs) return { text: texts.ours, changes: [], kept: [] };
  if (ours === undefined) return untouchable(texts, { base, theirs });
  const outcome = mergeBlocks({ base, ours, theirs }, rulesFor({ base, ours, theirs }));
  const text = splice(texts.ours, outcome.edits);
  return isWhole(texts, text, outcome)
    ? { text, changes: outcome.changes, kept: outcome.kept }
    : untouchable(texts, { base, theirs });
}

/** Whether the result can be read and holds every comment and every key that the person has written. */
function isWhole(texts: Texts, text: string, { changes }: Outcome): boolean {
  const [before, after] = [outline(texts.ours), outline(text)];
  if (before === undefined || after === undefined) return false;
  const ofImport = commentsIn(texts.base);
  const left = commentsIn(text);
  const comments = commentsIn(texts.ours).filter((comment) => !ofImport.includes(comment));
  if (comments.some((comment) => !left.includes(comment))) return false;
  const known = new Set(changes.map(({ path }) => path[0]));
  const kept = byName(after);
  return before.blocks.every((block) => {
    const there = kept.get(block.name);
    return known.has(block.name) || (there !== undefined && bodyOf(before, block) === bodyOf(after, there));
  });
}

/** Nothing is brought in: all that changed upstream is told. */
function untouchable({ ours }: Texts, { base, theirs }: Pick<Outlines, "base" | "theirs">): Merged {
  const [bases, news] = [byName(base), byName(theirs)];
  const names = new Set([...bases.keys(), ...news.keys()]);
  const kept = [...names].flatMap((name): Kept[] => {
    const [before, now] = [bases.get(name), news.get(name)];
    const [was, is] = [before && bodyOf(base, before), now && bodyOf(theirs, now)];
    return was === is ? [] : [{ path: [name], reason: "no-blocks", was, is }];
  });
  return { text: ours, changes: [], kept };
}

/** Names that a request's long form sends in every call. */
function constantsOf(text: string): ReadonlySet<string> {
  const { request } = (parse(text, { logLevel: "error" }) ?? {}) as { readonly request?: unknown };
  if (typeof request !== "object" || request === null) return new Set();
  const { query, headers, body } = request as Record<string, unknown>;
  return new Set(
    [query, headers, body].flatMap((group) => (typeof group === "object" && group !== null ? Object.keys(group) : [])),
  );
}
