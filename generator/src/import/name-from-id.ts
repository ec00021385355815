import { type Endpoint, nameFromPath } from "./name-from-path.ts";
import { endsInPlaceholder, lastName, lastSingular, type PathWords } from "./path-words.ts";
import { plainVerbs, verbAnywhere, verbAtStart } from "./verbs.ts";
import { isPlural, isUncountable, plural, singular, wordsOf } from "./words.ts";

/** A name in parts, so that it can be made shorter or more telling. */
export interface IdName {
  readonly verb: string;
  readonly rest: readonly string[];
  /** What the id said before its verb: `repos` of `repos/create-deployment`. */
  readonly namespace: readonly string[];
  /** `by_id` and the like, left out of `rest`. */
  readonly suffix: readonly string[];
}

/** Words of an operationId that name no thing. */
const empty: ReadonlySet<string> = new Set(
  "a an the all multiple several single given new existing specific particular controller handler".split(" "),
);
const namespaceNoise = /^(api|apis|controller|service|resource|rest|v\d+|manager|default)$/;
const prepositions: ReadonlySet<string> = new Set(
  "for by in of with from to at on via using within under as between per into and".split(" "),
);
/** Longer ids are sentences, and the path says it shorter. */
const wordsMax = 10;

/** What an operationId says, or nothing where it only repeats method and path, or says nothing that can be read. */
export function nameFromId(id: string, summary: string | undefined, endpoint: Endpoint): IdName | undefined {
  // Spring Data REST: `deleteItemResource-doctor-delete` says what it is made by.
  if (/^[a-z]+(CollectionResource|ItemResource|PropertyReference(Id)?)-/.test(id)) return undefined;
  const bare = withoutFramework(id.replace(/[_.-]v\d+([._]\d+)*$/i, ""), endpoint);
  const words = wordsOf(bare).filter((word) => !/^v\d+$/.test(word));
  if (words.join("").length < 3 || words.length > wordsMax || echoesPath(words, endpoint)) return undefined;
  // Letters that were no ASCII are lost, and what is left of them says something else.
  if (/\p{L}/u.test(bare.normalize("NFKD").replaceAll(/[\p{M}A-Za-z]/gu, ""))) return undefined;
  const { namespace, action, verb } = findVerb(bare, words, summary, endpoint);
  return tidy({ namespace, verb, rest: action, suffix: [] }, endpoint);
}

/** FastAPI ends ids with path and method, Springfox with `UsingGET`. */
function withoutFramework(id: string, { method, path, template }: Endpoint): string {
  const spring = id.replace(/Using(GET|HEAD|POST|PUT|PATCH|DELETE)(_\d+)?$/, "");
  const parts = spring.split(/[^A-Za-z0-9]+/).filter((part) => part !== "");
  if (parts.at(-1)?.toLowerCase() !== method) return spring;
  const slug = path.steps.flatMap(({ words }) => words).join("");
  const whole = wordsOf(template).join("");
  for (let from = 1; from < parts.length - 1; from++) {
    const tail = wordsOf(parts.slice(from, -1).join(" ")).join("");
    if (slug !== "" && (tail === whole || tail.replace(/^(api)?v\d+/, "") === slug))
      return parts.slice(0, from).join("_");
  }
  return spring;
}

/** Whether an id is only its method and its path again: `GetCustomersCustomerSources`, `get_docgen_templates_id`. */
function echoesPath(words: readonly string[], { method, path }: Endpoint): boolean {
  const methodAt =
    words[0] === method
      ? 0
      : words.at(-1) === method || djangoVerbs.has(words.at(-1) ?? "")
        ? words.length - 1
        : undefined;
  if (methodAt === undefined) return false;
  const said = words
    .filter((word, index) => index !== methodAt && word !== "api" && word !== "partial" && !/^\d+$/.test(word))
    .join("");
  const names = path.steps.filter(({ kind }) => kind === "name");
  // `getUsers` for GET /users is short and as good as the path; what ends like the path and skips placeholders is not.
  if (names.length === path.steps.length && names.length < 2) return false;
  return saysSteps(said, path.steps);
}

