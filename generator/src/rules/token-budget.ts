import type { Finding, ToolDraft } from "../ir/draft.ts";
import type { ServerDraft } from "../ir/server-draft.ts";
import type { ServerIr } from "../ir/tool.ts";
import { defaultNames } from "../ir/toolsets.ts";

/** What one entry of `tools/list` costs. */
export interface ToolTokens {
  readonly name: string;
  readonly tokens: number;
}

/** What one list of tools costs: of a toolset, of a client that asks for none, of all. */
export interface ListTokens {
  readonly tools: number;
  readonly tokens: number;
}

/** Whose budgets are looked at. */
interface Budgeted {
  readonly server: ServerDraft;
  readonly tools: readonly ToolDraft[];
  readonly toolsets: ServerIr["toolsets"];
}

/** `tools/list` stays within the budgets that server.yaml states: each tool's entry, all of them, the default list, each toolset's. */
export function tokenBudget({ server, tools, toolsets }: Budgeted, costs: readonly ToolTokens[]): readonly Finding[] {
  const { toolTokens } = server.spec.lint?.budgets ?? {};
  const rule = "token-budget";
  const over = toolTokens === undefined ? [] : costs.filter(({ tokens }) => tokens > toolTokens);
  const ofTools = over.flatMap(({ name, tokens }): Finding[] => {
    const file = tools.find((tool) => tool.name === name)?.file;
    const message = `${name} takes ${tokens} tokens of tools/list, ${tokens - (toolTokens ?? 0)} above the budget of a tool`;
    const mend = "shorten descriptions, leave out inputs that nobody needs, or trim output";
    return file === undefined ? [] : [{ rule, file, path: ["description"], part: "key", message, mend }];
  });
  return [...ofTools, ...listFindings({ server, tools, toolsets }, costs)];
}

/** Of every list that has a budget. */
function listFindings({ server, toolsets }: Budgeted, costs: readonly ToolTokens[]): readonly Finding[] {
  const { listTokens, defaultTokens, toolsetTokens } = server.spec.lint?.budgets ?? {};
  const over = (key: readonly string[], of: string, budget: number | undefined, names?: ReadonlySet<string>) => {
    const list = names === undefined ? costs : costs.filter(({ name }) => names.has(name));
    const all = sumOf(list).tokens;
    if (budget === undefined || all <= budget) return [];
    const dearest = list
      .toSorted((one, other) => other.tokens - one.tokens)
      .slice(0, 3)
      .map(({ name, tokens }) => `${name} (${tokens})`);
    const message = `tools/list${of} would be ${all} tokens, ${all - budget} above its budget`;
    const mend = `begin with the dearest: ${dearest.join(", ")}; toolspec lint --tokens shows all`;
    return [{ rule: "token-budget", file: server.file, path: ["lint", "budgets", ...key], message, mend }];
  };
  return [
    ...over(["listTokens"], "", listTokens),
    ...over(["defaultTokens"], " of a client that asks for no toolset", defaultTokens, defaultNames(toolsets)),
    ...toolsets.flatMap(({ name, tools }) =>
      typeof toolsetTokens === "object"
        ? over(["toolsetTokens", name], ` of the toolset ${name}`, toolsetTokens[name], new Set(tools))
        : over(["toolsetTokens"], ` of the toolset ${name}`, toolsetTokens, new Set(tools)),
    ),
  ];
}

/** What tools cost together. */
export function sumOf(costs: readonly ToolTokens[]): ListTokens {
  return { tools: costs.length, tokens: costs.reduce((sum, { tokens }) => sum + tokens, 0) };
}
