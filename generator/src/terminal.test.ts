import { expect, it } from "vitest";
import { createProgress, hasColours } from "./terminal.ts";

const stream = (isTTY: boolean) => ({ isTTY, hasColors: () => true }) as NodeJS.WriteStream;

it.each([
  ["a terminal", true, {}, true],
  ["a pipe", false, {}, false],
  ["a terminal with NO_COLOR", true, { NO_COLOR: "1" }, false],
  ["a pipe with FORCE_COLOR", false, { FORCE_COLOR: "1" }, true],
  ["both, as Node has it", true, { FORCE_COLOR: "1", NO_COLOR: "1" }, true],
  ["FORCE_COLOR=0", true, { FORCE_COLOR: "0" }, false],
])("colours for %s: %#", (_, isTTY, environment, expected) => {
  expect(hasColours(stream(isTTY), environment as NodeJS.ProcessEnv)).toBe(expected);
});

it("shows each step on a terminal, and leaves no line behind", () => {
  const shown = (isTTY: boolean, environment: NodeJS.ProcessEnv = {}) => {
    const written: string[] = [];
    const output = { isTTY, columns: 12, write: (text: string) => written.push(text) > 0 };
    const progress = createProgress(output as never, environment);
    progress.step("reading");
    progress.step("writing many files");
    progress.end();
    return written;
  };
  expect(shown(true)).toEqual(["reading …", "\r\u001b[2K", "writing man", "\r\u001b[2K"]);
  expect(shown(false)).toEqual([]);
  expect(shown(true, { CI: "true" })).toEqual([]);
});
