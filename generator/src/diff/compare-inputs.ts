import type { InputIr } from "../ir/tool.ts";
import { brief, type Change } from "./change.ts";
import { compareSchemas } from "./compare-schemas.ts";
import type { ChangeRuleId } from "./rules.ts";
import { isSame, narrows, type SchemaChange, widens } from "./schema-change.ts";
import type { ToolPair } from "./tool-pair.ts";

/** What changed of a tool's inputs: callers break where less is accepted. */
export function compareInputs(pair: ToolPair): readonly Change[] {
  const { before, after, told } = pair;
  const old = new Map(before.inputs.map((input) => [input.name, input]));
  const renamed = renamedInputs(pair);
  const changes = after.inputs.flatMap((input): readonly Change[] => {
    const earlier = old.get(input.name) ?? renamed.get(input.name);
    if (earlier !== undefined) return compareInput(pair, earlier, input);
    const path = ["inputs", input.name];
    const message = `the input ${input.name} is new${input.required ? ", and required" : ""}`;
    return [told({ rule: input.required ? "input-required" : "input-added", message, path })];
  });
  const kept = new Set([...after.inputs, ...renamed.values()].map(({ name }) => name));
  const gone = before.inputs.filter(({ name }) => !kept.has(name));
  return [
    ...changes,
    ...gone.map(({ name }) => told({ rule: "input-removed", message: `the input ${name} is gone`, path: ["inputs"] })),
    ...compareConstraints(pair),
  ];
}

/** New names of inputs that go to the upstream's field of exactly one that is gone. */
function renamedInputs({ before, after }: ToolPair): ReadonlyMap<string, InputIr> {
  const names = (inputs: readonly InputIr[]) => new Set(inputs.map(({ name }) => name));
  const [was, is] = [names(before.inputs), names(after.inputs)];
  const gone = before.inputs.filter(({ name }) => !is.has(name));
  return new Map(
    after.inputs
      .filter(({ name }) => !was.has(name))
      .flatMap((input): readonly (readonly [string, InputIr])[] => {
        const same = gone.filter(({ place, as }) => place === input.place && isSame(as, input.as));
        return same.length === 1 && same[0] !== undefined ? [[input.name, same[0]]] : [];
      }),
  );
}

function compareInput(pair: ToolPair, before: InputIr, after: InputIr): readonly Change[] {
  const { told, servers } = pair;
  const path = ["inputs", after.name];
  const facts: Change[] = [];
  const tell = (rule: ChangeRuleId, message: string, values: { before?: unknown; after?: unknown } = {}) =>
    facts.push(told({ rule, message, path, ...values }));
  const { name } = after;
  if (before.name !== name) {
    const message = `the input ${before.name} is called ${name} now`;
    tell("input-renamed", message, { before: before.name, after: name });
  }
  if (!before.required && after.required) tell("input-required", `the input ${name} is required now`);
  if (before.required && !after.required) tell("input-optional", `the input ${name} may be left out now`);
  if (before.sensitive && !after.sensitive) tell("sensitive-removed", `the input ${name} is no longer sensitive`);
  if (!before.sensitive && after.sensitive) tell("sensitive-added", `the input ${name} is sensitive now`);
  const found = compareSchemas(before.schema, after.schema, {
    before: servers.before.schemas,
    after: servers.after.schemas,
  });
  const schema = found.flatMap((change): readonly Change[] => {
    const place = [name, ...change.at].join(".").replaceAll(".[", "[");
    return rulesOf(change).map((rule) =>
      told({
        rule,
        message: `inputs.${place}: ${describe(change)}`,
        before: change.before ?? "none",
        after: change.after ?? "none",
        path: [...path, ...change.at],
      }),
    );
  });
  return [...facts, ...schema];
}

/** Keywords that keep what a model writes within bounds; an input that loses one lets more through to the upstream. */
const bounds = [
  ...["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern"],
  ...[
    "format",
    "enum",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "additionalProperties",
  ],
  ...["patternProperties", "not", "if"],
];

function rulesOf(change: SchemaChange): readonly ChangeRuleId[] {
  const { effect, keyword, before, after } = change;
  if (effect === "words") return ["input-reworded"];
  if (effect === "filled") return ["input-default-changed"];
  // A member that an open object did not name before: whoever sends it has read of it.
  if (keyword === "$value" && before === undefined && after !== undefined && effect === "narrower")
    return ["input-added"];
  const isBound = bounds.includes(keyword);
  if (effect === "unknown") return isBound && after === undefined ? ["input-unbounded"] : ["input-unclear"];
  const narrower: ChangeRuleId =
    keyword === "type" ? "input-type-changed" : keyword === "required" ? "input-required" : "input-narrowed";
  const wider: ChangeRuleId = isBound && isLifted(change) ? "input-unbounded" : "input-widened";
  // Another type, or another list, is one change that a caller sees, not two.
  if (narrows(change)) return [narrower];
  return widens(change) ? [wider] : [];
}

/** A bound that is gone; one that only moved is wider, and still there. */
function isLifted({ keyword, after }: SchemaChange): boolean {
  return after === undefined || (keyword === "additionalProperties" && after === true);
}

export function describe({ keyword, effect, before, after }: SchemaChange): string {
  if (keyword === "$value")
    return after === undefined ? "is gone" : before === undefined ? "is new" : "accepts something else";
  if (keyword === "required") return after === true ? "is required now" : "may be absent now";
  if (effect === "unknown") return `${keyword} changed, and what that means cannot be told`;
  if (effect === "words" || effect === "filled") return `${keyword} changed`;
  if (after === undefined) return `${keyword} is gone`;
  return before === undefined
    ? `${keyword} is ${brief(after)} now`
    : `${keyword} is ${brief(after)} now, it was ${brief(before)}`;
}

function compareConstraints({ before, after, told }: ToolPair): readonly Change[] {
  const without = (constraints: typeof before.constraints, others: typeof before.constraints) =>
    constraints.filter((one) => !others.some((other) => isSame(rule(one), rule(other))));
  const rule = ({ message: _, ...facts }: (typeof before.constraints)[number]) => facts;
  const path = ["constraints"];
  return [
    ...without(after.constraints, before.constraints).map(({ message }) =>
      told({ rule: "constraint-added", message: `a new rule over several inputs: ${message}`, path }),
    ),
    ...without(before.constraints, after.constraints).map(({ message }) =>
      told({ rule: "constraint-removed", message: `a rule over several inputs is gone: ${message}`, path }),
    ),
  ];
}
