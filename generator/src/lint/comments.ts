import { Lexer } from "yaml";

/** One comment of a YAML file. */
export interface Comment {
  /** From 1. */
  readonly line: number;
  /** Of the `#`, in characters from the beginning of the file. */
  readonly offset: number;
  /** Without the `#`, trimmed. */
  readonly text: string;
  /** Nothing but blanks stands before it on its line. */
  readonly alone: boolean;
}

/** The token that the lexer puts before a scalar, which may begin with `#` where it is a block. */
const scalarMark = "\u001f";

/** Tokens that stand for something and are not in the file. */
const marks: ReadonlySet<string> = new Set([scalarMark, "\u0002", "\u0018"]);

/** All comments of a file. A `#` inside a text is none, which only a lexer can tell. */
export function commentsOf(text: string): readonly Comment[] {
  if (!text.includes("#")) return [];
  const found: Comment[] = [];
  let offset = 0;
  let line = 1;
  let before = "";
  for (const token of new Lexer().lex(text)) {
    if (marks.has(token)) {
      before = token;
      continue;
    }
    if (token.startsWith("#") && before !== scalarMark) {
      const start = text.lastIndexOf("\n", offset - 1) + 1;
      found.push({ line, offset, text: token.slice(1).trim(), alone: text.slice(start, offset).trim() === "" });
    }
    line += token.split("\n").length - 1;
    offset += token.length;
    before = token;
  }
  return found;
}
