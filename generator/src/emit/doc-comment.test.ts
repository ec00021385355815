import { describe, expect, it } from "vitest";
import { docComment, firstSentence } from "./doc-comment.ts";

describe("docComment", () => {
  it("cannot be ended or broken by its text", () => {
    const text = docComment(["a */ process.exit(1) /*\n * \u2028 b"]);
    expect(text.indexOf("*/")).toBe(text.length - 3);
    expect(text.trimEnd()).not.toMatch(/[\n\u2028]/);
  });

  it("stands on one line if it fits", () => {
    expect(docComment(["Create one voucher."])).toBe("/** Create one voucher. */\n");
  });

  it("is wrapped at the line width", () => {
    const lines = docComment([`${"word ".repeat(60)}end.`, "@deprecated since 2."])
      .trimEnd()
      .split("\n");
    expect(lines.every((line) => line.length <= 120)).toBe(true);
    expect(lines.at(-2)).toBe(" * @deprecated since 2.");
  });
});

describe("firstSentence", () => {
  it.each([
    ["One. Two.", "One."],
    ["Prefix, e.g. SUMMER, of a code. More.", "Prefix, e.g. SUMMER, of a code."],
    ["Version 1.5 of it! Next", "Version 1.5 of it!"],
    ["No stop at all", "No stop at all"],
    ["Over\n two lines. Next.", "Over two lines."],
  ])("takes of %j only %j", (text, sentence) => {
    expect(firstSentence(text)).toBe(sentence);
  });
});
