import type { LoadedServer } from "../load.ts";
import type { LintTool, LintWorld } from "./rule.ts";

/** A server as lint rules look at it; nothing where the generator found errors, because then half of it is guesswork. */
export function worldOf({ server: ir, drafts }: LoadedServer): LintWorld | undefined {
  const { server } = drafts;
  if (ir === undefined || server === undefined) return undefined;
  const draftOf = new Map(drafts.tools.map((draft) => [draft.name, draft]));
  const tools = ir.tools.flatMap((tool): LintTool[] => {
    const draft = draftOf.get(tool.name);
    return draft === undefined ? [] : [{ name: tool.name, ir: tool, draft, file: draft.file }];
  });
  return { server, ir, drafts, tools };
}
