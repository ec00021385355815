import type { Rule, ToolDraft } from "../ir/draft.ts";

/** One file per tool: `a.yaml` beside `a.yml`, or `A.yaml` where file systems cannot tell them apart, is refused. */
export const duplicateTool: Rule = ({ tools }) => {
  const seen = new Map<string, ToolDraft>();
  return tools.flatMap((tool) => {
    const key = tool.name.toLowerCase();
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, tool);
      return [];
    }
    return [
      {
        rule: "duplicate-tool",
        file: tool.file,
        path: [],
        message: `the tool ${tool.name} stands in ${first.file.path} already`,
        mend: "rename or remove one of the two files",
      },
    ];
  });
};
