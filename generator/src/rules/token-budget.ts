import type { Finding, ToolDraft } from "../ir/draft.ts";
import type { ServerDraft } from "../ir/server-draft.ts";

/** What one entry of `tools/list` costs. */
export interface ToolTokens {
  readonly name: string;
  readonly tokens: number;
}

/** `tools/list` stays within the budgets that server.yaml states: each tool's entry, and all of them. */
export function tokenBudget(
  { server, tools }: { readonly server: ServerDraft; readonly tools: readonly ToolDraft[] },
  costs: readonly ToolTokens[],
): readonly Finding[] {
  const { toolTokens, listTokens } = server.spec.lint?.budgets ?? {};
  const rule = "token-budget";
  const over = toolTokens === undefined ? [] : costs.filter(({ tokens }) => tokens > toolTokens);
  const ofTools = over.flatMap(({ name, tokens }): Finding[] => {
    const file = tools.find((tool) => tool.name === name)?.file;
    const message = `${name} takes ${tokens} tokens of tools/list, ${tokens - (toolTokens ?? 0)} above the budget of a tool`;
    const mend = "shorten descriptions, leave out inputs that nobody needs, or trim output";
    return file === undefined ? [] : [{ rule, file, path: ["description"], part: "key", message, mend }];
  });
  const all = costs.reduce((sum, { tokens }) => sum + tokens, 0);
  if (listTokens === undefined || all <= listTokens) return ofTools;
  const dearest = costs
    .toSorted((one, other) => other.tokens - one.tokens)
    .slice(0, 3)
    .map(({ name, tokens }) => `${name} (${tokens})`);
  const message = `tools/list would be ${all} tokens, ${all - listTokens} above its budget`;
  const mend = `begin with the dearest: ${dearest.join(", ")}; toolspec lint --tokens shows all`;
  return [...ofTools, { rule, file: server.file, path: ["lint", "budgets", "listTokens"], message, mend }];
}
