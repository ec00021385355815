import { isScalar, parseDocument } from "yaml";
import { type LintFinding, type LintRule, whenCurated } from "./rule.ts";
import { shownTexts, type Text } from "./texts.ts";
import { quoted } from "./words.ts";

const markup =
  /<\/?(?:p|br|b|i|a|ul|ol|li|code|pre|strong|em|h[1-6]|table|tr|td|th|div|span)(?:\s[^>]*)?\/?>|&(?:nbsp|amp|lt|gt|quot|#39);/i;

/** Texts come as models read them: without HTML, and without blanks at their ends. */
export const untidyText: LintRule = {
  id: "untidy-text",
  levels: whenCurated,
  check: (world) =>
    shownTexts(world).flatMap((shown): LintFinding[] => {
      const { file, path, name, text } = shown;
      const found = markup.exec(text)?.[0];
      if (found !== undefined) {
        const message = `${name} holds HTML, ${quoted(found)}, which a model pays for and does not need`;
        return [{ file, path, message, mend: "write plain text" }];
      }
      return untrimmed(shown);
    }),
};

/** Blanks that quotes keep; those of a block (`>-`) are YAML's own. */
function untrimmed({ file, path, name, text }: Text): LintFinding[] {
  if (text === text.trim() || !(path.length === 1)) return [];
  const node = parseDocument(file.text).getIn(path, true);
  if (!isScalar(node) || node.range == null || !/^QUOTE/.test(String(node.type))) return [];
  const [start, end] = node.range;
  const source = file.text.slice(start, end);
  const inner = source.slice(1, -1);
  // Only blanks that stand there as such: an escape like \n is a person's own.
  const edits = inner.trim() === text.trim() ? [{ start: start + 1, end: end - 1, text: inner.trim() }] : undefined;
  const message = `${name} begins or ends with a blank`;
  return [{ file, path, message, mend: "remove it", ...(edits !== undefined && { edits }) }];
}
