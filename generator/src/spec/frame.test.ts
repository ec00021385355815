import { expect, test } from "vitest";
import { codeFrame } from "./frame.ts";

const span = (line: number, from: number, to: number, endLine = line) => ({
  file: "f",
  start: { line, column: from },
  end: { line: endLine, column: to },
});

test("shows two lines above, carets below, and the mend", () => {
  expect(codeFrame("a: 1\nb: 2\nc: 3\nd: 4\n", span(3, 4, 5), "write 4")).toBe(
    "  1 | a: 1\n  2 | b: 2\n> 3 | c: 3\n    |    ^ write 4",
  );
});

test("marks the first line of a span over several", () => {
  expect(codeFrame("a: >-\n  one\n  two\n", span(1, 4, 6, 3))).toBe("> 1 | a: >-\n    |    ^^");
});

test("leaves out carriage returns and shows tabs as one column", () => {
  expect(codeFrame("a:\r\n\tb: x\r\n", span(2, 5, 6))).toBe("  1 | a:\n> 2 |  b: x\n    |     ^");
});

test("cuts a long line around what is marked", () => {
  const frame = codeFrame(`${"x".repeat(500)}HERE${"y".repeat(500)}`, span(1, 501, 505));
  const [line = "", carets = ""] = frame.split("\n");
  expect(line.slice(carets.indexOf("^"), carets.lastIndexOf("^") + 1)).toBe("HERE");
  expect(line.length).toBeLessThan(110);
});

test("stands right below emoji, and lets no escape sequence through", () => {
  const frame = codeFrame("🎟🎟 \u001b[31mx\u202e: y\n", span(1, 13, 14));
  expect(frame).toBe("> 1 | 🎟🎟 \u{fffd}[31mx\u{fffd}: y\n    |           ^");
});

test("marks the end of the file", () => {
  expect(codeFrame("a: [\n", span(2, 1, 1))).toBe("  1 | a: [\n> 2 |\n    | ^");
});
