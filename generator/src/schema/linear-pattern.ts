/**
 * Regular expressions in time linear in the text, for patterns that JavaScript's own engine may try for hours.
 *
 * The generator has this file and the one that it imports too, word for word: what it lets through is what runs here.
 */

import {
  type Atom,
  compile,
  isWord,
  type Machine,
  type PlaceTest,
  type Program,
  parse,
  type State,
} from "./pattern-machine.ts";

/**
 * A pattern with the `u` flag that decides as JavaScript does, by following all readings of a text at once (Thompson 1968): each
 * character costs at most one look at each state.
 *
 * Only `test` may be asked. Texts of more than `maxLength` characters are refused unread: the schema refuses them anyway.
 *
 * @throws Error that says which construct cannot be read so: references back.
 */
export function linear(pattern: RegExp, maxLength?: number): LinearPattern {
  return new LinearPattern(pattern, maxLength);
}

class LinearPattern extends RegExp {
  /** How many states it has. */
  readonly states: number;
  readonly #program: Program;
  readonly #unitsMax: number;

  constructor(pattern: RegExp, maxLength: number = Number.POSITIVE_INFINITY) {
    super(pattern);
    const { part, looks } = parse(pattern.source);
    this.#program = compile(part, looks);
    this.states = countStates(this.#program);
    this.#unitsMax = maxLength * 2;
  }

  override test(text: string): boolean {
    if (text.length > this.#unitsMax) return false;
    const reading = read(this.#program, [...text]);
    return run(this.#program, reading, () => true);
  }
}

function countStates({ states, looks }: Program): number {
  return looks.reduce((count, look) => count + look.states.length, states.length);
}

/** A text, and what is known about the places between its characters: one more than there are characters. */
interface Reading {
  readonly characters: readonly string[];
  /** By look: where one would find its part. */
  readonly found: readonly Uint8Array[];
}

/** Decide every look at every place first: those inside of others come before them. */
function read({ looks }: Program, characters: readonly string[]): Reading {
  const found: Uint8Array[] = [];
  for (const look of looks) {
    const places = new Uint8Array(characters.length + 1);
    run(look, { characters, found }, (place) => {
      places[place] = 1;
      return false;
    });
    found.push(places);
  }
  return { characters, found };
}

/** Go through the text, and tell where readings that begin anywhere end; says whether that was enough. */
function run(program: Machine, reading: Reading, onEnd: (place: number) => boolean): boolean {
  const { characters } = reading;
  const { start, states, isBackward } = program;
  let [now, next] = [new States(states.length), new States(states.length)];
  for (let count = 0; count <= characters.length; count++) {
    const place = isBackward ? characters.length - count : count;
    now.add(start);
    if (follow(program, now, reading, place) && onEnd(place)) return true;
    const character = characters[isBackward ? place - 1 : place];
    if (character === undefined) break;
    step(program, now, character, next);
    [now, next] = [next, now];
  }
  return false;
}

/** Different states, in the order in which they were added. */
class States {
  size = 0;
  readonly list: Uint16Array;
  /** The round in which each was added last. */
  readonly #round: Uint32Array;
  #now = 1;

  constructor(count: number) {
    this.list = new Uint16Array(count);
    this.#round = new Uint32Array(count);
  }

  add(state: number): void {
    if (this.#round[state] === this.#now) return;
    this.#round[state] = this.#now;
    this.list[this.size++] = state;
  }

  clear(): void {
    this.size = 0;
    this.#now++;
  }
}

/** Add all states that are reached without a character; says whether one of them is the end. */
function follow({ states }: Machine, now: States, reading: Reading, place: number): boolean {
  let isEnd = false;
  for (let index = 0; index < now.size; index++) {
    const state = states[now.list[index] as number] as State;
    if (state.kind === "end") isEnd = true;
    else if (state.kind === "either") {
      now.add(state.next);
      now.add(state.other);
    } else if (state.kind === "place" && isAt(state.test, reading, place)) now.add(state.next);
  }
  return isEnd;
}

/** Where a character leads from these states. */
function step({ states, atoms }: Machine, from: States, character: string, to: States): void {
  to.clear();
  for (let index = 0; index < from.size; index++) {
    const state = states[from.list[index] as number] as State;
    if (state.kind === "atom" && (atoms[state.atom] as Atom)(character)) to.add(state.next);
  }
}

function isAt(test: PlaceTest, { characters, found }: Reading, place: number): boolean {
  if (typeof test === "object") return (found[test.look]?.[place] === 1) !== test.isNegative;
  if (test === "^") return place === 0;
  if (test === "$") return place === characters.length;
  const [before, after] = [characters[place - 1] ?? " ", characters[place] ?? " "];
  return (isWord(before) !== isWord(after)) === (test === "\\b");
}
