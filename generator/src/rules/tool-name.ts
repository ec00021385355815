import type { Rule } from "../ir/draft.ts";
import { shown } from "../spec/problem.ts";

/** Longest tool name. Some clients put the server's name before it and cut at 64. */
const nameMax = 40;

/** A tool's name is its file's: lower-case words joined by underscores. */
export const toolName: Rule = ({ tools }) =>
  tools
    .filter(({ name }) => !/^[a-z][a-z0-9_]*$/.test(name) || name.length > nameMax)
    .map(({ file, name }) => ({
      rule: "tool-name",
      file,
      path: [],
      message: `${shown(name)} is no tool name: lower-case letters, digits and _, at most ${nameMax}`,
      mend: `rename the file to ${suggestion(name)}.yaml`,
    }));

function suggestion(name: string): string {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^[^a-z]+|_+$/g, "");
  return (words || "tool").slice(0, nameMax);
}
