import { type Document, type Node, parseDocument, type YAMLError } from "yaml";
import type { Diagnostic, Span } from "../diagnostics.ts";
import { type LineIndex, lineIndex } from "./line-index.ts";
import { roughlyTooDeep } from "./nesting.ts";
import { type Finding, readPlain, type YamlLimits } from "./plain.ts";
import { rangeAt } from "./positions.ts";
import { limited, visible } from "./problem.ts";
import type { SpecFile } from "./spec-file.ts";

export interface YamlResult {
  /** Absent where too little could be read to go on. With diagnostics beside it, it is good for finding more problems only. */
  readonly file: SpecFile | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * For specs: a schema seldom nests deeper than ten, an alias hides size and meaning, and a large tool has some hundred
 * values. Much of what is asked about a spec takes the square of its values, so ten thousand keep a run below ten seconds.
 */
const specLimits: YamlLimits = { depthMax: 64, aliasesMax: 0, valuesMax: 10_000 };

/** Roughly counted nesting above which the parser is not started. */
const roughDepthMax = 250;

/** One slip often makes the parser stumble several times; the first few say it. */
const syntaxErrorsMax = 3;

/** Read YAML 1.2 (core schema) without its traps: no aliases, merge keys, tags, second documents or duplicate keys. */
export function readYaml(path: string, text: string, limits: YamlLimits = specLimits): YamlResult {
  const lines = lineIndex(path, text);
  const deep = roughlyTooDeep(text, roughDepthMax);
  if (deep !== undefined) return refused([tooDeep(limits.depthMax, lines.span(deep, deep + 1))]);

  const document = parse(text);
  if (document.errors.length > 0) return refused(syntaxErrors(document.errors, lines));

  const { data, findings } = readPlain(document, limits);
  const file = { path, text, data, at: locator(text, lines) };
  const locate = ({ range, rule, message, mend }: Finding): Diagnostic => ({
    rule,
    severity: "error",
    message: visible(message),
    span: lines.span(...range),
    mend,
  });
  const whole = findings.every(({ rule }) => !["yaml-alias", "yaml-depth", "yaml-size"].includes(rule));
  return { file: whole ? file : undefined, diagnostics: limited(findings, locate, file) };
}

/** The diagnostic of a file that nests deeper than `depthMax`. */
function tooDeep(depthMax: number, span: Span): Diagnostic {
  const message = `maps and lists nest deeper than ${depthMax}`;
  return {
    rule: "yaml-depth",
    severity: "error",
    message,
    span,
    mend: "move the inner part to schemas: of server.yaml",
  };
}

/** A file's `at`. Parses once more when first asked: most files have no problem, and nodes cost fifty times their text. */
function locator(text: string, lines: LineIndex): SpecFile["at"] {
  let root: Node | null | undefined;
  return (path, part = "value") => {
    if (root === undefined) root = parse(text).contents;
    const [start, end] = rangeAt(root, path, part);
    return lines.span(start, start + text.slice(start, end).trimEnd().length);
  };
}

function parse(text: string): Document.Parsed {
  return parseDocument(text, {
    version: "1.2",
    schema: "core",
    merge: false,
    resolveKnownTags: false,
    stringKeys: true,
    // The parser's own check takes the square of the number of keys.
    uniqueKeys: false,
    prettyErrors: false,
    // "silent" would also silence the error about a second document.
    logLevel: "error",
  });
}

function refused(diagnostics: readonly Diagnostic[]): YamlResult {
  return { file: undefined, diagnostics };
}

function syntaxErrors(errors: readonly YAMLError[], lines: LineIndex): Diagnostic[] {
  const offsetsOf = (wanted: string) => errors.filter(({ code }) => code === wanted).map(({ pos }) => pos[0]);
  const overIndented = new Set(offsetsOf("BLOCK_AS_IMPLICIT_KEY")).intersection(
    new Set(offsetsOf("MULTILINE_IMPLICIT_KEY")),
  );
  return onePerLine(errors, lines)
    .slice(0, syntaxErrorsMax)
    .map((error) => {
      if (overIndented.has(error.pos[0])) return indented(error, lines);
      return {
        rule: error.code === "MULTIPLE_DOCS" ? "yaml-documents" : "yaml-syntax",
        severity: "error",
        message: syntaxMessages[error.code] ?? firstLine(error.message),
        span: lines.span(error.pos[0], error.pos[1]),
        mend:
          mendOfUnclosed(error.message) ??
          mendOfUnquoted(error.message) ??
          syntaxMends[error.code] ??
          "check quotes, brackets and indentation from here upwards",
      };
    });
}

/** What a parser says after its first words about a line mostly comes from the same slip. */
function onePerLine(errors: readonly YAMLError[], lines: LineIndex): readonly YAMLError[] {
  const lineOf = ({ pos }: YAMLError) => lines.position(pos[0]).line;
  return errors.filter((error, index) => index === 0 || lineOf(error) !== lineOf(errors[index - 1] as YAMLError));
}

/** A key that is indented deeper than its siblings reads, to the parser, as the rest of the value above it. */
function indented({ pos }: YAMLError, lines: LineIndex): Diagnostic {
  return {
    rule: "yaml-syntax",
    severity: "error",
    message: "the line after this value begins with a key, but is indented deeper",
    span: lines.span(pos[0], pos[1]),
    mend: "indent it like the key before it",
  };
}

/** Where the parser's own words speak of its interface. */
const syntaxMessages: Partial<Record<YAMLError["code"], string>> = {
  MULTIPLE_DOCS: "a second document begins here",
  NON_STRING_KEY: "a map or a list stands where a key is expected",
  RESOURCE_EXHAUSTION: "maps and lists nest too deeply",
};

/** The parser reports a bracket that is never closed as one of indentation. */
function mendOfUnclosed(message: string): string | undefined {
  const [, bracket] = /and end with a ([\]}])$/.exec(firstLine(message)) ?? [];
  return bracket === undefined ? undefined : `close the bracket before this line with ${bracket}`;
}

/** `path: /v1/{id}` between braces: the parser sees a text, and then a map. */
function mendOfUnquoted(message: string): string | undefined {
  return /^Unexpected flow-(?:map|seq)-start/.test(message) ? "put a text that contains { or [ in quotes" : undefined;
}

const syntaxMends: Partial<Record<YAMLError["code"], string>> = {
  BAD_DQ_ESCAPE: "use single quotes, in which a backslash is only a backslash",
  BAD_INDENT: "indent with two spaces per level, siblings alike",
  BAD_SCALAR_START: "put the value in quotes",
  BLOCK_AS_IMPLICIT_KEY: 'put a text that contains ": " in quotes',
  BLOCK_IN_FLOW: "inside { } and [ ] write maps and lists with braces and brackets too",
  MISSING_CHAR: "close the quote or bracket",
  MULTILINE_IMPLICIT_KEY: "a key stands on one line and ends with a colon",
  MULTIPLE_DOCS: "one file holds one document: remove the second --- line",
  NON_STRING_KEY: "a key is a plain word",
  RESOURCE_EXHAUSTION: "nest less deeply",
  TAB_AS_INDENT: "indent with spaces",
};

/** Characters of the parser's message: it may quote the file. */
const messageMax = 160;

function firstLine(message: string): string {
  return visible((message.split("\n", 1)[0] ?? message).slice(0, messageMax));
}
