/**
 * A cheap proof that JavaScript's own engine reads a pattern in linear time, for the patterns that people mostly write: those that read
 * any text in one way, but for a few steps. What it does not prove is read by `linear`, so it may say no too often, and never yes.
 */

/** Steps by which two readings of one text are followed until one of them ends. */
const stepsMax = 400;

/** Characters of a text that a pattern tells apart, repetitions written out: `{1,1000}` is a common bound. */
const positionsMax = 1_100;

/** Looking around, looking back, and ways to write one character that nothing here reads. */
const unread = /\\(?:[bBkpPuxc0-9])|\(\?(?!:)|\[[^\]]*\[/;

/** Whether a pattern, which must be a regular expression with the flag `u`, plainly takes linear time. */
export function isPlainlyFast(pattern: string): boolean {
  if (unread.test(pattern)) return false;
  const automaton = new Automaton(pattern);
  return automaton.isSound && automaton.readsPlainly();
}

/** A part of a pattern: positions at which it may begin and end, and whether it may be empty (Glushkov 1961). */
interface Part {
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly isEmpty: boolean;
}

const nothing: Part = { first: [], last: [], isEmpty: true };

/** Characters up to U+007F by code, and at the end all others. */
type Characters = readonly boolean[];

const everything: Characters = Array.from({ length: 129 }, () => true);

/** One character: itself, escaped, or a class. */
const characterSource = /\[(?:[^\\\]]|\\.)*\]|\\.|./suy;
const quantifierSource = /(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/y;

/** The positions of a pattern, and which may follow which. Position 0 stands before the text, and reads any of it where no `^` does. */
class Automaton {
  /** Whether the whole pattern was understood. */
  isSound = true;
  /** Whether every match goes up to the end of the text. */
  #isWhole = true;
  /** Positions that are repeated without end. */
  readonly #endless = new Set<number>();
  readonly #source: string;
  #at = 0;
  readonly #characters: Characters[] = [everything];
  readonly #next: number[][] = [[]];
  readonly #known = new Map<string, Characters>();

  constructor(source: string) {
    this.#source = source;
    const isAnchored = source.startsWith("^");
    const whole = this.#alternatives(isAnchored ? "anchored" : "free");
    if (this.#at < source.length || (whole.isEmpty && !isAnchored)) this.isSound = false;
    if (!isAnchored) this.#link([0], [0]);
    this.#link([0], whole.first);
  }

  /** Whether two readings of one text that part come to an end soon, each on its own. */
  readsPlainly(): boolean {
    let steps = 0;
    const partFrom = (one: number, other: number): boolean => {
      for (const p of this.#next[one] as number[])
        for (const q of this.#next[other] as number[]) {
          if (one === other && p >= q) continue;
          if (p !== q && !this.#overlap(p, q)) continue;
          // Where they meet again, every such place multiplies the readings. A match that may end before the text leaves one of
          // them waiting for the other.
          if (p === q || (!this.#isWhole && (this.#endless.has(p) || this.#endless.has(q)))) return false;
          if (++steps > stepsMax || !partFrom(p, q)) return false;
        }
      return true;
    };
    // What begins at a position does not depend on the way to it.
    const reached = new Set([0]);
    for (const position of reached) {
      if (!partFrom(position, position)) return false;
      for (const next of this.#next[position] as number[]) reached.add(next);
    }
    return true;
  }

  #overlap(one: number, other: number): boolean {
    return (this.#characters[one] as Characters).some((has, code) => has && this.#characters[other]?.[code] === true);
  }

  #link(from: readonly number[], to: readonly number[]): void {
    for (const one of from)
      for (const other of to) {
        const next = this.#next[one] as number[];
        // Two ways from here to there: a repetition of what repeats itself.
        if (next.includes(other)) this.isSound = false;
        next.push(other);
      }
  }

  #alternatives(place: "anchored" | "free" | "inner"): Part {
    let whole: Part | undefined;
    do {
      if (place === "anchored" && !this.#take("^")) this.isSound = false;
      const part = this.#sequence();
      if (place !== "inner" && !this.#take("$")) this.#isWhole = false;
      whole =
        whole === undefined
          ? part
          : {
              first: [...whole.first, ...part.first],
              last: [...whole.last, ...part.last],
              isEmpty: whole.isEmpty || part.isEmpty,
            };
    } while (this.#take("|"));
    return whole;
  }

  #sequence(): Part {
    let whole = nothing;
    while (this.isSound && this.#at < this.#source.length && !"|)$".includes(this.#source[this.#at] as string))
      whole = this.#joined(whole, this.#repeated());
    return whole;
  }

  #joined(one: Part, other: Part): Part {
    this.#link(one.last, other.first);
    return {
      first: one.isEmpty ? [...one.first, ...other.first] : one.first,
      last: other.isEmpty ? [...one.last, ...other.last] : other.last,
      isEmpty: one.isEmpty && other.isEmpty,
    };
  }

  /** A part with its quantifier: repetitions are written out, by reading the part again. */
  #repeated(): Part {
    const start = this.#at;
    let lastFrom = this.#next.length;
    const part = this.#single();
    quantifierSource.lastIndex = this.#at;
    const found = quantifierSource.exec(this.#source);
    if (found === null) return part;
    const [min, max] = bounds(found);
    if (part.isEmpty || max === 0) this.isSound = false;
    const copies = [part];
    for (const wanted = max === Number.POSITIVE_INFINITY ? Math.max(min, 1) : max; copies.length < wanted; ) {
      this.#at = start;
      lastFrom = this.#next.length;
      copies.push(this.#single());
      if (!this.isSound) break;
    }
    this.#at = found.index + found[0].length;
    const last = copies.at(-1) as Part;
    if (max === Number.POSITIVE_INFINITY) {
      for (let position = lastFrom; position < this.#next.length; position++) this.#endless.add(position);
      this.#link(last.last, last.first);
    }
    for (const [index, copy] of copies.entries())
      if (index > 0) this.#link((copies[index - 1] as Part).last, copy.first);
    return {
      first: part.first,
      last: copies.flatMap((copy, index) => (index + 1 >= min || copy === last ? copy.last : [])),
      isEmpty: min === 0,
    };
  }

  #single(): Part {
    if (this.#take("(")) {
      this.#take("?:");
      const part = this.#alternatives("inner");
      if (!this.#take(")")) this.isSound = false;
      return part;
    }
    characterSource.lastIndex = this.#at;
    const [source = ""] = characterSource.exec(this.#source) ?? [];
    this.#at += source.length;
    const position = this.#next.push([]) - 1;
    if (source === "" || "^$".includes(source) || position > positionsMax) this.isSound = false;
    else this.#characters.push(this.#charactersOf(source));
    return { first: [position], last: [position], isEmpty: false };
  }

  #charactersOf(source: string): Characters {
    const known = this.#known.get(source);
    if (known !== undefined) return known;
    const pattern = new RegExp(`^(?:${source})$`, "u");
    const isAscii = /^[\x20-\x7e]*$/.test(source) && !/^\.$|^\[\^|\\[DWsS]/.test(source);
    const characters = everything.map((_, code) => (code < 128 ? pattern.test(String.fromCharCode(code)) : !isAscii));
    this.#known.set(source, characters);
    return characters;
  }

  #take(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }
}

/** How often a quantifier lets its part stand. */
function bounds([text, min = "0", comma, max]: RegExpExecArray): readonly [min: number, max: number] {
  switch (text[0]) {
    case "*":
      return [0, Number.POSITIVE_INFINITY];
    case "+":
      return [1, Number.POSITIVE_INFINITY];
    case "?":
      return [0, 1];
    default:
      return [Number(min), comma === "" ? Number(min) : max === "" ? Number.POSITIVE_INFINITY : Number(max)];
  }
}
