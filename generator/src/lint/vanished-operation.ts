import { operationOf } from "./operations.ts";
import { always, type LintRule } from "./rule.ts";

/** What `import --merge` leaves at an operation that the upstream's document no longer has. */
const mark = "x-toolspec-vanished";

/** A tool whose operation is gone fails when it is called; nobody removes it but a person. */
export const vanishedOperation: LintRule = {
  id: "vanished-operation",
  levels: always("warning"),
  check: (world) =>
    world.tools.flatMap((tool) => {
      const since = operationOf(world, tool)?.[mark];
      if (since === undefined) return [];
      const { file, ir } = tool;
      const message = `${ir.request?.method.toUpperCase()} ${ir.request?.path} is gone from the upstream's document since version ${String(since)}`;
      return [
        {
          file,
          path: ["request"],
          message,
          mend: `remove ${file.path}, or ask the upstream what replaces the operation`,
        },
      ];
    }),
};
