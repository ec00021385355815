/** Letters of other alphabets with an accent become plain ones; what then is no ASCII letter or digit separates words. */
export function wordsOf(text: string): readonly string[] {
  return (isLowerCase.test(text) ? text : separated(text)).split(/[^a-z0-9]+/).filter((word) => word !== "");
}

/** What is in words already, as most steps of paths are. */
const isLowerCase = /^[a-z0-9 _.:/-]*$/;

function separated(text: string): string {
  return text
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/(\p{Lu})'?s\b/gu, "$1s")
    .replaceAll(/['’]/g, "")
    .replaceAll(/([a-z])(\d*)([A-Z])/g, "$1$2 $3")
    .replaceAll(/(\d)([A-Z][a-z])/g, "$1 $2")
    .replaceAll(/([A-Z]+)([A-Z][a-z]{2,})/g, "$1 $2")
    .toLowerCase();
}

const irregular: ReadonlyMap<string, string> = new Map([
  ...pairs("people person", "children child", "men man", "women woman", "indices index", "vertices vertex"),
  ...pairs("matrices matrix", "statuses status", "addresses address", "processes process", "accesses access"),
  ...pairs("movies movie", "cookies cookie", "caches cache", "aliases alias", "databases database", "leaves leave"),
  ...pairs("criteria criterion", "quizzes quiz", "gases gas", "buses bus", "canvases canvas", "phases phase"),
  ...pairs("licenses license", "releases release", "responses response", "purchases purchase", "expenses expense"),
  ...pairs(
    "cases case",
    "bases base",
    "uses use",
    "causes cause",
    "houses house",
    "warehouses warehouse",
    "courses course",
  ),
  ...pairs(
    "invoices invoice",
    "axes axis",
    "ties tie",
    "pies pie",
    "zombies zombie",
    "selfies selfie",
    "series series",
  ),
]);

const regular: ReadonlyMap<string, string> = new Map([...irregular].map(([plural, singular]) => [singular, plural]));

function pairs(...texts: readonly string[]): (readonly [string, string])[] {
  return texts.map((text) => text.split(" ") as [string, string]);
}

/** Words that end as if they were plural, or that have no plural anyone would write. */
const uncountable = new Set(
  (
    "settings details status stats statistics metrics analytics info information news address access progress process canvas data media " +
    "metadata series preferences properties options class business business alias bus gas atlas analysis basis diagnosis synopsis " +
    "credentials billing balance usage health history feedback content email mail software hardware equipment config configuration " +
    "sms dns ios aws css js rss https tls cors pos gps kubernetes always previous various contents insights capabilities " +
    "nfs daily hourly weekly monthly yearly totals sandbox terms graphics physics mathematics electronics logistics sales"
  ).split(" "),
);

/** Whether a word means several things: what a list has. */
export function isPlural(word: string): boolean {
  if (irregular.has(word)) return word !== "series";
  return /[a-z]{2}s$/.test(word) && !/(ss|us|is)$/.test(word) && !uncountable.has(word);
}

/** Whether a word is one of which there are no several, so that it is got and not listed. */
export function isUncountable(word: string): boolean {
  return uncountable.has(word);
}

/** `policies`: `policy`. */
export function singular(word: string): string {
  const known = irregular.get(word);
  if (known !== undefined) return known;
  if (!isPlural(word)) return word;
  if (/[^aeiou]ies$/.test(word)) return `${word.slice(0, -3)}y`;
  if (/(ss|x|z|ch|sh)es$/.test(word)) return word.slice(0, -2);
  return word.slice(0, -1);
}

/** `policy`: `policies`. */
export function plural(word: string): string {
  const known = regular.get(word);
  if (known !== undefined) return known;
  if (isPlural(word) || uncountable.has(word) || /\d$/.test(word)) return word;
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`;
  if (/(s|x|z|ch|sh)$/.test(word)) return `${word}es`;
  return `${word}s`;
}
