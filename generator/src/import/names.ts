import type { ListedOperation } from "../openapi/listed.ts";
import { type IdName, nameFromId, summaryVerb } from "./name-from-id.ts";
import { type Endpoint, nameFromPath } from "./name-from-path.ts";
import { asOwner, lastName, lastSingular, pathWords } from "./path-words.ts";
import { nameMax, shortened } from "./shorten.ts";
import { singular } from "./words.ts";

type Named = Pick<ListedOperation, "method" | "path" | "operationId" | "summary">;

/** What an operation is known by: `get /v1/orders/{id}`. */
export function operationKey({ method, path }: Pick<ListedOperation, "method" | "path">): string {
  return `${method} ${path}`;
}

/** Tools that the language generates itself. */
const reserved: readonly string[] = ["get_approval"];

/**
 * A tool's name for every operation of a document, by `operationKey`: verb first, snake_case, at most 40 characters, each once.
 *
 * It takes all operations of the document, also those that no tool is made of, so that a name does not depend on which are chosen. Where two would be
 * called alike, the one with the shorter path is, and the other says more of itself. Names that are known from an earlier import stay.
 */
export function nameOperations(
  operations: readonly Named[],
  known: Readonly<Record<string, string>> = {},
): ReadonlyMap<string, string> {
  const pathsOf = (wanted: string) =>
    new Set(operations.flatMap(({ method, path }) => (method === wanted ? [path] : [])));
  const siblings = { patched: pathsOf("patch"), read: pathsOf("get") };
  const names = new Map(Object.entries(known));
  const taken = new Set([...reserved, ...names.values()]);
  const waiting = operations
    .filter((operation) => !names.has(operationKey(operation)))
    .map((operation) => ({
      key: operationKey(operation),
      operation,
      wishes: wishesOf(operation, siblings),
      length: operation.path.split("/").length + (operation.method === "head" ? headLast : 0),
    }))
    .sort((one, other) => one.length - other.length);
  // All ask for their best wish, then those that had to go without for their next one, and so on.
  let asking = waiting;
  while (asking.length > 0)
    asking = asking.filter(({ key, wishes }) => {
      const { value: wish, done } = wishes.next();
      if (done === true || taken.has(wish)) return done !== true;
      taken.add(wish);
      names.set(key, wish);
      return false;
    });
  for (const { key, operation } of waiting) {
    if (names.has(key)) continue;
    const [best = operation.method] = wishesOf(operation, siblings);
    names.set(key, numbered(best, taken));
  }
  return names;
}

/** HEAD is asked for least, so that GET has the better name: longer than any path. */
const headLast = 1_000;

/** Paths that have a method. */
interface Siblings {
  readonly patched: ReadonlySet<string>;
  readonly read: ReadonlySet<string>;
}

/** What an operation would like to be called, best first, each once. Most get their first wish, so the others are made when asked for. */
function* wishesOf(operation: Named, siblings: Siblings): Generator<string, undefined> {
  const said = new Set<string>();
  for (const words of wordsWished(operation, siblings)) {
    const wish = shortened(words);
    if (!said.has(wish)) yield wish;
    said.add(wish);
  }
}

function* wordsWished(
  { method, path, operationId, summary }: Named,
  { patched, read }: Siblings,
): Generator<readonly string[], undefined> {
  const endpoint: Endpoint = {
    method,
    path: pathWords(path),
    template: path,
    hasPatch: patched.has(path),
    hasGet: read.has(path),
  };
  const fromId = operationId === undefined ? undefined : nameFromId(operationId, summary, endpoint);
  const byId = fromId === undefined ? [] : idWishes(fromId, endpoint);
  yield* byId;
  const { verb, nouns } = nameFromPath(endpoint);
  const byPath = nouns.map((noun) => saidBy(summary, endpoint, [verb, ...noun]));
  yield* byPath;
  const first = byId[0] ?? byPath[0] ?? [method];
  if (method === "head") yield ["check", ...first.slice(1)];
  const { version, steps } = endpoint.path;
  if (version !== undefined) yield [...first, version];
  const by = steps.at(-1);
  if (by?.kind === "placeholder") yield [...first, "by", ...by.words];
}

/**
 * A name from the path, with the verb of the summary where method and path say less: `PUT /labels` may create one, `POST /tasks/{id}/read` marks it.
 */
function saidBy(
  summary: string | undefined,
  endpoint: Endpoint,
  [verb = "", ...noun]: readonly string[],
): readonly string[] {
  const { method, path } = endpoint;
  const said = method === "post" || method === "put" || method === "patch" ? summaryVerb(summary, endpoint) : undefined;
  if (said === undefined || said === verb || !unsure.has(verb)) return [verb, ...noun];
  // Beside a PATCH, which updates too.
  if (verb === "replace" && said === "update") return [verb, ...noun];
  const step = path.steps[lastName(path)]?.words ?? [];
  if (verb === "get" || verb === "bulk")
    return [said, ...noun, ...(step.some((word) => noun.includes(word)) ? [] : step)];
  // `POST /campaigns/{id}/schedules`, which schedules a campaign.
  const isThing = noun.at(-1)?.startsWith(said.slice(0, stemLetters)) === true;
  if (isThing) return noun.length > 1 ? [said, ...lastSingular(noun.slice(0, -1))] : [verb, ...noun];
  return [said, ...(said === "create" || said === "add" ? lastSingular(noun) : noun)];
}

/** Letters that a verb and its noun share: `subscribe`, `subscription`. */
const stemLetters = 6;

/** Verbs that stand for a method, and those that contradict it. */
const unsure: ReadonlySet<string> = new Set("create update replace get bulk".split(" "));

function idWishes({ verb, rest, namespace, suffix }: IdName, { path }: Endpoint): readonly (readonly string[])[] {
  const owner = lastName(path, lastName(path));
  const owners = [namespace, owner < 0 ? [] : asOwner(path, owner)].filter(
    (words) => words.length > 0 && !words.every((word) => rest.some((one) => singular(one) === singular(word))),
  );
  return [
    [verb, ...rest],
    ...owners.map((words) => [verb, ...words, ...rest]),
    ...(suffix.length === 0 ? [] : [[verb, ...rest, ...suffix]]),
  ];
}

function numbered(name: string, taken: Set<string>): string {
  for (let count = 2; ; count++) {
    const ending = `_${count}`;
    const candidate = name.slice(0, nameMax - ending.length) + ending;
    if (taken.has(candidate)) continue;
    taken.add(candidate);
    return candidate;
  }
}
