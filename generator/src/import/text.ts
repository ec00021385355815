import { verbAtStart } from "./verbs.ts";
import { wordsOf } from "./words.ts";

/** Characters of a tool's description that import writes: enough for a model to choose, and read on every turn of every conversation. */
const descriptionMax = 1_000;
/** Characters of a title (language: at most 120), so that a list of tools stays one line each. */
const titleMax = 80;

/** What a text of the contract became, and what a person must look at. */
export interface PlainText {
  readonly text: string;
  readonly looks: readonly string[];
}

/** What tells a model what to do, rather than what an operation does. */
const instructions =
  /\b(ignore|disregard|forget|override)\b.{0,40}\b(previous|prior|above|earlier|all|any|your)\b.{0,30}\b(instructions?|prompts?|rules|messages?)\b|\bsystem prompt\b|<\/?(system|important|instructions?|assistant)\b|\b(you are|act as) (an?|the) (ai|assistant|language model|agent)\b|\b(do not|don't|never) (tell|inform|mention to|reveal to) the user\b|\bas an ai\b/i;

/** Control and format characters, and blanks that are letters: what rule `invisible-text` refuses. */
export const invisible =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: each of these characters is meant for itself.
  /[^\P{C}\n\t\r]|[\p{Zl}\p{Zp}\u{115f}\u{1160}\u{3164}\u{ffa0}\u{2800}\u{fe00}-\u{fe0d}\u{e0100}-\u{e01ef}]/gu;

/** Those that documents hold by accident: byte order marks, soft hyphens, joiners, emoji's selectors, vertical tabs. */
const harmless =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: each of these characters is meant for itself.
  /[\u{feff}\u{ad}\u{200b}-\u{200f}\u{2028}\u{2029}\u{0}-\u{8}\u{b}\u{c}\u{e}-\u{1f}\u{7f}-\u{9f}\u{fe00}-\u{fe0f}\u{e000}-\u{f8ff}\u{fffe}\u{ffff}]/gu;

/** Texts of English and nothing else, which hold none of these: most of them, and a class of few letters is tested fast. */
export const isPlain = /^[\n\t\x20-\x7e]*$/;

/** HTML and Markdown as plain text in paragraphs. */
export function plainText(text: string): string {
  let plain = text;
  // Looking for a sign first is what makes a thousand long descriptions cheap: a text has few kinds of marks.
  for (const [signs, pattern, to] of marks)
    if (signs.some((sign) => plain.includes(sign)))
      plain = typeof to === "string" ? plain.replaceAll(pattern, to) : plain.replaceAll(pattern, to);
  return plain
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replaceAll(/\s+/g, " ").trim())
    .filter((paragraph) => paragraph !== "" && paragraph !== "-")
    .filter((paragraph, _, all) => !paragraph.startsWith(heading) || all.every((one) => one.startsWith(heading)))
    .map((paragraph) => paragraph.replaceAll(heading, ""))
    .join("\n\n");
}

type Rewritten = (whole: string, first: string) => string;

