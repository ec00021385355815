import { commentsOf } from "./comments.ts";
import { always, type LintFinding, type LintRule } from "./rule.ts";
import { quoted } from "./words.ts";

/** What import leaves where a person must look is gone when a person has looked. */
export const lookComment: LintRule = {
  id: "look-comment",
  levels: always("warning"),
  check: ({ server, tools }) =>
    [server.file, ...tools.map(({ file }) => file)].flatMap((file) =>
      commentsOf(file.text)
        .filter(({ text }) => /^Look:/.test(text))
        .map(
          ({ text, line, offset }): LintFinding => ({
            file,
            path: [],
            line,
            column: offset - file.text.lastIndexOf("\n", offset - 1),
            message: `import asks for a look: ${quoted(text.replace(/^Look:\s*/, ""), 120)}`,
            mend: "look, and remove the comment",
          }),
        ),
    ),
};
