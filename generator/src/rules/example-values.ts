import { keeps, withDefaults } from "../ir/constraints.ts";
import type { Finding, InputDraft, Rule, ToolDraft } from "../ir/draft.ts";
import type { JsonSchema } from "../ir/tool.ts";
import { shown } from "../spec/problem.ts";
import { controlsOf } from "./example-inputs.ts";
import { oncePerTool } from "./once-per-tool.ts";

/** Whether a caller may send a value; nothing where that cannot be told. */
export type Fits = (
  schema: JsonSchema,
  value: unknown,
  definitions: Readonly<Record<string, JsonSchema>>,
) => boolean | undefined;

/** By judge and shared schemas: with the same ones, a draft's examples are judged once. */
const findingsBy = new WeakMap<Fits, WeakMap<object, (tool: ToolDraft) => readonly Finding[]>>();

/** The values of an example fit their inputs, unless it shows what happens otherwise; and then one of them does not. */
export function exampleValues(fits: Fits): Rule {
  const findings = findingsBy.get(fits) ?? new WeakMap<object, (tool: ToolDraft) => readonly Finding[]>();
  findingsBy.set(fits, findings);
  return ({ tools, shared }) => {
    const definitions = shared.definitions();
    const findingsOf = findings.get(definitions) ?? oncePerTool((tool) => findingsAmong(definitions, tool));
    findings.set(definitions, findingsOf);
    return tools.flatMap(findingsOf);
  };

  function findingsAmong(definitions: Readonly<Record<string, JsonSchema>>, tool: ToolDraft): readonly Finding[] {
    const { broken, request, content, spec } = tool;
    if ((request ?? content) === undefined || broken.has("inputs") || broken.has("examples")) return [];
    return (spec.examples ?? []).flatMap(({ inputs: given = {}, expect }, index): Finding[] => {
      const values = Object.entries(given).map(([name, value]) => judge(tool, { name, value, definitions }));
      if (expect !== "invalid_argument")
        return [
          ...values.filter(({ verdict }) => verdict === false).map((each) => unfit(tool, each, index)),
          ...violations(tool, given).map((message) => violated(tool, message, index)),
        ];
      const isValid =
        values.every(({ verdict }) => verdict === true) && lacksNothing(tool, given) && keepsAll(tool, given);
      return isValid ? [needless(tool, index)] : [];
    });
  }

  function judge(tool: ToolDraft, given: Given): Judged {
    const { name, value, definitions } = given;
    if (controlsOf(tool).includes(name)) return { name, value, verdict: typeof value === "boolean" };
    const input = tool.inputs.find((one) => one.name === name);
    if (input === undefined || input.broken) return { name, value, verdict: undefined };
    const verdict = fits(input.schema, value, definitions);
    return { name, value, verdict: verdict === true && !isPlain(input, value) ? undefined : verdict };
  }
}

interface Given {
  readonly name: string;
  readonly value: unknown;
  readonly definitions: Readonly<Record<string, JsonSchema>>;
}

interface Judged {
  readonly name: string;
  readonly value: unknown;
  readonly verdict: boolean | undefined;
}

/** Paths, queries and headers refuse some values that their schemas take: a slash in a path, a new line in a header. */
function isPlain({ place }: InputDraft, value: unknown): boolean {
  return place === "body" || /^[\w-]+$/.test(String(value));
}

function keepsAll(tool: ToolDraft, given: Readonly<Record<string, unknown>>): boolean {
  return violations(tool, given).length === 0;
}

/** Messages of the constraints that these inputs break. */
function violations({ constraints, inputs }: ToolDraft, given: Readonly<Record<string, unknown>>): readonly string[] {
  const filled = withDefaults(inputs, given);
  return constraints.filter((constraint) => !keeps(constraint, filled)).map(({ message }) => message);
}

function violated({ file }: ToolDraft, message: string, index: number): Finding {
  const path = ["examples", index, "inputs"];
  const mend = "write inputs that keep to it, or expect: invalid_argument";
  return { rule: "example-values", file, path, part: "key", message, mend };
}

function lacksNothing({ inputs }: ToolDraft, given: Readonly<Record<string, unknown>>): boolean {
  return inputs.every(
    ({ name, optional, schema }) =>
      optional || Object.hasOwn(given, name) || (typeof schema === "object" && Object.hasOwn(schema, "default")),
  );
}

function unfit({ file }: ToolDraft, { name, value }: Judged, index: number): Finding {
  return {
    rule: "example-values",
    file,
    path: ["examples", index, "inputs", name],
    message: `${shown(value)} is no value that ${name} takes`,
    mend: "write one that it takes, or expect: invalid_argument",
  };
}

function needless({ file }: ToolDraft, index: number): Finding {
  return {
    rule: "example-values",
    file,
    path: ["examples", index, "expect"],
    message: "nothing is wrong with these inputs",
    mend: "write what happens: ok, or upstream_rejected where the upstream refuses them",
  };
}
