import { isCollection, isMap, isScalar, isSeq, type Node, type Pair } from "yaml";
import { type Block, byName, commentsIn, entriesOf, lineEnd, lineStart, type Outline } from "./blocks.ts";
import { bodyOf, mergeBlocks } from "./merge-blocks.ts";
import { type BlockChange, type Kept, nothingYet, type Outcome } from "./merge-outcome.ts";
import type { Edit } from "./splice.ts";

/** The block `inputs` of the three files. */
export interface InputSides {
  readonly base: readonly [Outline, Block];
  readonly ours: readonly [Outline, Block];
  readonly theirs: readonly [Outline, Block];
}

export interface InputRules {
  readonly eol: string;
  /** Inputs that upstream requires, before and now, by the name that import gives them. */
  readonly required: { readonly before: ReadonlySet<string>; readonly now: ReadonlySet<string> };
  /** Names that the person's request sends as constants. */
  readonly constants: ReadonlySet<string>;
}

/**
 * Merge `inputs` where both sides have changed it.
 *
 * Which inputs a tool has is a person's decision: as long as the names are those that import wrote, in whatever form and order, new
 * ones are added; else they are reported.
 */
export function mergeInputs(sides: InputSides, rules: InputRules): Outcome {
  const [base, ours, theirs] = [sides.base, sides.ours, sides.theirs].map(([outline, block]) =>
    readInputs(outline, block),
  );
  if (base === undefined || ours === undefined || theirs === undefined)
    return { ...nothingYet(), kept: [conflict(sides)] };
  const isComplete =
    ours.names.size === base.names.size && [...base.names.keys()].every((name) => ours.names.has(name));
  const outcome =
    base.entries && ours.entries && theirs.entries
      ? mergeBlocks(
          { base: base.entries, ours: ours.entries, theirs: theirs.entries },
          {
            path: ["inputs"],
            eol: rules.eol,
            isExact: () => false,
            isEntryWise: () => false,
            below: () => undefined,
            mayAdd: () => isComplete,
            mustStay: () => ours.names.size === 1,
          },
        )
      : mergeNames({ base, ours, theirs, isComplete }, sides, rules);
  return outcome;
}

interface Inputs {
  readonly form: "list" | "map" | "flow-list" | "flow-map";
  readonly outline: Outline;
  /** Where entries stand a key a line. */
  readonly entries: Outline | undefined;
  readonly names: ReadonlyMap<string, Entry>;
}

interface Entry {
  readonly isOptional: boolean;
  /** Says nothing but the name. */
  readonly isBare: boolean;
  readonly key: Node;
  /** Offset after the name and what it says. */
  readonly end: number;
}

function readInputs(outline: Outline, block: Block): Inputs | undefined {
  const { value } = block;
  if (!isCollection(value) || value.items.length === 0) return undefined;
  const names = new Map<string, Entry>();
  for (const item of value.items as (Node | Pair<Node, Node | null>)[]) {
    const key = isMap(value) ? (item as Pair<Node, Node | null>).key : (item as Node);
    const said = isMap(value) ? (item as Pair<Node, Node | null>).value : null;
    if (!isScalar(key) || key.range == null) return undefined;
    const written = String(key.value);
    const isBare = said === null || (isScalar(said) && said.value === null);
    const end = isBare ? key.range[1] : (said?.range?.[1] ?? key.range[1]);
    names.set(written.replace(/\?$/, ""), { isOptional: written.endsWith("?"), isBare, key, end });
  }
  const form = isSeq(value) ? (value.flow ? "flow-list" : "list") : value.flow ? "flow-map" : "map";
  return { form, outline, entries: form === "map" ? entriesOf(outline, block) : undefined, names };
}

interface Names {
  readonly base: Inputs;
  readonly ours: Inputs;
  readonly theirs: Inputs;
  readonly isComplete: boolean;
}

/** Where one side lists names and another says more: only whole names come and go. */
function mergeNames({ base, ours, theirs, isComplete }: Names, sides: InputSides, rules: InputRules): Outcome {
  const outcome = nothingYet();
  const told = (name: string) => textOf(theirs, name);
  for (const [name, entry] of theirs.names) {
    if (ours.names.has(name)) {
      const was = base.names.has(name) ? textOf(base, name) : undefined;
      if (!entry.isBare && was !== told(name)) outcome.kept.push(kept("both-changed", name, was, told(name)));
      continue;
    }
    if (base.names.has(name)) continue;
    const addition = isComplete
      ? additionOf(ours, name, { entry, text: told(name), isRequired: rules.required.now.has(name) }, rules.eol)
      : undefined;
    if (addition === undefined) {
      if (!rules.required.now.has(name)) outcome.kept.push(kept("new-input", name, undefined, told(name)));
      continue;
    }
    outcome.edits.push(addition);
    outcome.changes.push(change(name, "added"));
  }
  const gone = [...base.names.keys()].filter((name) => !theirs.names.has(name) && ours.names.has(name));
  const hasRest = gone.length < ours.names.size;
  for (const name of gone) {
    const removal = hasRest ? removalOf(ours, name, gone) : undefined;
    if (removal === undefined) outcome.kept.push(kept("gone-input", name, textOf(base, name)));
    else {
      outcome.edits.push(removal);
      outcome.changes.push(change(name, "removed"));
    }
  }
  if (outcome.edits.length + outcome.kept.length > 0 || base.form === theirs.form) return outcome;
  return { ...outcome, kept: [conflict(sides)] };
}

