import { ts } from "ts-morph";
import type { FileSource } from "./tool-file.ts";

/**
 * Refuse a text whose tokens are not TypeScript's, whose brackets do not match, or that has another number of top-level
 * statements than were written: text that escaped from a literal or a comment would make more of them.
 *
 * TypeScript's scanner, not its parser: the same slips are seen for a quarter of the time, which for 1,224 tools is one
 * second. Whether statements mean something is for the compiler, which reads `generated/` anyway.
 *
 * @throws Error that names the path and the offset: a bug in this generator.
 */
export function refuseMalformed(path: string, source: FileSource): void {
  for (const piece of source.pieces ?? [source]) {
    if (!wellFormed.has(piece)) scan(path, piece);
    wellFormed.add(piece);
  }
}

/** Sources that were looked at: in `dev` most of them come again. */
const wellFormed = new WeakSet<FileSource>();

const { SyntaxKind } = ts;

const closerOf: ReadonlyMap<ts.SyntaxKind, ts.SyntaxKind> = new Map([
  [SyntaxKind.OpenBraceToken, SyntaxKind.CloseBraceToken],
  [SyntaxKind.OpenBracketToken, SyntaxKind.CloseBracketToken],
  [SyntaxKind.OpenParenToken, SyntaxKind.CloseParenToken],
]);

const closers: ReadonlySet<ts.SyntaxKind> = new Set(closerOf.values());

function scan(path: string, { text, statements }: FileSource): void {
  const scanner = ts.createScanner(ts.ScriptTarget.ESNext, true, ts.LanguageVariant.Standard, text, ({ message }) => {
    throw new Error(`generated ${path} does not parse: ${message} (at ${scanner.getTokenFullStart()})`);
  });
  /** The closing brackets that are still to come. */
  const open: ts.SyntaxKind[] = [];
  let found = 0;
  let before = SyntaxKind.SemicolonToken;
  for (;;) {
    const token = tokenAfter(before, scanner);
    if (closers.has(token) ? open.pop() !== token : token === SyntaxKind.EndOfFileToken && open.length > 0)
      throw new Error(`generated ${path} does not parse: brackets do not match (at ${scanner.getTokenStart()})`);
    if (token === SyntaxKind.EndOfFileToken) break;
    if (open.length === 0 && beginsStatement(token, before, scanner.hasPrecedingLineBreak())) found++;
    const closer = closerOf.get(token);
    if (closer !== undefined) open.push(closer);
    before = token;
  }
  if (found !== statements) throw new Error(`generated ${path} has ${found} statements instead of ${statements}`);
}

/** A slash divides after a value only, and generated code divides nothing. */
function tokenAfter(before: ts.SyntaxKind, scanner: ts.Scanner): ts.SyntaxKind {
  const token = scanner.scan();
  const isSlash = token === SyntaxKind.SlashToken || token === SyntaxKind.SlashEqualsToken;
  return isSlash && !isWord(before) && !closers.has(before) ? scanner.reScanSlashToken() : token;
}

/** After a semicolon, or on a line of its own where neither side goes on (ECMA-262, "Automatic Semicolon Insertion"). */
function beginsStatement(token: ts.SyntaxKind, before: ts.SyntaxKind, onNewLine: boolean): boolean {
  if (token === SyntaxKind.SemicolonToken || closers.has(token)) return false;
  if (before === SyntaxKind.SemicolonToken) return true;
  return onNewLine && isWord(token) && (isWord(before) || closers.has(before));
}

/** Names, keywords, and values: what is no punctuation. */
function isWord(token: ts.SyntaxKind): boolean {
  return token < SyntaxKind.FirstPunctuation || token > SyntaxKind.LastPunctuation;
}
