import { inputsOf } from "../ir/constraints.ts";
import type { Finding, InputDraft, Rule, ToolDraft } from "../ir/draft.ts";
import { didYouMean } from "../spec/near.ts";
import { shown } from "../spec/problem.ts";

/** Constraints are about inputs that there are, and that a caller can leave out where one of several is to be chosen. */
export const constraintInputs: Rule = ({ tools }) =>
  tools.flatMap((tool) => {
    const { spec, broken, request, content } = tool;
    if ((request ?? content) === undefined || broken.has("inputs") || spec.constraints === undefined) return [];
    const inputs = new Map(tool.inputs.map((input) => [input.name, input]));
    return spec.constraints.flatMap((constraint, index) =>
      inputsOf(constraint).flatMap(({ name, path }): Finding[] => {
        const input = inputs.get(name);
        const at = ["constraints", index, ...path];
        if (input === undefined) return [unknown(tool, { name, path: at })];
        const isChoice = String(path[0]).endsWith("OneOf");
        return isChoice && isAlwaysGiven(input) ? [needless(tool, { name, path: at })] : [];
      }),
    );
  });

interface Named {
  readonly name: string;
  readonly path: Finding["path"];
}

function unknown({ file, inputs }: ToolDraft, { name, path }: Named): Finding {
  const names = inputs.map((input) => input.name);
  const mend = didYouMean(name, names) ?? `add ${name} under inputs`;
  return { rule: "constraint-inputs", file, path, ...keyOf(path), message: `there is no input ${shown(name)}`, mend };
}

function needless({ file }: ToolDraft, { name, path }: Named): Finding {
  const message = `${shown(name)} is in every call, so there is nothing to choose`;
  const mend = `write ${name}?: without a default, or leave it out here`;
  return { rule: "constraint-inputs", file, path, message, mend };
}

/** In a map of values the name is the key. */
function keyOf(path: Finding["path"]): { readonly part?: "key" } {
  return typeof path.at(-1) === "string" && path.at(-1) !== "when" ? { part: "key" } : {};
}

function isAlwaysGiven({ optional, schema, broken }: InputDraft): boolean {
  return !broken && (!optional || (typeof schema === "object" && Object.hasOwn(schema, "default")));
}
