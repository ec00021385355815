import type { Finding, Rule, ToolDraft } from "../ir/draft.ts";
import type { JsonSchema } from "../ir/tool.ts";
import { didYouMean } from "../spec/near.ts";
import { shown } from "../spec/problem.ts";

/** `{ upTo, of, beyond }` compares an input that is a number whenever it is there. */
export const thresholdInput: Rule = ({ tools, shared }) =>
  tools.flatMap((tool) => {
    const { disposition } = tool.spec;
    if (
      typeof disposition !== "object" ||
      !("upTo" in disposition) ||
      tool.request === undefined ||
      tool.broken.has("inputs")
    )
      return [];
    const input = tool.inputs.find(({ name }) => name === disposition.of);
    if (input === undefined) return [unknownInput(tool, disposition.of)];
    const type = typeOf(shared.resolve(input.schema));
    if (input.broken || type === "number" || type === "integer") return [];
    const what = type === undefined ? "may be more than a number" : `is ${type}`;
    return [
      refuse(
        tool,
        `${shown(input.name)} ${what}, and only a number can be compared`,
        numberInputs(tool, shared.resolve),
      ),
    ];
  });

function unknownInput(tool: ToolDraft, name: string): Finding {
  const names = tool.inputs.map((input) => input.name);
  return refuse(
    tool,
    `there is no input ${shown(name)}`,
    didYouMean(name, names) ?? `add ${name}: integer under inputs`,
  );
}

function numberInputs(tool: ToolDraft, resolve: (schema: JsonSchema) => JsonSchema): string {
  const names = tool.inputs.filter(({ schema }) => isNumber(typeOf(resolve(schema)))).map(({ name }) => name);
  return names.length === 0 ? "add an input of type integer or number" : `number inputs: ${names.join(", ")}`;
}

function isNumber(type: string | undefined): boolean {
  return type === "number" || type === "integer";
}

function typeOf(schema: JsonSchema): string | undefined {
  return typeof schema === "object" && typeof schema.type === "string" ? schema.type : undefined;
}

function refuse({ file }: ToolDraft, message: string, mend: string): Finding {
  return { rule: "threshold-input", file, path: ["disposition", "of"], message, mend };
}
