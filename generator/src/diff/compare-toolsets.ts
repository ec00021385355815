import type { ServerIr } from "../ir/tool.ts";
import { defaultNames } from "../ir/toolsets.ts";
import type { Change, TellServer } from "./change.ts";

/** Names that a message lists. */
const shownMax = 8;

/**
 * What clients find otherwise that ask for a toolset, or for none.
 *
 * Tools that are new or gone are told as such; here they count only where they are in both versions.
 */
export function compareToolsets(before: ServerIr, after: ServerIr, told: TellServer): readonly Change[] {
  const stays = new Set(before.tools.map(({ name }) => name)).intersection(
    new Set(after.tools.map(({ name }) => name)),
  );
  const old = new Map(before.toolsets.map((set) => [set.name, set]));
  const kept = new Set(after.toolsets.map(({ name }) => name));
  return [
    ...before.toolsets
      .filter(({ name }) => !kept.has(name))
      .map(({ name }) => told("toolset-removed", `the toolset ${name} is gone`, { path: ["toolsets"] })),
    ...after.toolsets.flatMap((set): readonly Change[] => {
      const { name } = set;
      const path = ["toolsets", name];
      const earlier = old.get(name);
      if (earlier === undefined) return [told("toolset-added", `the toolset ${name} is new`, { path })];
      const { lost, won } = movedBetween(new Set(earlier.tools), new Set(set.tools), stays);
      return [
        ...(lost.length === 0
          ? []
          : [told("toolset-narrowed", `the toolset ${name} has no longer ${some(lost)}`, { path })]),
        ...(won.length === 0 ? [] : [told("toolset-widened", `the toolset ${name} has ${some(won)} too`, { path })]),
        ...(earlier.description === set.description
          ? []
          : [
              told("reworded", `toolsets.${name}.description changed`, {
                before: earlier.description,
                after: set.description,
                path,
              }),
            ]),
      ];
    }),
    ...compareDefaults(before, after, stays, told),
  ];
}

/** What a client gets that asks for nothing. */
function compareDefaults(
  before: ServerIr,
  after: ServerIr,
  stays: ReadonlySet<string>,
  told: TellServer,
): readonly Change[] {
  const [was, is] = [before, after].map(({ toolsets }) => defaultNames(toolsets) ?? stays) as [
    ReadonlySet<string>,
    ReadonlySet<string>,
  ];
  const { lost, won } = movedBetween(was, is, stays);
  const path = ["toolsets"];
  return [
    ...(lost.length === 0
      ? []
      : [told("default-tools-removed", `the default list has no longer ${some(lost)}`, { path })]),
    ...(won.length === 0 ? [] : [told("default-tools-added", `the default list has ${some(won)} too`, { path })]),
  ];
}

function movedBetween(was: ReadonlySet<string>, is: ReadonlySet<string>, stays: ReadonlySet<string>) {
  const left = (one: ReadonlySet<string>, other: ReadonlySet<string>) => [...one.difference(other).intersection(stays)];
  return { lost: left(was, is), won: left(is, was) };
}

function some(names: readonly string[]): string {
  const more = names.length - shownMax;
  return `${names.slice(0, shownMax).join(", ")}${more > 0 ? `, and ${more} more` : ""}`;
}
