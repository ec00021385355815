import type { ServerSpec } from "../spec/server-shape.ts";
import type { ToolsetSpec } from "../spec/toolsets-shape.ts";
import type { ToolDraft } from "./draft.ts";
import type { ServerIr, ToolIr, ToolsetIr } from "./tool.ts";

/** What a toolset chooses by: any letters stand for `*`. */
export function fitsPattern(pattern: string, name: string): boolean {
  if (!pattern.includes("*")) return pattern === name;
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop() ?? "";
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0 || found + part.length > name.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}

/** A tool's own tags, and those of its operation. */
export function tagsOf({ spec, operation }: Pick<ToolDraft, "spec" | "operation">): readonly string[] {
  return [...(spec.tags ?? []), ...(operation?.tags ?? [])];
}

export interface ToolsetWorld {
  /** In the order of the server. */
  readonly tools: readonly Pick<ToolIr, "name" | "access">[];
  /** By tool. */
  readonly tags: ReadonlyMap<string, readonly string[]>;
  /** Tools that no file is for. */
  readonly generated: readonly string[];
}

/**
 * The toolsets of a server.yaml in which nothing is wrong, with the names of their tools.
 *
 * A generated tool is in every set that has a write: the call may be parked, and an agent has no other way to learn what became of it.
 */
export function toolsetsOf({ toolsets = {} }: Partial<ServerSpec>, world: ToolsetWorld): readonly ToolsetIr[] {
  return Object.entries(toolsets).map(([name, set]) => {
    const own = world.tools.filter((tool) => isIn(set, tool.name, world));
    const hasWrite = own.some(({ access }) => access === "write");
    const tools = hasWrite
      ? world.tools.filter((tool) => own.includes(tool) || world.generated.includes(tool.name))
      : own;
    return {
      name,
      description: set.description.trim(),
      isDefault: set.default === true,
      tools: tools.map((tool) => tool.name),
    };
  });
}

function isIn({ tools = [], tags = [] }: ToolsetSpec, name: string, world: ToolsetWorld): boolean {
  const own = world.tags.get(name) ?? [];
  return tools.some((pattern) => fitsPattern(pattern, name)) || tags.some((tag) => own.includes(tag));
}

/** The tools of a client that asks for no toolset. */
export function defaultTools({ tools, toolsets }: Pick<ServerIr, "tools" | "toolsets">): readonly ToolIr[] {
  const names = defaultNames(toolsets);
  return names === undefined ? tools : tools.filter(({ name }) => names.has(name));
}

/** Their names; nothing where no set is default, so that every tool is given. */
export function defaultNames(toolsets: ServerIr["toolsets"]): ReadonlySet<string> | undefined {
  const sets = toolsets.filter(({ isDefault }) => isDefault);
  return sets.length === 0 ? undefined : new Set(sets.flatMap(({ tools }) => tools));
}
