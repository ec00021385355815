/** Longer words are not compared: the work grows with the square. */
const comparedMax = 64;

/** Candidates that are compared: more than any list that a person chooses from. */
const candidatesMax = 500;

/** The candidate that a person most likely meant, or nothing where none is close. Of two equally close, the first by name. */
export function nearest(word: string, all: readonly string[]): string | undefined {
  if (word.length > comparedMax) return undefined;
  const plain = normalize(word);
  const candidates = all.slice(0, candidatesMax).map((name) => ({ name, plain: normalize(name) }));
  const begun = candidates.filter((candidate) => plain.length >= 3 && candidate.plain.startsWith(plain));
  if (begun.length === 1) return begun[0]?.name === word ? undefined : begun[0]?.name;
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    if (candidate.name.length > comparedMax) continue;
    // A third of the letters may differ: more suggests nonsense, less misses two slips in a long name.
    const allowed = Math.max(1, Math.floor(Math.max(plain.length, candidate.plain.length) / 3));
    if (Math.abs(plain.length - candidate.plain.length) > Math.min(allowed, bestDistance)) continue;
    const distance = distanceBetween(...withoutCommonEnds(plain, candidate.plain));
    if (distance > allowed) continue;
    if (distance < bestDistance || (distance === bestDistance && best !== undefined && candidate.name < best)) {
      best = candidate.name;
      bestDistance = distance;
    }
  }
  return best === word ? undefined : (best ?? begunBy(plain, candidates));
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

/** `auth` for `authentication`: the one candidate that the word begins with, and at most three times as much behind it. */
function begunBy(plain: string, candidates: readonly Candidate[]): string | undefined {
  const shortest = Math.max(4, plain.length / 4);
  const begin = candidates.filter(
    (candidate) => candidate.plain.length >= shortest && plain.startsWith(candidate.plain),
  );
  return begin.length === 1 ? begin[0]?.name : undefined;
}

interface Candidate {
  readonly name: string;
  /** Without what people mix up: case, blanks, hyphens and underscores. */
  readonly plain: string;
}

/** What both begin and end with costs no edit, and paths have most of their letters in common. */
function withoutCommonEnds(one: string, other: string): [string, string] {
  const shorter = Math.min(one.length, other.length);
  let start = 0;
  while (start < shorter && one[start] === other[start]) start++;
  let end = 0;
  while (end < shorter - start && one[one.length - 1 - end] === other[other.length - 1 - end]) end++;
  return [one.slice(start, one.length - end), other.slice(start, other.length - end)];
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
