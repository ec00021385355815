/**
 * Where a text nests deeper than `depthMax`, roughly counted, or nothing.
 *
 * The parser recurses; a megabyte of `[` costs it a gigabyte before it gives up. One pass over the characters tells
 * such texts apart beforehand: brackets inside strings are counted too, so the limit is far above what people write.
 * Indented blocks need no check: a level costs as many spaces as there are levels above it.
 */
export function roughlyTooDeep(text: string, depthMax: number): number | undefined {
  let brackets = 0;
  let indicators = 0;
  let atLineStart = true;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === newline) {
      atLineStart = true;
      indicators = 0;
    } else if (char === openBracket || char === openBrace) {
      atLineStart = false;
      if (++brackets > depthMax) return at;
    } else if (char === closeBracket || char === closeBrace) {
      if (brackets > 0) brackets--;
    } else if (char !== space && char !== tab && atLineStart) {
      // `- - - ? ? x`: each indicator opens a level.
      if (char !== dash && char !== question) atLineStart = false;
      else if (++indicators > depthMax) return at;
    }
  }
  return undefined;
}

/** Whether a JSON text nests deeper than `depthMax`. Brackets inside strings do not count. */
export function jsonTooDeep(text: string, depthMax: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === quote) {
      at++;
      while (at < text.length && text.charCodeAt(at) !== quote) at += text.charCodeAt(at) === backslash ? 2 : 1;
    } else if (char === openBracket || char === openBrace) {
      if (++depth > depthMax) return true;
    } else if (char === closeBracket || char === closeBrace) depth--;
  }
  return false;
}

const quote = 0x22;
const backslash = 0x5c;
const newline = 0x0a;
const tab = 0x09;
const space = 0x20;
const dash = 0x2d;
const question = 0x3f;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
