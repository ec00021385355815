import { operationOf } from "./operations.ts";
import { always, type LintRule } from "./rule.ts";

/** What the upstream will take away, this server says to be going too. */
export const deprecatedOperation: LintRule = {
  id: "deprecated-operation",
  levels: always("warning"),
  check: (world) =>
    world.tools
      .filter((tool) => tool.ir.deprecated === undefined && operationOf(world, tool)?.deprecated === true)
      .map(({ file, ir }) => ({
        file,
        path: ["request"],
        message: `the contract calls ${ir.request?.method.toUpperCase()} ${ir.request?.path} deprecated, and the tool does not`,
        mend: `add deprecated: { since: "${world.ir.version}", use: … }, or move to the operation that replaces it`,
      })),
};
