import { always, type LintRule } from "./rule.ts";

/** Clients put the server's name before each tool's: `mcp__vauchflow__list_campaigns`. */
export const nameRepeatsServer: LintRule = {
  id: "name-repeats-server",
  levels: always("warning"),
  check: ({ ir, tools }) => {
    const prefix = `${ir.name.replaceAll("-", "_")}_`;
    return tools
      .filter(({ name }) => name.startsWith(prefix) && name.length > prefix.length)
      .map(({ name, file }) => ({
        file,
        path: ["title"],
        part: "key",
        message: `${name} begins with the server's name, which clients put before it anyway: mcp__${ir.name}__${name}`,
        mend: `rename the file to ${name.slice(prefix.length)}.yaml`,
      }));
  },
};