/** What texts are marked up with, in the order in which it goes: signs without one of which the pattern cannot match, and what it becomes. */
const marks: readonly (readonly [signs: readonly string[], pattern: RegExp, to: string | Rewritten])[] = [
  [["\r"], /\r\n?/g, "\n"],
  [["```"], /```[\s\S]*?(```|$)/g, " "],
  [["<!--"], /<!--[\s\S]*?(-->|$)/g, " "],
  [["</"], /<(script|style)\b[\s\S]*?<\/\1\s*>/gi, " "],
  [["<"], /<(br|hr)\s*\/?>/gi, "\n"],
  [["<"], /<\/?(p|div|li|ul|ol|h[1-6]|table|tr|blockquote|section|details|summary|pre)\b[^>]{0,300}>/gi, "\n\n"],
  [["<"], /<\/?(td|th|dd|dt)\b[^>]{0,300}>/gi, " "],
  [["<"], /<\/?[a-z][a-z0-9-]*(\s[^<>]{0,500})?\/?>/gi, ""],
  [["&"], /&(#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});/gi, entity],
  [["!["], /!\[([^\]\n]{0,300})\]\([^)\n]{0,1000}\)/g, ""],
  [["]("], /\[([^\]\n]{1,300})\]\([^)\n]{0,1000}\)/g, "$1"],
  [["]["], /\[([^\]\n]{1,300})\]\[[^\]\n]{0,100}\]/g, "$1"],
  [["|"], /^[ \t]*\|.*$/gm, ""],
  [["#"], /^[ \t]*#{1,6}[ \t]+(\S.*)$/gm, (_, title) => `\n\n${heading}${title}\n\n`],
  [["#", ">", "===", "---"], /^[ \t]*(#{1,6}|>|={3,}|-{3,})[ \t]*/gm, "\n\n"],
  [["*", "+", "-"], /^[ \t]*[*+-][ \t]+/gm, "\n\n- "],
  [["**", "__"], /(\*\*|__)(?=\S)([^*_\n]{1,300}?)\1/g, "$2"],
  [["*", "_"], /(^|[\s(])[*_](?=\S)([^*_\n]{1,300}?)[*_](?=[\s).,;:!?]|$)/gm, "$1$2"],
  [["${"], /\$\{/g, "{"],
];

/** Marks a paragraph that is a heading, which says where one is and not what is done; no text holds it. */
const heading = "\u{1}";

const entities: Readonly<Record<string, string>> = {
  ...{ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " ", mdash: "—", ndash: "–", hellip: "…" },
  ...{
    rsquo: "’",
    lsquo: "‘",
    rdquo: "”",
    ldquo: "“",
    copy: "©",
    reg: "®",
    trade: "™",
    bull: "•",
    middot: "·",
    times: "×",
  },
};

function entity(whole: string, name: string): string {
  if (!name.startsWith("#")) return entities[name.toLowerCase()] ?? whole;
  const code = name[1] === "x" || name[1] === "X" ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : " ";
}

/** A text of the contract without what people do not see. Hidden letters (tag characters and the like) are told of. */
export function visibleText(text: string): PlainText {
  if (isPlain.test(text)) return { text, looks: [] };
  const bare = text.replaceAll(harmless, " ");
  const hidden = bare.match(invisible)?.length ?? 0;
  if (hidden === 0) return { text: bare, looks: [] };
  return {
    text: bare.replaceAll(invisible, ""),
    looks: [`the contract's text held ${hidden} hidden characters, which are left out; read it`],
  };
}

/** The title: the summary where it is a short one, else the name in words. */
export function titleOf(name: string, summary: string | undefined): string {
  const text =
    plainText(visibleText(summary ?? "").text)
      .split("\n", 1)[0]
      ?.replace(/[\s.:]+$/, "") ?? "";
  if (text.length < 3 || text.length > titleMax || instructions.test(text) || !/\p{L}/u.test(text))
    return titleFrom(name);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `create_voucher`: `Create voucher`. */
function titleFrom(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What a tool does, from summary and description: plain, in whole sentences, what it does first. */
export function describe(
  name: string,
  { summary, description }: { readonly summary: string | undefined; readonly description: string | undefined },
): PlainText {
  const seen = [visibleText(summary ?? ""), visibleText(description ?? "")];
  const [short = "", long = ""] = seen.map(({ text }) => plainText(text));
  const looks = seen.flatMap((one) => one.looks);
  const whole = joined(short.replaceAll("\n\n", " "), long);
  if (instructions.test(whole) || seen.some((one) => instructions.test(one.text))) {
    return {
      text: `${titleFrom(name)}.`,
      looks: [
        ...looks,
        "the contract's description tells a model what to do, so it is left out; write what the tool does",
      ],
    };
  }
  if (!/\p{L}/u.test(whole))
    return {
      text: `${titleFrom(name)}.`,
      looks: [...looks, "the contract does not say what this does; write it for the model"],
    };
  const text = cut(whole);
  const thin = text.length < thinMax ? ["a model needs more than this: what it returns, and when not to use it"] : [];
  const long_ =
    text.length < whole.length ? ["shortened; what a model must know further on stands in openapi.json"] : [];
  return { text, looks: [...looks, ...thin, ...long_] };
}

/**
 * The first sentence of a text of the contract, at most `max` characters; nothing where it has no words.
 *
 * What reads like an instruction to a model is left out, and told of.
 */
export function firstSentence(
  text: unknown,
  max: number,
): { readonly text?: string; readonly looks: readonly string[] } {
  if (typeof text !== "string") return { looks: [] };
  const seen = visibleText(text);
  const plain = plainText(seen.text);
  if (instructions.test(seen.text) || instructions.test(plain))
    return { looks: ["the contract's description tells a model what to do, so it is left out"] };
  const [first = ""] = plain.split("\n\n", 1);
  const end = first.search(/[.!?](\s|$)/);
  const whole = end < 0 ? first : first.slice(0, end + 1);
  const short = whole.length <= max ? whole : `${whole.slice(0, max - 2).replace(/\s+\S*$/, "")} …`;
  return /\p{L}/u.test(short) ? { text: sentence(short), looks: seen.looks } : { looks: seen.looks };
}

/** Characters below which a description says no more than the name. */
const thinMax = 40;

function joined(short: string, long: string): string {
  const letters = (text: string) => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
  if (short === "" || letters(long).startsWith(letters(short))) return sentence(long === "" ? short : long);
  if (long === "") return sentence(short);
  // The title says the summary, and a description that begins with what is done needs no heading.
  if (verbAtStart(wordsOf(long.slice(0, 40))[0]) !== undefined && long.length >= thinMax) return sentence(long);
  return `${sentence(short)} ${sentence(long)}`;
}

function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "") return "";
  const upper = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?:;…)"”。]$/.test(upper) ? upper : `${upper}.`;
}

/** At most so many characters, up to the end of a sentence or paragraph where there is one in the second half. */
function cut(text: string): string {
  if (text.length <= descriptionMax) return text;
  const start = text.slice(0, descriptionMax);
  const ends = [...start.matchAll(/[.!?](?=\s)|\n\n/g)].map(
    ({ index, 0: mark }) => index + (mark.startsWith("\n") ? 0 : 1),
  );
  const end = ends.at(-1);
  if (end !== undefined && end > descriptionMax / 2) return start.slice(0, end);
  return `${start.slice(0, start.lastIndexOf(" ") > descriptionMax / 2 ? start.lastIndexOf(" ") : descriptionMax - 1).replace(/[\ud800-\udbff]$/, "")} …`;
}