/** Django REST framework: `dcim_cables_partial_update`. */
const djangoVerbs: ReadonlySet<string> = new Set(["list", "read", "create", "update", "delete", "destroy"]);

/** Whether a text is these steps, one after the other; a placeholder may be left out, or be called `id` or like what stands before it. */
function saysSteps(text: string, steps: PathWords["steps"]): boolean {
  const [step, ...others] = steps;
  if (step === undefined) return text === "";
  const word = step.words.join("");
  const spellings = step.kind === "name" ? [word] : [word, "id", ""];
  return spellings.some((one) => text.startsWith(one) && saysSteps(text.slice(one.length), others));
}

interface Found {
  readonly namespace: readonly string[];
  readonly verb: string;
  readonly action: readonly string[];
}

function findVerb(id: string, words: readonly string[], summary: string | undefined, endpoint: Endpoint): Found {
  const segments = segmentsOf(id);
  for (let at = segments.length - 1; at >= 0; at--) {
    const segment = segments[at] ?? [];
    const verb = at === 0 ? verbAtStart(segment[0]) : (exact(segment[0]) ?? undefined);
    if (verb === undefined) continue;
    return {
      namespace: namespaceOf(segments.slice(0, at)),
      verb,
      action: [...segment.slice(1), ...segments.slice(at + 1).flat()],
    };
  }
  const inner = innerVerb(words, endpoint);
  if (inner > 0) return aroundVerb(words, inner);
  const last = verbAnywhere(words.at(-1)) ?? (endpoint.method === "post" ? exact(words.at(-1)) : undefined);
  if (last !== undefined && words.length > 1 && !(last === "search" && endpoint.method === "delete"))
    return { namespace: [], verb: last, action: words.at(-2) === "partial" ? words.slice(0, -2) : words.slice(0, -1) };
  const said = summaryVerb(summary, endpoint);
  const noun = namespaceOf(segments);
  return { namespace: [], verb: said ?? nameFromPath(endpoint).verb, action: noun.length === 0 ? words : noun };
}

/** Index of the verb in `databases_get_cluster`, where everything is one word of words; or -1. */
function innerVerb(words: readonly string[], { template }: Endpoint): number {
  const last = words.at(-1) ?? "";
  if (usualVerbs.has(last)) return -1;
  const inPath = wordsOf(template).join("");
  return words.findIndex((word, index) => {
    if (index === 0 || index === words.length - 1 || exact(word) === undefined || verbAnywhere(word) === undefined)
      return false;
    // Other verbs are as often things, unless what stands before is where the path says that one is.
    if (usualVerbs.has(word)) return true;
    return verbAnywhere(last) === undefined && words.slice(0, index).every((one) => inPath.includes(one));
  });
}

/** What stands before the verb is where it is done; a single word behind it (`get_cluster`, `create_custom`) does not say that. */
function aroundVerb(words: readonly string[], at: number): Found {
  const namespace = namespaceOf([words.slice(0, at)]);
  const [thing = "", ...more] = words.slice(at + 1);
  const owner = lastSingular(namespace);
  const isTold = more.length > 0 || owner.some((word) => singular(word) === singular(thing));
  const whole = vague.has(thing) ? [thing, ...owner] : [...owner, thing];
  return { namespace, verb: verbAnywhere(words[at]) as string, action: isTold ? [thing, ...more] : whole };
}

/** Words that say which, and not what. */
const vague: ReadonlySet<string> = new Set("custom default current latest recent active public private own".split(" "));

const usualVerbs: ReadonlySet<string> = new Set("get list create update delete add remove set".split(" "));

function exact(word: string | undefined): string | undefined {
  return word !== undefined && !isPlural(word) ? verbAtStart(word) : undefined;
}

