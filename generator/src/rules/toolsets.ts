import type { Drafts, Finding, Rule } from "../ir/draft.ts";
import { fitsPattern, tagsOf } from "../ir/toolsets.ts";
import { didYouMean, nearest } from "../spec/near.ts";
import type { Path } from "../spec/positions.ts";
import { shown } from "../spec/problem.ts";
import type { ToolsetSpec } from "../spec/toolsets-shape.ts";

/** What a client may ask for beside names of sets. */
const words: Readonly<Record<string, string>> = { all: "every tool", default: "the default sets" };

/** Every toolset of server.yaml has tools, each by a name, pattern or tag that some tool has, and a name that asks for it alone. */
export const toolsets: Rule = (drafts) => {
  const { server } = drafts;
  if (server?.spec.toolsets === undefined) return [];
  const refuse: Refuse = (path, message, mend, part) => ({
    rule: "toolsets",
    file: server.file,
    path: ["toolsets", ...path],
    message,
    mend,
    ...(part !== undefined && { part }),
  });
  const known = knownNames(drafts);
  const sets = Object.entries(server.spec.toolsets);
  return [
    ...sets.flatMap(([name, set]) => [
      ...(Object.hasOwn(words, name)
        ? [
            refuse(
              [name],
              `${shown(name)} asks for ${words[name]}, so no toolset can have it`,
              "choose another name",
              "key",
            ),
          ]
        : []),
      ...checkSet([name], set, known, refuse),
    ]),
    ...budgetNames(
      drafts,
      sets.map(([name]) => name),
    ),
  ];
};

type Refuse = (path: Path, message: string, mend: string, part?: "key") => Finding;

interface Known {
  readonly tools: readonly string[];
  /** Absent where the tags of some tool cannot be known, because something else is wrong. */
  readonly tags: ReadonlySet<string> | undefined;
}

function knownNames({ tools, toolNames, generatedTools }: Drafts): Known {
  const isWhole =
    tools.length === toolNames.length && !tools.some(({ broken }) => broken.has("inputs") || broken.has("tags"));
  return {
    tools: [...toolNames, ...generatedTools],
    tags: isWhole ? new Set(tools.flatMap((tool) => tagsOf(tool))) : undefined,
  };
}

function checkSet(at: Path, { tools = [], tags = [] }: ToolsetSpec, known: Known, refuse: Refuse): readonly Finding[] {
  if (tools.length + tags.length === 0)
    return [refuse(at, "a toolset has tools", "name some: tools: [get_thing, list_*], or tags: [things]", "key")];
  return [
    ...tools.flatMap((pattern, index) => {
      const place = [...at, "tools", index];
      if (tools.indexOf(pattern) < index)
        return [refuse(place, `${shown(pattern)} is listed twice`, "keep one of them")];
      if (known.tools.some((name) => fitsPattern(pattern, name))) return [];
      return pattern.includes("*")
        ? [refuse(place, `no tool has a name like ${shown(pattern)}`, "correct it, or take it out")]
        : [
            refuse(
              place,
              `there is no tool ${shown(pattern)}`,
              didYouMean(pattern, known.tools) ?? `add tools/${pattern}.yaml`,
            ),
          ];
    }),
    ...tags.flatMap((tag, index) => {
      const place = [...at, "tags", index];
      if (tags.indexOf(tag) < index) return [refuse(place, `${shown(tag)} is listed twice`, "keep one of them")];
      if (known.tags === undefined || known.tags.has(tag)) return [];
      const near = nearest(tag, [...known.tags]);
      const mend = near === undefined ? "take it out, or give some tool this tag" : `did you mean "${near}"?`;
      return [refuse(place, `no tool has the tag ${shown(tag)}`, mend)];
    }),
  ];
}

/** Budgets of single sets name sets that there are. */
function budgetNames({ server }: Drafts, sets: readonly string[]): readonly Finding[] {
  const budgets = server?.spec.lint?.budgets?.toolsetTokens;
  if (server === undefined || typeof budgets !== "object") return [];
  return Object.keys(budgets)
    .filter((name) => !sets.includes(name))
    .map((name) => ({
      rule: "toolsets",
      file: server.file,
      path: ["lint", "budgets", "toolsetTokens", name],
      part: "key" as const,
      message: `there is no toolset ${shown(name)}`,
      mend: didYouMean(name, sets) ?? "take it out",
    }));
}
