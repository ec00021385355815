import { isCollection, isMap, isPair, isScalar, Lexer, type Node, type Pair, parseDocument, type YAMLMap } from "yaml";

/** One key of a map in a person's YAML file, and the whole lines that are its own. Offsets are of UTF-16 code units. */
export interface Block {
  /** Without the `?` of an optional input, so that an input that becomes required stays the same block. */
  readonly name: string;
  readonly isOptional: boolean;
  /** Where the comments and blank lines above the key begin. */
  readonly start: number;
  /** Where the key's own line begins. */
  readonly keyLine: number;
  /** Where its key ends, before the colon. */
  readonly keyEnd: number;
  /** Where the next block or the rest of the file begins: after its last line, deeper comments below it included. */
  readonly end: number;
  readonly value: Node | null;
}

/** The blocks of one map that is written a key a line. */
export interface Outline {
  readonly text: string;
  readonly blocks: readonly Block[];
  /** What every key is indented by. */
  readonly indent: string;
  /** Where the first block may begin: after the modeline and `---`. */
  readonly start: number;
}

/** Line ends are left as they are, but a file is one of both: where both are used, the first counts. */
export function eolOf(text: string): "\n" | "\r\n" {
  const first = text.indexOf("\n");
  return first > 0 && text[first - 1] === "\r" ? "\r\n" : "\n";
}

/** The top-level keys of a YAML file; nothing where it has an error, or is no map with a key a line. */
export function outline(text: string): Outline | undefined {
  const { contents, errors } = parseDocument(text, { version: "1.2", schema: "core", logLevel: "error" });
  if (errors.length > 0) return undefined;
  return outlineOf(contents, text, { from: preambleEnd(text), to: text.length });
}

/** The entries of a block whose value is a map with a key a line; nothing for every other value. */
export function entriesOf({ text }: Outline, block: Block): Outline | undefined {
  const from = lineEnd(text, block.keyEnd);
  return outlineOf(block.value, text, { from, to: block.end });
}

export type Blocks = ReadonlyMap<string, Block>;

/** Of a key that stands there twice, the first. */
export function byName({ blocks }: Outline): Blocks {
  const named = new Map<string, Block>();
  for (const block of blocks) if (!named.has(block.name)) named.set(block.name, block);
  return named;
}

function outlineOf(
  map: Node | null,
  text: string,
  { from, to }: { readonly from: number; readonly to: number },
): Outline | undefined {
  if (!isMap(map) || map.flow === true || map.items.length === 0) return undefined;
  const pairs = (map as YAMLMap<Node, Node | null>).items;
  if (pairs.some(({ key }) => !isScalar(key) || key.range == null || lineStart(text, key.range[0]) < from)) {
    return undefined;
  }
  const keyLines = pairs.map(({ key }) => lineStart(text, key.range?.[0] ?? 0));
  const indent = /^[ ]*/.exec(text.slice(keyLines[0]))?.[0] ?? "";
  const blocks: Block[] = [];
  let start = from;
  pairs.forEach((pair, index) => {
    const last = lineEnd(text, lastCharacter(pair, text));
    const end = withDeeperComments(text, { from: last, to: keyLines[index + 1] ?? to, indent });
    blocks.push({ ...keyOf(pair), start, keyLine: keyLines[index] ?? start, end, value: pair.value });
    start = end;
  });
  return { text, blocks, indent, start: from };
}

function keyOf({ key }: Pair<Node, Node | null>): Pick<Block, "name" | "isOptional" | "keyEnd"> {
  const written = isScalar(key) ? String(key.value) : "";
  const isOptional = written.endsWith("?");
  return { name: isOptional ? written.slice(0, -1) : written, isOptional, keyEnd: key.range?.[1] ?? 0 };
}

/** Offset of the last character of a pair that says something. */
function lastCharacter({ key, value }: Pair<Node, Node | null>, text: string): number {
  const keyEnd = key.range?.[1] ?? 0;
  return value === null ? keyEnd : Math.max(keyEnd, lastOf(value, text));
}

function lastOf(node: Node, text: string): number {
  const item = isCollection(node) && node.flow !== true ? node.items.at(-1) : undefined;
  if (item === undefined) return text.slice(0, node.range?.[1] ?? 0).trimEnd().length - 1;
  return isPair(item) ? lastCharacter(item as Pair<Node, Node | null>, text) : lastOf(item as Node, text);
}

/** Comments below a value that are indented deeper than its key are about the value, and not about the next key. */
function withDeeperComments(
  text: string,
  { from, to, indent }: { readonly from: number; readonly to: number; readonly indent: string },
): number {
  let end = from;
  for (let at = from; at < to; at = lineEnd(text, at)) {
    const line = text.slice(at, lineEnd(text, at));
    if (line.trim() === "") continue;
    if (!/^[ \t]*#/.test(line) || line.search(/#/) <= indent.length) break;
    end = lineEnd(text, at);
  }
  return end;
}

/** After the byte order mark, directives, `---` and the modelines that editors look for at the top. */
function preambleEnd(text: string): number {
  let end = text.startsWith("\uFEFF") ? 1 : 0;
  const mark = /^---(?:[ \t].*)?(?:\r?\n|$)/m.exec(text);
  const before = mark === null ? "" : text.slice(end, mark.index);
  if (mark !== null && before.split("\n").every((line) => /^\s*(?:[#%].*)?$/.test(line))) {
    end = mark.index + mark[0].length;
  }
  while (/^#\s*yaml-language-server:/.test(text.slice(end, end + 60))) end = lineEnd(text, end);
  return end;
}

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

/** The offset after the line break that ends this offset's line. */
export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end + 1;
}

/** The comments in a piece of YAML, in order, each from `#` to the end of its line. */
export function commentsIn(yaml: string): string[] {
  const comments: string[] = [];
  let isScalarNext = false;
  for (const token of new Lexer().lex(yaml)) {
    if (!isScalarNext && token.startsWith("#")) comments.push(token.trimEnd());
    isScalarNext = token === scalarToken;
  }
  return comments;
}

/** The lexer announces a plain or block scalar by this character alone, and then gives its text, which may begin with `#`. */
const scalarToken = "\u001f";
