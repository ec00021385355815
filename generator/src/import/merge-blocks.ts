import { parse } from "yaml";
import { type Block, type Blocks, byName, commentsIn, lineEnd, type Outline } from "./blocks.ts";
import { append, nothingYet, type Outcome } from "./merge-outcome.ts";
import { type Edit, insertLines, replaceLines, reshape } from "./splice.ts";

/** One map three times: as import wrote it, as the person has it, as import would write it now. */
export interface Sides {
  readonly base: Outline;
  readonly ours: Outline;
  readonly theirs: Outline;
}

export interface BlockRules {
  /** Where the map stands in the file. */
  readonly path: readonly string[];
  /** Line end of the person's file. */
  readonly eol: string;
  /** Keys whose text must be as import wrote it to be replaced whole; for the others the same value will do. */
  readonly isExact: (name: string) => boolean;
  /** Keys that are merged entry by entry even where the person has not touched them. */
  readonly isEntryWise: (name: string) => boolean;
  /** Merge what is below a key that both sides changed; nothing where that cannot be told apart. */
  readonly below: (blocks: {
    readonly base: Block;
    readonly ours: Block;
    readonly theirs: Block;
  }) => Outcome | undefined;
  /** Whether a key that upstream adds may be put in. */
  readonly mayAdd: (name: string) => boolean;
  /** Whether a key that upstream has no more stays. */
  readonly mustStay: (name: string) => boolean;
}

/**
 * Merge the keys of one map.
 *
 * A key that the person has not touched becomes what upstream says, comments of the person above it and behind it stay; a key that
 * upstream has not touched is not looked at; where both have changed it, the person's stays and is reported.
 */
export function mergeBlocks({ base, ours, theirs }: Sides, rules: BlockRules): Outcome {
  const outcome = nothingYet();
  const { edits, changes, kept } = outcome;
  const [bases, mine, news] = [base, ours, theirs].map(byName) as [Blocks, Blocks, Blocks];
  const pathOf = (name: string) => [...rules.path, name];

  for (const [name, block] of news) {
    const [before, own] = [bases.get(name), mine.get(name)];
    const is = bodyOf(theirs, block);
    const was = before && bodyOf(base, before);
    if (
      before !== undefined &&
      was === is &&
      commentsAbove(base, before).join() === commentsAbove(theirs, block).join()
    )
      continue;
    if (own === undefined) {
      if (before !== undefined) {
        if (was !== is) kept.push({ path: pathOf(name), reason: "you-removed", was, is });
      } else if (rules.mayAdd(name)) {
        const lines = reshape(whole(theirs, block), { from: theirs.indent, to: ours.indent, eol: rules.eol });
        edits.push(insertLines(ours.text, placeFor(name, theirs, ours), lines, rules.eol));
        changes.push({ path: pathOf(name), what: "added" });
      } else kept.push({ path: pathOf(name), reason: "new-input", is });
      continue;
    }
    if (isSame(ours, own, theirs, block)) continue;
    if (before === undefined) {
      kept.push({ path: pathOf(name), reason: "both-added", is });
      continue;
    }
    const state = stateOf({ base, before, ours, own, isExact: rules.isExact(name) });
    const blocks = { base: before, ours: own, theirs: block };
    const entries = was !== is && rules.isEntryWise(name) ? rules.below(blocks) : undefined;
    const lines =
      was === is || entries !== undefined ? undefined : renewed({ ours, own, theirs, block, state, eol: rules.eol });
    if (was === is || lines !== undefined || entries !== undefined) {
      if (lines !== undefined) edits.push(replaceLines(ours.text, { from: own.keyLine, to: own.end }, lines));
      const above = state === "touched" ? [] : commentEdits({ base, before, ours, own, theirs, block, eol: rules.eol });
      edits.push(...above);
      if (lines !== undefined || above.length > 0) changes.push({ path: pathOf(name), what: "changed" });
      if (entries !== undefined) append(outcome, entries);
      continue;
    }
    const inner = rules.below(blocks);
    if (inner === undefined) kept.push({ path: pathOf(name), reason: "both-changed", was, is });
    else append(outcome, inner);
  }

  for (const [name, before] of bases) {
    const own = mine.get(name);
    if (news.has(name) || own === undefined || rules.mustStay(name)) continue;
    if (stateOf({ base, before, ours, own, isExact: rules.isExact(name) }) === "untouched") {
      edits.push({ from: own.keyLine, to: own.end, text: "" }, ...linesWithout(ours, own, commentsAbove(base, before)));
      changes.push({ path: pathOf(name), what: "removed" });
    } else kept.push({ path: pathOf(name), reason: "gone-upstream", was: bodyOf(base, before) });
  }
  return outcome;
}

