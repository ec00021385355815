/**
 * A small line-breaking printer: a document says where it may break, and breaks only where a line would be too long.
 *
 * Wadler, "A prettier printer" (1998), with the three things that TypeScript output needs: groups, indents, and a
 * trailing comma that appears only when its group is broken.
 */
export type Doc = string | readonly Doc[] | Indent | Group | Line | IfBroken;

interface Indent {
  readonly kind: "indent";
  readonly of: Doc;
}
interface Group {
  readonly kind: "group";
  readonly of: Doc;
  readonly broken: boolean;
}
interface Line {
  readonly kind: "line";
  /** What stands in its place while the group is flat; `undefined` always breaks. */
  readonly flat: string | undefined;
}
interface IfBroken {
  readonly kind: "ifBroken";
  readonly broken: string;
}

/** Columns. Biome's formatter is set to the same. */
export const lineWidth = 120;
const indentWidth = 2;

/** A space, or a new line. */
export const line: Doc = { kind: "line", flat: " " };
/** Nothing, or a new line. */
export const softline: Doc = { kind: "line", flat: "" };
/** Always a new line; breaks the group it stands in. */
export const hardline: Doc = { kind: "line", flat: undefined };

/** Print on one line if it fits, else break every line of this group (not of groups inside it). */
export function group(...of: Doc[]): Doc {
  return { kind: "group", of, broken: false };
}

/** A group that is always broken. */
export function brokenGroup(...of: Doc[]): Doc {
  return { kind: "group", of, broken: true };
}

export function indent(...of: Doc[]): Doc {
  return { kind: "indent", of };
}

export function ifBroken(broken: string): Doc {
  return { kind: "ifBroken", broken };
}

export function join(separator: Doc, items: readonly Doc[]): Doc {
  return items.flatMap((item, index) => (index === 0 ? [item] : [separator, item]));
}

/** `[a, b]` or `(a, b)`: one line if it fits, else one item a line with a trailing comma. */
export function list(open: string, items: readonly Doc[], close: string): Doc {
  if (items.length === 0) return open + close;
  return group(open, indent(softline, join([",", line], items)), ifBroken(","), softline, close);
}

/** `{ a, b }`: as `list`, with a space inside the braces. */
export function braces(items: readonly Doc[]): Doc {
  if (items.length === 0) return "{}";
  return group("{", indent(line, join([",", line], items)), ifBroken(","), line, "}");
}

/** `{` one member a line `}`, always broken. */
export function block(items: readonly Doc[]): Doc {
  if (items.length === 0) return "{}";
  return brokenGroup("{", indent(line, join([",", line], items)), ifBroken(","), line, "}");
}

/** Lay a document out. Ends without a new line. */
export function print(doc: Doc, width: number = lineWidth): string {
  const out: string[] = [];
  let column = 0;
  const write = (text: string) => {
    out.push(text);
    const newline = text.lastIndexOf("\n");
    column = newline < 0 ? column + text.length : text.length - newline - 1;
  };
  const pending: Work[] = [{ doc, depth: 0, flat: false }];
  for (let work = pending.pop(); work !== undefined; work = pending.pop()) {
    const { doc, depth, flat } = work;
    if (typeof doc === "string") {
      write(doc);
    } else if (isSequence(doc)) {
      for (let index = doc.length - 1; index >= 0; index--) pending.push({ doc: doc[index] as Doc, depth, flat });
    } else if (doc.kind === "indent") {
      pending.push({ doc: doc.of, depth: depth + indentWidth, flat });
    } else if (doc.kind === "group") {
      const fitsFlat = !doc.broken && (flat || fits(doc.of, width - column, pending));
      pending.push({ doc: doc.of, depth, flat: fitsFlat });
    } else if (doc.kind === "ifBroken") {
      if (!flat) write(doc.broken);
    } else if (flat && doc.flat !== undefined) {
      write(doc.flat);
    } else {
      write(`\n${" ".repeat(depth)}`);
    }
  }
  return out.join("").replace(/[ \t]+$/gm, "");
}

interface Work {
  readonly doc: Doc;
  readonly depth: number;
  readonly flat: boolean;
}

/** Whether the document, flat, and what follows it up to the next possible break, fit into `room` columns. */
function fits(doc: Doc, room: number, following: readonly Work[]): boolean {
  const pending: Array<{ doc: Doc; flat: boolean }> = [{ doc, flat: true }];
  let next = following.length - 1;
  let left = room;
  while (left >= 0) {
    const work = pending.pop() ?? following[next--];
    if (work === undefined) return true;
    const { doc, flat } = work;
    if (typeof doc === "string") {
      if (doc.includes("\n")) return !flat || doc.indexOf("\n") <= left;
      left -= doc.length;
    } else if (isSequence(doc)) {
      for (let index = doc.length - 1; index >= 0; index--) pending.push({ doc: doc[index] as Doc, flat });
    } else if (doc.kind === "indent") {
      pending.push({ doc: doc.of, flat });
    } else if (doc.kind === "group") {
      if (flat && doc.broken) return false;
      pending.push({ doc: doc.of, flat: flat && !doc.broken });
    } else if (doc.kind === "line") {
      if (!flat) return true;
      if (doc.flat === undefined) return false;
      left -= doc.flat.length;
    }
  }
  return false;
}

function isSequence(doc: Doc): doc is readonly Doc[] {
  return Array.isArray(doc);
}
