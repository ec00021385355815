import { expect, it } from "vitest";
import { refuseMalformed } from "./well-formed.ts";

function refuse(text: string, statements = 1): void {
  refuseMalformed("a.ts", { text, statements });
}

it.each([
  ["a bracket that is never closed", "export const a = [1;\n", /a\.ts does not parse: brackets do not match \(at 21\)/],
  ["a bracket too many", "export const a = (1));\n", /brackets do not match \(at 20\)/],
  ["a text without its end", 'export const a = "\n";\n', /does not parse: Unterminated string literal/],
  ["a comment without its end", "/** a\nexport const a = 1;\n", /does not parse: '\*\/' expected/],
  ["a character of no token", "export const a = 1 \u0000;\n", /does not parse: Invalid character/],
  ["a regular expression without its end", "export const a = f(/a\n);\n", /does not parse: Unterminated regular/],
])("refuses %s, and says where", (_, text, message) => {
  expect(() => refuse(text)).toThrow(message);
});

it.each([
  ["from a literal", 'export const a = ""; process.exit(); "";\n', 3],
  ["from a literal, on lines of its own", 'export const a = ""\n  process.exit()\n  "";\n', 3],
  ["from a comment", "/** a */ process.exit() /* */\nexport const a = 1;\n", 2],
  ["behind the last statement", "export const a = 1;\nprocess.exit()", 2],
])("refuses more than was written: something escaped %s", (_, text, found) => {
  expect(() => refuse(text)).toThrow(`has ${found} statements instead of 1`);
});

it("counts statements however they are laid out", () => {
  const text = `#!/usr/bin/env node
import {
  a,
} from "./a.ts";
export interface A {
  a: 1;
}

export type B =
  | "a; b"
  | A;

export const c = a<A>(
  { b: /[/;]{2}/u },
) satisfies B;
`;
  expect(() => refuse(text, 4)).not.toThrow();
  expect(() => refuse(text, 3)).toThrow("4 statements instead of 3");
});
