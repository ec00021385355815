/** Longest tool name, in characters (rule `tool-name`): some clients put the server's name before it and cut at 64. */
export const nameMax = 40;

const connectives: ReadonlySet<string> = new Set(
  "for by in of with from to at on and via a an the or using".split(" "),
);

const abbreviations: ReadonlyMap<string, string> = new Map(
  (
    "organization:org organisation:org organizations:orgs repository:repo repositories:repos configuration:config configurations:configs application:app " +
    "applications:apps environment:env environments:envs authentication:auth authorization:auth information:info administrator:admin identifier:id " +
    "identifiers:ids statistics:stats notification:notice parameters:params specification:spec authenticated:auth transaction:txn transactions:txns"
  )
    .split(" ")
    .map((pair) => pair.split(":") as [string, string]),
);

/** Words as a tool's name. Where they are too long, first what joins them goes, then long words are abbreviated, then those in the middle go. */
export function shortened(words: readonly string[]): string {
  const name = once(words);
  for (const shorter of [name, name.filter(isTelling), name.filter(isTelling).map(abbreviated)])
    if (fits(shorter)) return toName(shorter);
  const few = [...name.filter(isTelling).map(abbreviated)];
  // The verb says what, the last words say of what: owners between them are missed least.
  while (few.length > 3 && !fits(few)) few.splice(Math.max(1, few.length - 3), 1);
  return toName(few).slice(0, nameMax).replace(/_+$/, "");
}

function fits(words: readonly string[]): boolean {
  return toName(words).length <= nameMax;
}

function toName(words: readonly string[]): string {
  const name = words.join("_");
  return /^[a-z]/.test(name) ? name : `get_${name}`;
}

function isTelling(word: string, index: number): boolean {
  return index === 0 || !connectives.has(word);
}

function abbreviated(word: string): string {
  return abbreviations.get(word) ?? word;
}

/** No word twice in a row. */
function once(words: readonly string[]): readonly string[] {
  return words.filter((word, index) => word !== words[index - 1]);
}