/** The verb that a summary begins with, where it does not contradict the method. */
export function summaryVerb(summary: string | undefined, { method }: Endpoint): string | undefined {
  const [first, second] = wordsOf((summary ?? "").slice(0, 80));
  const verb = verbAtStart(first);
  if (verb === undefined || second === undefined || (verb === "get" && method !== "get")) return undefined;
  return verb;
}

/** `repos/create-deployment`, `Orders.GetOrder`, `Pets_List`: parts that are kept apart. An underscore separates words where nothing else does. */
function segmentsOf(id: string): readonly (readonly string[])[] {
  const underscores = /[a-z][A-Z]|-|(^|_)[A-Z][a-z]/.test(id);
  const parts = id.split(underscores ? /[/.#:_]+/ : /[/.#:]+/);
  return parts.map((part) => wordsOf(part).filter((word) => !/^v\d+$/.test(word))).filter((words) => words.length > 0);
}

function namespaceOf(segments: readonly (readonly string[])[]): readonly string[] {
  const words: string[] = [];
  for (const segment of segments) {
    const telling = namespaceNoise.test(segment.at(-1) ?? "") ? segment.slice(0, -1) : segment;
    // `AirportIATA_AirportIATASearch` says its thing twice.
    if (telling.every((word, index) => isAlike(words[index], word))) continue;
    if (words.every((word, index) => isAlike(telling[index], word))) words.splice(0, words.length, ...telling);
    else words.push(...telling);
  }
  return words;
}

function isAlike(one: string | undefined, other: string): boolean {
  return one !== undefined && singular(one) === singular(other);
}

function tidy(name: IdName, endpoint: Endpoint): IdName | undefined {
  let { verb } = name;
  let rest = withoutEmpty(name.rest, name.verb);
  if (rest[0] === "or" && making.has(verb) && making.has(exact(rest[1]) ?? ""))
    [verb, rest] = ["upsert", rest.slice(2)];
  if (rest.at(-1) === "resource" && rest.length > 1) rest = rest.slice(0, -1);
  const { method, path } = endpoint;
  if (
    (verb === "post" || verb === "put" || verb === "patch") &&
    exact(rest[0]) !== undefined &&
    !isPlural(rest[0] ?? "") &&
    rest.length > 1
  ) {
    verb = exact(rest[0]) as string;
    rest = rest.slice(1);
  }
  if (verb === "post") verb = method === "post" && !endsInPlaceholder(path) ? "create" : "update";
  if (verb === "put" || verb === "patch") verb = "update";
  if (verb === "update" && method === "put" && endpoint.hasPatch) verb = "replace";
  if (verb === "partial" || verb === "bulk") {
    const inner = exact(rest[0]);
    if (inner !== undefined) [verb, rest] = [inner, verb === "bulk" ? [...rest.slice(1)] : rest.slice(1)];
  }
  const isList = verb === "list" || (verb === "get" && (rest[0] === "list" || name.rest[0] === "all"));
  if (isList && rest[0] === "list") rest = withoutEmpty(rest.slice(rest[1] === "of" ? 2 : 1), "list");
  if (rest.at(-1) === "list" && verb === "get") [verb, rest] = ["list", rest.slice(0, -1)];
  if (isList) verb = "list";
  if (rest[0] === verb && rest.length > 1) rest = rest.slice(1);
  rest = withNoun(rest, { ...name, verb }, path);
  if (rest.length === 0 && plainVerbs.has(verb)) return undefined;
  const { kept, suffix } = withoutSuffix(rest, path);
  const listed = verb === "get" && method === "get" && !endsInPlaceholder(path) && isPlural(headOf(kept));
  if (listed) verb = "list";
  const isOne =
    (verb === "create" && method === "post" && !kept.some((word) => many.has(word))) ||
    (endsInPlaceholder(path) && oneVerbs.has(verb));
  const things = verb === "list" ? pluralHead(kept) : isOne ? singularHead(kept) : kept;
  return { ...name, verb, rest: withOwner(things, name.namespace, path), suffix };
}

function withoutEmpty(words: readonly string[], verb: string): readonly string[] {
  return words.filter((word) => !empty.has(word) || (word === "new" && verb !== "create"));
}

/** `v1.endpoint.get-secret` of `/endpoint/{id}/secret` is `get endpoint secret`: the namespace says whose it is. */
function withOwner(rest: readonly string[], namespace: readonly string[], path: PathWords): readonly string[] {
  const owner = lastName(path, lastName(path));
  const words = owner < 0 ? [] : lastSingular(path.steps[owner]?.words ?? []);
  const owned = path.steps[owner + 1]?.kind === "placeholder" && lastSingular(namespace).join(" ") === words.join(" ");
  if (!owned || words.some((word) => rest.includes(word) || rest.includes(plural(word)))) return rest;
  return rest.some((word) => prepositions.has(word)) ? rest : [...words, ...rest];
}

const making: ReadonlySet<string> = new Set(["create", "update", "add", "replace", "set"]);

/** An id that is a verb alone (`getAll`, `list-for-repo`) means the thing of its namespace, or of its path. */
function withNoun(rest: readonly string[], { verb, namespace }: IdName, path: PathWords): readonly string[] {
  if (rest.length > 0 && !prepositions.has(rest[0] ?? "")) return rest;
  if (rest.length === 0 && !plainVerbs.has(verb) && namespace.length === 0) {
    const owner = lastName(path);
    const words = path.steps[owner]?.words ?? [];
    const noun = words.length === 1 && words[0] === verb ? (path.steps[lastName(path, owner)]?.words ?? []) : words;
    return noun.includes(verb) ? noun.filter((word) => word !== verb) : lastSingular(noun);
  }
  const noun = namespace.length > 0 ? namespace : (path.steps[lastName(path)]?.words ?? []);
  if (rest.includes(noun.at(-1) ?? "")) return rest;
  return [...(verb === "list" || verb === "search" ? pluralHead(noun) : lastSingular(noun)), ...rest];
}

/** `get pet by id`, where the path ends in that very id, is `get pet`. */
function withoutSuffix(
  rest: readonly string[],
  path: PathWords,
): { kept: readonly string[]; suffix: readonly string[] } {
  const by = rest.lastIndexOf("by");
  if (by < 1 || !endsInPlaceholder(path)) return { kept: rest, suffix: [] };
  const suffix = rest.slice(by);
  const last = path.steps.at(-1)?.words.join("") ?? "";
  const key = suffix.slice(1).join("");
  return key === "id" || key === last || last.endsWith(key) || /^[a-z]*(id|guid|uuid)$/.test(key)
    ? { kept: rest.slice(0, by), suffix }
    : { kept: rest, suffix: [] };
}

/** Index of the word that names the thing: the last before a preposition. */
function headIndex(words: readonly string[]): number {
  const at = words.findIndex((word, index) => index > 0 && prepositions.has(word));
  return (at < 0 ? words.length : at) - 1;
}

function headOf(words: readonly string[]): string {
  return words[headIndex(words)] ?? "";
}

const many: ReadonlySet<string> = new Set(["bulk", "batch", "many", "multiple"]);
const oneVerbs: ReadonlySet<string> = new Set(["get", "update", "replace", "delete"]);

function singularHead(words: readonly string[]): readonly string[] {
  const at = headIndex(words);
  return words.map((word, index) => (index === at ? singular(word) : word));
}

/** The thing in the plural, where it has one. */
function pluralHead(words: readonly string[]): readonly string[] {
  const at = headIndex(words);
  return words.map((word, index) =>
    index === at && !isUncountable(word) && singular(word) === word ? plural(word) : word,
  );
}