/** A block's own lines without its map's indentation, the line ends and what no one sees. */
export function bodyOf(outline: Outline, block: Block): string {
  return reshape(bodyText(outline, block), { from: outline.indent, to: "", eol: "\n" })
    .replaceAll(/[ \t]+$/gm, "")
    .trimEnd();
}

function bodyText({ text }: Outline, { keyLine, end }: Block): string {
  return text.slice(keyLine, end);
}

function commentsAbove({ text }: Outline, { start, keyLine }: Block): readonly string[] {
  return commentsIn(text.slice(start, keyLine));
}

function whole({ text }: Outline, { start, end }: Block): string {
  return text.slice(start, end);
}

/** Whether two blocks mean the same, however they are written; the order of keys means something to a person. */
function isSame(one: Outline, block: Block, other: Outline, otherBlock: Block): boolean {
  return block.isOptional === otherBlock.isOptional && meaningOf(one, block) === meaningOf(other, otherBlock);
}

function meaningOf(outline: Outline, block: Block): string {
  const [value] = Object.values(parse(bodyOf(outline, block), { logLevel: "error" }) as object);
  return JSON.stringify(value ?? null);
}

type State = "untouched" | "commented" | "touched";

interface Compared {
  readonly base: Outline;
  readonly before: Block;
  readonly ours: Outline;
  readonly own: Block;
  readonly isExact: boolean;
}

/** What a person has done to a block since import wrote it; `commented`: nothing but a comment behind its one line. */
function stateOf({ base, before, ours, own, isExact }: Compared): State {
  const [was, mine] = [bodyOf(base, before), bodyOf(ours, own)];
  if (was === mine) return "untouched";
  const [old, comments] = [commentsIn(was), commentsIn(mine)];
  if (isExact) return `${was} ${comments.join("\n")}` === mine ? "commented" : "touched";
  if (!isSame(base, before, ours, own)) return "touched";
  if (old.join("\n") === comments.join("\n")) return "untouched";
  return old.length === 0 && !mine.includes("\n") ? "commented" : "touched";
}

interface Renewed {
  readonly ours: Outline;
  readonly own: Block;
  readonly theirs: Outline;
  readonly block: Block;
  readonly state: State;
  readonly eol: string;
}

/** The lines that take a block's place; nothing where a person's words would be lost. */
function renewed({ ours, own, theirs, block, state, eol }: Renewed): string | undefined {
  const lines = reshape(bodyText(theirs, block), { from: theirs.indent, to: ours.indent, eol });
  if (state !== "commented") return state === "untouched" ? lines : undefined;
  const [comment = ""] = commentsIn(bodyText(ours, own));
  const isOneLine = !bodyOf(theirs, block).includes("\n") && commentsIn(lines).length === 0;
  return isOneLine ? `${lines.trimEnd()} ${comment}${eol}` : undefined;
}

/** Comments that import would write no more go, new ones come, and a person's stay. */
function commentEdits({
  base,
  before,
  ours,
  own,
  theirs,
  block,
  eol,
}: Omit<Compared, "isExact"> & Omit<Renewed, "state">): Edit[] {
  const [old, mine, next] = [commentsAbove(base, before), commentsAbove(ours, own), commentsAbove(theirs, block)];
  const gone = old.filter((comment) => !next.includes(comment));
  const added = next.filter((comment) => !old.includes(comment) && !mine.includes(comment));
  const lines = added.map((comment) => ours.indent + comment + eol).join("");
  return [
    ...linesWithout(ours, own, gone),
    ...(lines === "" ? [] : [{ from: own.keyLine, to: own.keyLine, text: lines }]),
  ];
}

/** Edits that take these comments out from above a block. */
function linesWithout({ text }: Outline, { start, keyLine }: Block, comments: readonly string[]): Edit[] {
  const edits: Edit[] = [];
  for (let at = start; at < keyLine; at = lineEnd(text, at)) {
    const to = lineEnd(text, at);
    if (comments.includes(text.slice(at, to).trim())) edits.push({ from: at, to, text: "" });
  }
  return edits;
}

/** Where a new block goes: behind the one that it follows upstream, else before the one that follows it. */
function placeFor(name: string, theirs: Outline, ours: Outline): number {
  const mine = byName(ours);
  const order = theirs.blocks.map((block) => block.name);
  const at = order.indexOf(name);
  const previous = order.slice(0, at).findLast((other) => mine.has(other));
  if (previous !== undefined) return mine.get(previous)?.end ?? ours.start;
  const following = order.slice(at + 1).find((other) => mine.has(other));
  return (following === undefined ? ours.blocks.at(-1)?.end : mine.get(following)?.start) ?? ours.start;
}
