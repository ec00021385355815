import { always, type LintRule } from "./rule.ts";
import { quoted } from "./words.ts";

/** Codex reads no more of the instructions well; others cut at twice that. */
const readWellChars = 512;
const readAtAllChars = 2_048;

/** The first characters of the instructions stand for themselves: a client may show no more. */
export const instructionsLength: LintRule = {
  id: "instructions-length",
  levels: always("warning"),
  check: ({ server, ir }) => {
    const text = (ir.instructions ?? "").replaceAll(/\s+/g, " ");
    const at = { file: server.file, path: ["instructions"] };
    if (text.length > readAtAllChars) {
      const message = `the instructions have ${text.length} characters; clients cut at ${readAtAllChars} or earlier`;
      return [
        {
          ...at,
          message,
          mend: "keep what a model must know before its first call; the rest belongs to tools and prompts",
        },
      ];
    }
    const end = text.slice(0, readWellChars).search(/[.!?](?:\s|$)/);
    if (text.length <= readWellChars || end >= 0) return [];
    const message = `the first ${readWellChars} characters of the instructions, which is what some clients read, hold no whole sentence: ${quoted(text)}`;
    return [{ ...at, message, mend: "begin with one short sentence that says what the server is for" }];
  },
};
