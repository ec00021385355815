import { chosenWell } from "../lint/tool-count.ts";
import { type Contract, isObject } from "../openapi/contract.ts";
import { toolsetNameMax } from "../spec/toolsets-shape.ts";
import { coreTools, type NamedOperation } from "./core-tools.ts";
import { pathWords } from "./path-words.ts";
import { firstSentence } from "./text.ts";
import { wordsOf } from "./words.ts";
import { listBlock, lookLines, scalar } from "./yaml-text.ts";

/** A toolset as import writes it: by tags, so that a tool that comes later is in it by itself, and one that is removed leaves nothing behind. */
export interface ToolsetSeed {
  readonly name: string;
  readonly description: string;
  readonly isDefault: boolean;
  readonly tags: readonly string[];
  /** What a person must look at. */
  readonly looks: readonly string[];
}

/** The toolsets of a server, and what its tools must say for them. */
export interface ToolsetPlan {
  readonly sets: readonly ToolsetSeed[];
  /** The tag of the default set, and the tools that have it. */
  readonly core: { readonly tag: string; readonly tools: ReadonlySet<string> } | undefined;
  /** By tool: the tags that it has beside those of the contract. */
  readonly ownTags: ReadonlyMap<string, readonly string[]>;
}

/** A server without toolsets. */
export const noToolsets: ToolsetPlan = { sets: [], core: undefined, ownTags: new Map() };

/** The set that is given to clients that ask for none. */
const coreName = "core";

/** Names that mean something else, or are taken. */
const taken: ReadonlySet<string> = new Set([coreName, "all", "default"]);

/** A default list of 60 kB (performance.md), less what estimates miss and the tool that tells of approvals; an eighth of it for one tool. */
const coreMax = { tools: chosenWell, bytes: 55_000, toolBytes: 7_500 };

/** Things that a description names. */
const thingsMax = 6;

/** Characters of a toolset's description. */
const descriptionMax = 160;

/**
 * Propose toolsets where there are more tools than a model chooses from well: one a tag, and `core` as the default.
 *
 * Which tools are core is decided by how much of the API hangs on a thing (`coreTools`), so that the default list is short whatever the
 * sizes of the tags are. A person has the last word: a comment says so.
 */
export function proposeToolsets(operations: readonly NamedOperation[], contract: Contract): ToolsetPlan {
  if (operations.length <= chosenWell) return noToolsets;
  const sets = groupedSets(operations, contract);
  const { names, things } = coreTools(operations, coreMax);
  if (names.length === 0) return { sets, core: undefined, ownTags: ownTagsOf(operations, undefined) };
  const used = new Set(operations.flatMap(({ tags }) => tags));
  const tag = used.has(coreName) ? "default list" : coreName;
  const shown = [...things.slice(0, thingsMax), ...(things.length > thingsMax ? ["more"] : [])];
  const set: ToolsetSeed = {
    name: coreName,
    description: `What most of the API is about (${shown.join(", ")}).`,
    isDefault: true,
    tags: [tag],
    looks: [
      `clients that ask for no toolset get these ${names.length} tools alone, and everything by ?toolsets=all; say tags: [${tag}] in the tools that most of them need`,
    ],
  };
  const core = { tag, tools: new Set(names) };
  return { sets: [set, ...sets], core, ownTags: ownTagsOf(operations, core) };
}

/** The sets that are there, and those for new tags. Nothing is taken out, and what is given by default stays what it is. */
export function extendToolsets(
  known: ToolsetPlan,
  operations: readonly NamedOperation[],
  contract: Contract,
): ToolsetPlan {
  if (known.sets.length === 0) return noToolsets;
  const sets = new Map(known.sets.map((set) => [set.name, set]));
  for (const set of groupedSets(operations, contract)) {
    const tags = [...new Set([...(sets.get(set.name)?.tags ?? []), ...set.tags])];
    sets.set(set.name, { ...set, tags });
  }
  return { sets: [...sets.values()], core: known.core, ownTags: ownTagsOf(operations, known.core) };
}

/** One set a tag. */
function groupedSets(operations: readonly NamedOperation[], contract: Contract): readonly ToolsetSeed[] {
  const tags = Map.groupBy(new Set(operations.flatMap(tagsFor)), toolsetName);
  return [...tags].map(([name, own]) => {
    const words = tagWords(own[0] ?? name, contract);
    const description = words.text ?? `What is under "${(own[0] ?? name).replaceAll(/[^\p{L}\p{N}]+/gu, " ").trim()}".`;
    return { name, description, isDefault: false, tags: own, looks: words.looks };
  });
}

function ownTagsOf(operations: readonly NamedOperation[], core: ToolsetPlan["core"]): ToolsetPlan["ownTags"] {
  return new Map(
    operations.flatMap((operation): [string, readonly string[]][] => {
      const isCore = core?.tools.has(operation.name) === true;
      const own = [...(isCore ? [core.tag] : []), ...(operation.tags.length > 0 ? [] : tagsFor(operation))];
      return own.length === 0 ? [] : [[operation.name, own]];
    }),
  );
}

/** Those of the contract; where it has none, the first name in the path. */
function tagsFor({ tags, path }: NamedOperation): readonly string[] {
  if (tags.length > 0) return tags;
  const { steps } = pathWords(path);
  const words = steps.find(({ kind }) => kind === "name")?.words ?? [];
  return [words.length === 0 ? "others" : words.join(" ")];
}

/** `Pull Requests`: `pull_requests`. */
function toolsetName(tag: string): string {
  const name = wordsOf(tag)
    .join("_")
    .replace(/^[^a-z]+/, "");
  const short =
    name.length <= toolsetNameMax
      ? name
      : name
          .slice(0, toolsetNameMax + 1)
          .replace(/_?[^_]*$/, "")
          .slice(0, toolsetNameMax);
  const some = short === "" ? "others" : short;
  return taken.has(some) ? `${some}_tools` : some;
}

/** What the contract says of a tag, unless it tells a model what to do. */
function tagWords(name: string, { document }: Contract): ReturnType<typeof firstSentence> {
  const tags = Array.isArray(document.tags) ? document.tags : [];
  const tag = tags.find((one) => isObject(one) && one.name === name);
  return firstSentence(isObject(tag) ? tag.description : undefined, descriptionMax);
}

/** `toolsets:` of server.yaml; nothing where there are none. */
export function toolsetsText(sets: readonly ToolsetSeed[]): string {
  return sets.length === 0 ? "" : `\ntoolsets:\n${sets.map(toolsetText).join("")}`;
}

/** Columns of a set on one line. */
const lineMax = 140;

function toolsetText({ name, description, isDefault, tags, looks }: ToolsetSeed): string {
  const line = `  ${name}: { description: ${scalar(description, { inFlow: true })}, ${isDefault ? "default: true, " : ""}tags: [${tags
    .map((tag) => scalar(tag, { inFlow: true }))
    .join(", ")}] }\n`;
  if (line.length <= lineMax) return lookLines(looks, "  ") + line;
  const members = `description: ${scalar(description)}\n${isDefault ? "default: true\n" : ""}${listBlock("tags", tags)}`;
  return `${lookLines(looks, "  ")}  ${name}:\n${members.replaceAll(/^(?=.)/gm, "    ")}`;
}