interface Addition {
  readonly entry: Entry;
  readonly text: string;
  readonly isRequired: boolean;
}

/** An edit that adds an input at the end, in the person's own form; nothing where that cannot say as much. */
function additionOf(
  { form, outline, names, entries }: Inputs,
  name: string,
  { entry, text, isRequired }: Addition,
  eol: string,
): Edit | undefined {
  const last = [...names.values()].at(-1) as Entry;
  const key = isRequired ? name : `${name}?`;
  const said = entry.isBare ? `${key}:` : text;
  const end = lineEnd(outline.text, last.end);
  switch (form) {
    case "flow-list":
      return entry.isBare ? { from: last.end, to: last.end, text: `, ${name}` } : undefined;
    case "flow-map":
      // A name alone needs its colon, or it reads as part of what follows.
      return said.includes("\n")
        ? undefined
        : {
            from: last.end,
            to: last.end,
            text: `${last.isBare ? ": null" : ""}, ${said}${entry.isBare ? " null" : ""}`,
          };
    case "list": {
      if (!entry.isBare) return undefined;
      const line = lineStart(outline.text, last.key.range?.[0] ?? 0);
      const dash = outline.text.slice(line, last.key.range?.[0]);
      return /^\s*-\s+$/.test(dash) ? atLine(outline.text, end, `${dash}${name}`, eol) : undefined;
    }
    case "map": {
      if (entries === undefined) return undefined;
      const lines = said.split("\n").map((line) => entries.indent + line);
      return atLine(outline.text, entries.blocks.at(-1)?.end ?? end, lines.join(eol), eol);
    }
  }
}

function atLine(text: string, at: number, line: string, eol: string): Edit {
  const isOpen = at === text.length && !text.endsWith("\n");
  return { from: at, to: at, text: isOpen ? eol + line : line + eol };
}

/** An edit that takes a name out that says nothing; nothing where a comment would go with it. */
function removalOf({ form, outline, names, entries }: Inputs, name: string, gone: readonly string[]): Edit | undefined {
  const entry = names.get(name);
  const { text } = outline;
  if (entry?.key.range == null || !entry.isBare) return undefined;
  const [from] = entry.key.range;
  const block = entries && byName(entries).get(name);
  let edit: Edit | undefined;
  if (form === "list") edit = { from: lineStart(text, from), to: lineEnd(text, entry.end), text: "" };
  else if (block !== undefined) edit = { from: block.keyLine, to: block.end, text: "" };
  else if (form === "flow-list") edit = withComma([...names], name, gone);
  return edit === undefined || commentsIn(text.slice(edit.from, edit.to)).length > 0 ? undefined : edit;
}

/** Behind a name that stays, the comma before it goes too; else the one behind it. */
function withComma(
  names: readonly (readonly [string, Entry])[],
  name: string,
  gone: readonly string[],
): Edit | undefined {
  const at = names.findIndex(([other]) => other === name);
  const isBehind = names.slice(0, at).some(([other]) => !gone.includes(other));
  const from = isBehind ? names[at - 1]?.[1].end : names[at]?.[1].key.range?.[0];
  const to = isBehind ? names[at]?.[1].end : names[at + 1]?.[1].key.range?.[0];
  return from === undefined || to === undefined ? undefined : { from, to, text: "" };
}

/**
 * Inputs that upstream requires now and did not before: the `?` of one that is there goes, and one that nobody sends is reported.
 *
 * Asked of the merged file, since a list of names says the same before and after.
 */
export function requireInputs(
  ours: Outline,
  theirs: Outline,
  { required, constants }: Omit<InputRules, "eol">,
): Outcome {
  const outcome = nothingYet();
  const [own, told] = [ours, theirs].map((outline) => {
    const block = byName(outline).get("inputs");
    return block && readInputs(outline, block);
  });
  for (const name of required.now) {
    if (required.before.has(name) || constants.has(name)) continue;
    const entry = own?.names.get(name);
    if (entry === undefined)
      outcome.kept.push(kept("required-input", name, undefined, told ? textOf(told, name) : name));
    else if (entry.isOptional && entry.key.range != null) {
      const mark = ours.text.slice(0, entry.key.range[1]).lastIndexOf("?");
      outcome.edits.push({ from: mark, to: mark + 1, text: "" });
      outcome.changes.push(change(name, "required"));
    }
  }
  return outcome;
}

/** `count?: { type: integer }`, or the name alone from a list. */
function textOf({ entries, names, outline }: Inputs, name: string): string {
  const block = entries && byName(entries).get(name);
  if (entries !== undefined && block !== undefined) return bodyOf(entries, block);
  const entry = names.get(name);
  return entry === undefined ? name : outline.text.slice(entry.key.range?.[0], entry.end);
}

function kept(reason: Kept["reason"], name: string, was: string | undefined, is?: string): Kept {
  return { path: ["inputs", name], reason, was, is };
}

function change(name: string, what: BlockChange["what"]): BlockChange {
  return { path: ["inputs", name], what };
}

function conflict({ base, theirs }: InputSides): Kept {
  return { path: ["inputs"], reason: "both-changed", was: bodyOf(...base), is: bodyOf(...theirs) };
}
