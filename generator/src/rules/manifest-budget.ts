import type { Finding } from "../ir/draft.ts";
import type { ServerDraft } from "../ir/server-draft.ts";

/** The manifest stays within the budget that server.yaml states, where it states one. */
export function manifestBudget(server: ServerDraft, tokens: number): readonly Finding[] {
  const budget = server.spec.manifest?.budgetTokens;
  if (budget === undefined || tokens <= budget) return [];
  const message = `llms/mcp.txt would be ${tokens} tokens, ${tokens - budget} above its budget`;
  const mend = "shorten descriptions and constraints, or raise the budget";
  return [{ rule: "manifest-budget", file: server.file, path: ["manifest", "budgetTokens"], message, mend }];
}
