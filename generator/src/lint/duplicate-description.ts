import { always, type LintRule } from "./rule.ts";
import { wordsIn } from "./words.ts";

/** Share of their pairs of words that two descriptions have in common from which on a model cannot tell them apart. */
const sameShare = 0.8;

/** Two tools that say the same of themselves are called for each other. */
export const duplicateDescription: LintRule = {
  id: "duplicate-description",
  levels: always("warning"),
  check: ({ tools }) => {
    const all = tools.map((tool) => ({ tool, pairs: pairsOf(tool.draft.spec.description ?? "") }));
    const byPair = new Map<string, number[]>();
    return all.flatMap(({ tool, pairs }, index) => {
      // How many pairs each earlier description shares with this one; common pairs are in few lists, so this stays small.
      const shared = new Map<number, number>();
      for (const pair of pairs) {
        const holders = byPair.get(pair) ?? [];
        for (const other of holders) shared.set(other, (shared.get(other) ?? 0) + 1);
        if (holders.length < holdersMax) byPair.set(pair, [...holders, index]);
      }
      const twin = [...shared].find(([other, count]) => {
        const union = pairs.size + (all[other]?.pairs.size ?? 0) - count;
        return union > 0 && count / union >= sameShare;
      });
      const other = twin === undefined ? undefined : all[twin[0]]?.tool;
      if (other === undefined) return [];
      const message = `the description is almost that of ${other.name}`;
      const mend = `say in both what only this one does, e.g. Use ${other.name} for …`;
      return [{ file: tool.file, path: ["description"], message, mend }];
    });
  },
};

/** Descriptions by which a pair of words is remembered: one that more have tells nothing apart. */
const holdersMax = 200;

function pairsOf(text: string): ReadonlySet<string> {
  const words = wordsIn(text);
  return new Set(words.map((word, index) => `${words[index - 1] ?? ""} ${word}`));
}
