import type { Finding, Rule } from "../ir/draft.ts";

const reserved: ReadonlySet<string> = new Set(["confirm", "dry_run"]);

/** `confirm` and `dry_run` are the language's own; neither they nor the upstream's dry-run flag are inputs. */
export const reservedInput: Rule = ({ server, tools }) => {
  const [flag] = Object.entries(server?.spec.dryRunParameter ?? {});
  return tools.flatMap(({ file, inputs, spec }) =>
    inputs.flatMap(({ name, path, place, as }): Finding[] => {
      const finding = { rule: "reserved-input", file, path, part: "key" } as const;
      if (reserved.has(name)) {
        const mend = name === "dry_run" ? "remove it, and write dryRun: forward or plan" : "remove it";
        return [{ ...finding, message: `${name} is the language's own and no input`, mend }];
      }
      if (spec.dryRun !== "forward" || flag === undefined || place !== flag[0] || as.join(".") !== flag[1]) return [];
      return [
        { ...finding, message: `${as.join(".")} is the upstream's dry-run flag and no input`, mend: "remove it" },
      ];
    }),
  );
};
