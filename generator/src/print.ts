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

/** Lay a document out. Ends without a new line; no line ends with a space. */
export function print(doc: Doc, width: number = lineWidth): string {
  const out: string[] = [];
  let column = 0;
  const write = (text: string) => {
    out.push(text);
    const newline = text.lastIndexOf("\n");
    column = newline < 0 ? column + text.length : text.length - newline - 1;
  };
  const pending: Work[] = [{ doc, depth: 0 }];
  for (let work = pending.pop(); work !== undefined; work = pending.pop()) {
    const { doc, depth } = work;
    if (typeof doc === "string") {
      write(doc);
    } else if (isSequence(doc)) {
      for (let index = doc.length - 1; index >= 0; index--) pending.push({ doc: doc[index] as Doc, depth });
    } else if (doc.kind === "indent") {
      pending.push({ doc: doc.of, depth: depth + indentWidth });
    } else if (doc.kind === "group") {
      const flat = flatText(doc, width - column);
      if (flat !== undefined && restFits(pending, width - column - flat.length)) write(flat);
      else pending.push({ doc: doc.of, depth });
    } else if (doc.kind === "ifBroken") {
      write(doc.broken);
    } else {
      trimEnd(out);
      write(`\n${" ".repeat(depth)}`);
    }
  }
  return out.join("");
}

/** What is not laid out yet. Whatever is flat was written whole, so all of it is broken. */
interface Work {
  readonly doc: Doc;
  readonly depth: number;
}

/** The document on one line; undefined if it must break or is longer than `room`. */
function flatText(doc: Doc, room: number): string | undefined {
  if (typeof doc === "string") return doc.length <= room && !doc.includes("\n") ? doc : undefined;
  if (isSequence(doc)) {
    let text = "";
    for (const part of doc) {
      const next = flatText(part, room - text.length);
      if (next === undefined) return undefined;
      text += next;
    }
    return text;
  }
  switch (doc.kind) {
    case "indent":
      return flatText(doc.of, room);
    case "group":
      return doc.broken ? undefined : flatText(doc.of, room);
    case "ifBroken":
      return "";
    case "line":
      return doc.flat !== undefined && doc.flat.length <= room ? doc.flat : undefined;
  }
}

/** Whether what follows, up to the next possible break, fits into `room` columns. */
function restFits(following: readonly Work[], room: number): boolean {
  let left = room;
  for (let next = following.length - 1; next >= 0 && left >= 0; next--) {
    const pending: Doc[] = [(following[next] as Work).doc];
    for (let doc = pending.pop(); doc !== undefined && left >= 0; doc = pending.pop()) {
      if (typeof doc === "string") {
        if (doc.includes("\n")) return doc.indexOf("\n") <= left;
        left -= doc.length;
      } else if (isSequence(doc)) {
        for (let index = doc.length - 1; index >= 0; index--) pending.push(doc[index] as Doc);
      } else if (doc.kind === "line") {
        return true;
      } else if (doc.kind === "ifBroken") {
        left -= doc.broken.length;
      } else {
        pending.push(doc.of);
      }
    }
  }
  return left >= 0;
}

/** Take the spaces away that the last line ends with. */
function trimEnd(out: string[]): void {
  for (let last = out.length - 1; last >= 0; last--) {
    const text = (out[last] as string).replace(/[ \t]+$/, "");
    out[last] = text;
    if (text !== "") return;
  }
}

function isSequence(doc: Doc): doc is readonly Doc[] {
  return Array.isArray(doc);
}
