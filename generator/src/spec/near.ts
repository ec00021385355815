/** Longer words are not compared: the work grows with the square. */
const comparedMax = 64;

/** The candidate that a person most likely meant, or nothing where none is close. Of two equally close, the first by name. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > comparedMax) return undefined;
  const plain = normalize(word);
  const begun = candidates.filter((candidate) => plain.length >= 3 && normalize(candidate).startsWith(plain));
  if (begun.length === 1) return begun[0] === word ? undefined : begun[0];
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    if (candidate.length > comparedMax) continue;
    const distance = distanceBetween(plain, normalize(candidate));
    // A third of the letters may differ: more suggests nonsense, less misses two slips in a long name.
    if (distance > Math.max(1, Math.floor(Math.max(plain.length, candidate.length) / 3))) continue;
    if (distance < bestDistance || (distance === bestDistance && best !== undefined && candidate < best)) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best === word ? undefined : best;
}

/** `did you mean "title"?`, or what else there is to say. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const known = [...candidates];
  const near = nearest(word, known);
  if (near !== undefined) return `did you mean "${near}"?`;
  const listed = known.slice(0, listedMax).join(", ");
  if (listed === "") return undefined;
  return known.length > listedMax ? `known: ${listed}, …` : `known: ${listed}`;
}

/** Names in a hint: about one line. */
const listedMax = 16;

function normalize(word: string): string {
  return word.toLowerCase().replaceAll(/[_\s-]/g, "");
}

/** Edits (insert, delete, replace, swap of neighbours) from one word to the other (optimal string alignment). */
function distanceBetween(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1] ? 0 : 1;
      let cost = Math.min(at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + same);
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        cost = Math.min(cost, at(beforeLast, column - 2) + 1);
      }
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return at(last, to.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? 0;
}
