import type { Finding, ToolDraft } from "../ir/draft.ts";

/** Look at each draft once, however many runs it lasts. Only for findings that follow from the draft alone. */
export function oncePerTool(look: (tool: ToolDraft) => readonly Finding[]): (tool: ToolDraft) => readonly Finding[] {
  const seen = new WeakMap<ToolDraft, readonly Finding[]>();
  return (tool) => {
    const findings = seen.get(tool) ?? look(tool);
    seen.set(tool, findings);
    return findings;
  };
}
