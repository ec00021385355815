import { type LintRule, type LintTool, whenStrict } from "./rule.ts";
import { stem, wordsIn } from "./words.ts";

const limiting = /\b(not|no|only|never|unless|rather|without|cannot|instead|first|before|use|prefer|until|except)\b/i;

/** Of tools that are about the same thing, a model has to be told which one when. */
export const descriptionLimits: LintRule = {
  id: "description-limits",
  levels: whenStrict,
  check: ({ tools }) => {
    const byObject = Map.groupBy(tools, objectOf);
    return tools.flatMap((tool) => {
      const siblings = (byObject.get(objectOf(tool)) ?? []).filter(
        (other) => other !== tool && other.ir.access === tool.ir.access,
      );
      const [sibling] = siblings;
      if (sibling === undefined || limiting.test(tool.ir.description)) return [];
      const message = `the description does not say when ${sibling.name} is the better choice, which is about the same thing`;
      const mend = `add a sentence like: For … use ${sibling.name}.`;
      return [{ file: tool.file, path: ["description"], message, mend }];
    });
  },
};

function objectOf({ name }: LintTool): string {
  return wordsIn(name).slice(1).map(stem).sort().join(" ");
}
