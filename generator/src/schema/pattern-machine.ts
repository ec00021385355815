/** A pattern as a machine that a text is led through. */

/** States of one pattern. */
const statesMax = 1_000;

/** What must hold between two characters: a sign, or that a part is found from there. */
export type PlaceTest = "^" | "$" | "\\b" | "\\B" | { readonly look: number; readonly isNegative: boolean };

type Part =
  | { readonly kind: "atom"; readonly source: string }
  | { readonly kind: "place"; readonly test: PlaceTest }
  | { readonly kind: "all"; readonly parts: readonly Part[] }
  | { readonly kind: "any"; readonly options: readonly Part[] }
  | { readonly kind: "repeated"; readonly part: Part; readonly min: number; readonly max: number };

/** One character: an escape, a class, or the character itself. */
const atomSource =
  /\\u\{[^}]*\}|\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|\\u[\da-fA-F]{4}|\\x[\da-fA-F]{2}|\\c[A-Za-z]|\\[pP]\{[^}]*\}|\\[^1-9k]|\[(?:\\.|[^\]\\])*\]|[^\\[\]()|*+?{}]/suy;
const quantifier = /(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/uy;
const opening = /\((?:\?:|\?<[^=!][^>]*>)?(?!\?)/uy;

/** Looking ahead finds what begins at a place, and is decided backward; looking behind finds what ends there. */
interface Look {
  readonly part: Part;
  readonly isBackward: boolean;
}

/** Read a pattern that JavaScript takes with the `u` flag. */
export function parse(source: string): { readonly part: Part; readonly looks: readonly Look[] } {
  const looks: Look[] = [];
  let at = 0;
  const take = (token: RegExp): RegExpExecArray | undefined => {
    token.lastIndex = at;
    const match = token.exec(source) ?? undefined;
    at += match?.[0].length ?? 0;
    return match;
  };
  const any = (): Part => {
    const options = [all()];
    while (source[at] === "|") {
      at++;
      options.push(all());
    }
    return options.length === 1 ? (options[0] as Part) : { kind: "any", options };
  };
  const all = (): Part => {
    const parts: Part[] = [];
    while (at < source.length && source[at] !== "|" && source[at] !== ")") parts.push(repeated(one()));
    return parts.length === 1 ? (parts[0] as Part) : { kind: "all", parts };
  };
  const one = (): Part => {
    const place = take(/\^|\$|\\[bB]/uy);
    if (place !== undefined) return { kind: "place", test: place[0] as PlaceTest };
    const look = take(/\(\?(<?)([=!])/uy);
    if (look !== undefined) {
      const part = any();
      at++;
      return {
        kind: "place",
        test: { look: looks.push({ part, isBackward: look[1] === "" }) - 1, isNegative: look[2] === "!" },
      };
    }
    if (take(opening) !== undefined) {
      const inner = any();
      at++;
      return inner;
    }
    const atom = take(atomSource);
    if (atom === undefined) throw new Error(`${source.slice(at, at + 8)} cannot be read in linear time`);
    return { kind: "atom", source: atom[0] };
  };
  const repeated = (part: Part): Part => {
    const match = take(quantifier);
    if (match === undefined) return part;
    const [, sign, low, comma, high] = match;
    const min = sign === undefined ? Number(low) : sign === "+" ? 1 : 0;
    const isOpen = sign === undefined ? comma !== undefined && high === "" : sign !== "?";
    const max = isOpen ? Number.POSITIVE_INFINITY : sign === "?" ? 1 : Number(high ?? low);
    return { kind: "repeated", part, min, max };
  };
  return { part: any(), looks };
}

export type Atom = (character: string) => boolean;

export type State =
  | { readonly kind: "end" }
  | { readonly kind: "atom"; readonly atom: number; readonly next: number }
  | { readonly kind: "place"; readonly test: PlaceTest; readonly next: number }
  | { readonly kind: "either"; next: number; readonly other: number };

/** States that a text is led through, in one direction. */
export interface Machine {
  readonly states: readonly State[];
  readonly start: number;
  readonly atoms: readonly Atom[];
  readonly isBackward: boolean;
}

export interface Program extends Machine {
  readonly looks: readonly Machine[];
}

export function compile(part: Part, looks: readonly Look[]): Program {
  return { ...toMachine(part, false), looks: looks.map((look) => toMachine(look.part, look.isBackward)) };
}

function toMachine(part: Part, isBackward: boolean): Machine {
  const states: State[] = [];
  const atoms = new Map<string, number>();
  const add = (state: State): number => {
    if (states.length >= statesMax) throw new Error(`it has more than ${statesMax} states`);
    return states.push(state) - 1;
  };
  let written = 0;
  const write = (each: Part, next: number): number => {
    // Parts of nothing have no states, and may be repeated a billion times.
    if (++written > statesMax * 2) throw new Error(`it has more than ${statesMax} states`);
    switch (each.kind) {
      case "atom": {
        const atom = atoms.get(each.source) ?? atoms.size;
        atoms.set(each.source, atom);
        return add({ kind: "atom", atom, next });
      }
      case "place":
        return add({ kind: "place", test: each.test, next });
      case "all":
        return (isBackward ? each.parts : each.parts.toReversed()).reduce((after, inner) => write(inner, after), next);
      case "any":
        return each.options
          .map((option) => write(option, next))
          .reduce((a, b) => add({ kind: "either", next: a, other: b }));
      case "repeated":
        return writeRepeated(each, next);
    }
  };
  const writeRepeated = ({ part: inner, min, max }: Extract<Part, { kind: "repeated" }>, next: number): number => {
    let first = next;
    if (max === Number.POSITIVE_INFINITY) {
      const loop = { kind: "either" as const, next: 0, other: next };
      first = add(loop);
      loop.next = write(inner, first);
    } else
      for (let count = min; count < max; count++)
        first = add({ kind: "either", next: write(inner, first), other: next });
    for (let count = 0; count < min; count++) first = write(inner, first);
    return first;
  };
  const start = write(part, add({ kind: "end" }));
  return { states, start, atoms: [...atoms.keys()].map(toAtom), isBackward };
}

/** JavaScript's own engine decides about single characters, about those of ASCII once. */
function toAtom(source: string): Atom {
  const pattern = new RegExp(`^${source}$`, "u");
  const ascii = Array.from({ length: 128 }, (_, code) => pattern.test(String.fromCharCode(code)));
  return (character) => ascii[character.charCodeAt(0)] ?? pattern.test(character);
}

export const isWord = toAtom("\\w");
