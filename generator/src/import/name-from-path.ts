import type { HttpMethod } from "../ir/tool.ts";
import { asOwner, endsInPlaceholder, lastName, lastSingular, type PathStep, type PathWords } from "./path-words.ts";
import { plainVerbs, verbAnywhere, verbAtStart } from "./verbs.ts";
import { isPlural } from "./words.ts";

export interface Endpoint {
  readonly method: HttpMethod;
  readonly path: PathWords;
  /** The path as it is written. */
  readonly template: string;
  /** The same path has a PATCH, so that PUT replaces. */
  readonly hasPatch: boolean;
  /** The same path has a GET: what it leads to is there before it is posted to. */
  readonly hasGet: boolean;
}

/** What a method and a path say an operation does: a verb, and the thing, with as many of its owners as are wanted. */
export interface PathName {
  readonly verb: string;
  /** Names with 0, 1, 2 … owners in front, from the shortest that reads well to the longest. */
  readonly nouns: readonly (readonly string[])[];
}

/** `POST /orders/{id}/cancel`: cancel order. `GET /customers/{id}/addresses`: list customer addresses. */
export function nameFromPath(endpoint: Endpoint): PathName {
  const { method, path } = endpoint;
  const last = lastName(path);
  const thing = path.steps[last];
  if (thing === undefined) return { verb: verbOf(endpoint, undefined), nouns: [placeholderWords(path.steps)] };
  const acted = action(endpoint, last);
  if (acted !== undefined) return acted;
  const isOne = endsInPlaceholder(path) || method === "post";
  return {
    verb: verbOf(endpoint, thing),
    nouns: withOwners(path, last, isOne ? lastSingular(thing.words) : thing.words),
  };
}

/** A last step that is a verb acts on what stands before it (or, as in `/search/code`, one before it on what follows). */
function action({ method, path }: Endpoint, last: number): PathName | undefined {
  const [first, ...rest] = path.steps[last]?.words ?? [];
  const verb = method === "get" || method === "head" ? verbAnywhere(first) : exactVerb(first);
  const owner = lastName(path, last);
  const isAction = method !== "delete" && (rest.length === 0 || !endsInPlaceholder(path));
  if (verb !== undefined && isAction && !(plainVerbs.has(verb) && method === "get")) {
    if (rest.length > 0) return { verb, nouns: owner < 0 ? [rest] : [rest, [...asOwner(path, owner), ...rest]] };
    return { verb, nouns: owner < 0 ? [[]] : withOwners(path, owner, asOwner(path, owner)) };
  }
  const before = path.steps[owner];
  if (owner !== last - 1 || before?.words.length !== 1 || verbAnywhere(before.words[0]) === undefined) return undefined;
  const noun = path.steps[last]?.words ?? [];
  return { verb: verbAnywhere(before.words[0]) as string, nouns: [noun] };
}

function exactVerb(word: string | undefined): string | undefined {
  const verb = verbAtStart(word);
  return word !== undefined && verb !== undefined && !isPlural(word) ? verb : undefined;
}

function verbOf({ method, path, hasPatch, hasGet }: Endpoint, thing: PathStep | undefined): string {
  const isOne = endsInPlaceholder(path);
  switch (method) {
    case "get":
      return !isOne && isPlural(thing?.words.at(-1) ?? "") ? "list" : "get";
    case "head":
      return "check";
    case "post":
      return isOne && thing !== undefined && hasGet ? "update" : "create";
    case "put":
      return hasPatch ? "replace" : "update";
    case "patch":
      return "update";
    case "delete":
      return "delete";
  }
}

/** The thing alone where nobody owns it; else with its owner first (`customer address`), and then with all of theirs. */
function withOwners(path: PathWords, at: number, words: readonly string[]): readonly (readonly string[])[] {
  const names: (readonly string[])[] = [words];
  let current = words;
  for (let index = lastName(path, at); index >= 0; index = lastName(path, index)) {
    const owner = asOwner(path, index);
    if (owner.every((word, place) => current[place] === word)) continue;
    current = [...owner, ...current];
    names.push(current);
  }
  const owner = lastName(path, at);
  const owned = owner >= 0 && path.steps[owner + 1]?.kind === "placeholder" && names.length > 1;
  return owned ? names.slice(1) : names;
}

function placeholderWords(steps: readonly PathStep[]): readonly string[] {
  const words = steps.at(-1)?.words ?? [];
  const thing = words.at(-1) === "id" ? words.slice(0, -1) : words;
  return thing.length > 0 ? thing : ["root"];
}
