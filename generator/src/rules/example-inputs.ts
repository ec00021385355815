import { mayEndIn } from "../ir/disposition.ts";
import type { Finding, Rule, ToolDraft } from "../ir/draft.ts";
import { dispositionOf } from "../ir/lower-tool.ts";
import { didYouMean } from "../spec/near.ts";
import { oncePerTool } from "./once-per-tool.ts";

/** Examples name inputs that there are, and all that are required, unless they show what happens otherwise. */
export const exampleInputs: Rule = ({ tools }) => tools.flatMap(findingsOf);

const findingsOf = oncePerTool((tool) => {
  const { file, spec, inputs, broken, request, content } = tool;
  if ((request ?? content) === undefined || broken.has("inputs") || broken.has("examples")) return [];
  const known = [...inputs.map(({ name }) => name), ...controlsOf(tool)];
  const required = inputs.filter(({ optional, schema }) => !optional && !hasDefault(schema)).map(({ name }) => name);
  return (spec.examples ?? []).flatMap((example, index): Finding[] => {
    if (example.expect === "invalid_argument") return [];
    const given = Object.keys(example.inputs ?? {});
    const at = ["examples", index, "inputs"] as const;
    const unknown = given
      .filter((name) => !known.includes(name))
      .map((name): Finding => {
        const mend = didYouMean(name, known) ?? "remove it";
        return {
          rule: "example-inputs",
          file,
          path: [...at, name],
          part: "key",
          message: `there is no input ${name}`,
          mend,
        };
      });
    const missing = required
      .filter((name) => !given.includes(name))
      .map((name): Finding => {
        const mend = `add ${name}, or write expect: invalid_argument`;
        return {
          rule: "example-inputs",
          file,
          path: at,
          part: "key",
          message: `the example lacks ${name}, which is required`,
          mend,
        };
      });
    return [...unknown, ...missing];
  });
});

/** The language's own arguments that the tool takes, or may take once the key that decides it is mended. */
export function controlsOf({ spec, broken }: Pick<ToolDraft, "spec" | "broken">): readonly string[] {
  return [
    ...((spec.dryRun ?? "none") === "none" && !broken.has("dryRun") ? [] : ["dry_run"]),
    ...(mayEndIn(dispositionOf(spec), "confirm") || broken.has("disposition") ? ["confirm"] : []),
  ];
}

function hasDefault(schema: unknown): boolean {
  return typeof schema === "object" && schema !== null && "default" in schema;
}
