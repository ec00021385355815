/** Columns of the files that import writes. */
const columns = 140;

/** A text as a YAML scalar on one line: plain where it reads back as the same text, quoted otherwise. `inFlow`: within `{ }` or `[ ]`. */
export function scalar(text: string, { inFlow = false }: { readonly inFlow?: boolean } = {}): string {
  if (isPlain(text) && !(inFlow && /[,[\]{}]/.test(text))) return text;
  return /[\n\\\t]|[^\P{C}\n]/u.test(text) ? JSON.stringify(text) : `'${text.replaceAll("'", "''")}'`;
}

/** What YAML 1.2 and 1.1 both read as this very text. */
function isPlain(text: string): boolean {
  if (!/^[\p{L}_/$(][^\n\t]*$/u.test(text) || text !== text.trim()) return false;
  if (/: |:$| #|^\S*[`"']/.test(text) || /[^\P{C}]/u.test(text)) return false;
  return !/^(y|yes|n|no|true|false|on|off|null|nan|inf|infinity)$/i.test(text);
}

/** `key: text`, folded over several lines where one would be too long. */
export function textBlock(key: string, text: string): string {
  const line = text.length > columns || text.includes("\n") ? undefined : `${key}: ${scalar(text)}\n`;
  if (line !== undefined && line.length <= columns) return line;
  const paragraphs = text.split("\n\n").map((paragraph) => folded(paragraph));
  return `${key}: >-\n${paragraphs.join("\n\n")}\n`;
}

/** A paragraph in lines of words, indented by two. A folded scalar joins them with single blanks again. */
function folded(paragraph: string): string {
  const lines: string[] = [];
  let line = " ";
  for (const word of paragraph.split(/\s+/)) {
    if (line.length + 1 + word.length > columns && line !== " ") {
      lines.push(line);
      line = " ";
    }
    line += ` ${word}`;
  }
  return [...lines, line].join("\n");
}

/** `# Look: …` lines, folded, at the given indent. */
export function lookLines(looks: readonly string[], indent = ""): string {
  return looks.map((look) => `${indent}# Look: ${look.replaceAll(/\s+/g, " ")}\n`).join("");
}

/** `[a, b]` on one line, or one item a line where that is too long. */
export function listBlock(key: string, items: readonly string[]): string {
  const line = `${key}: [${items.map((item) => scalar(item, { inFlow: true })).join(", ")}]\n`;
  return line.length <= columns ? line : `${key}:\n${items.map((item) => `  - ${scalar(item)}\n`).join("")}`;
}
