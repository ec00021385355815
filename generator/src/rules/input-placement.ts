import type { Finding, InputDraft, Rule, ToolDraft } from "../ir/draft.ts";
import type { RequestIr } from "../ir/tool.ts";
import { didYouMean } from "../spec/near.ts";
import { placeholders } from "../spec/request-line.ts";
import { oncePerTool } from "./once-per-tool.ts";

/** Every input goes to exactly one place, every placeholder is filled by exactly one input, and nothing is sent twice. */
export const inputPlacement: Rule = ({ contract, tools }) =>
  tools.flatMap(contract === undefined ? withoutContract : withContract);

const withContract = oncePerTool((tool) => misplaced(tool, { hasContract: true }));
const withoutContract = oncePerTool((tool) => misplaced(tool, { hasContract: false }));

function misplaced(tool: ToolDraft, { hasContract }: { readonly hasContract: boolean }): readonly Finding[] {
  const { request, broken } = tool;
  if (request === undefined || broken.has("inputs")) return [];
  // A path that the contract does not have says nothing about what it needs.
  const gaps = hasContract && tool.operation === undefined ? [] : unfilled(tool, request);
  return [...twice(tool, request), ...nowhere(tool, request), ...gaps];
}

function twice({ file, inputs }: ToolDraft, request: RequestIr): Finding[] {
  const taken = constantsOf(request);
  const names = new Set<string>();
  return inputs.flatMap((input): Finding[] => {
    const place = { rule: "input-placement", file, path: input.path, part: "key" } as const;
    if (names.has(input.name))
      return [{ ...place, message: `the input ${input.name} is declared twice`, mend: "keep one of them" }];
    names.add(input.name);
    const target = targetOf(input);
    const rival = taken.find((other) => overlaps(other, target));
    taken.push({ ...target, by: `the input ${input.name}` });
    if (rival === undefined) return [];
    const isWhole = target.name.length === 0 || rival.name.length === 0;
    const as = isWhole ? "" : ` as ${target.name.join(".")}`;
    const message = `${input.name} goes to the ${target.place}${as}, where ${rival.by} goes too`;
    const mend = isWhole ? "one input that is the whole body leaves no room: give the others another in:" : undefined;
    return [{ ...place, message, mend: mend ?? "give one of them another as: or in:" }];
  });
}

interface Target {
  readonly place: string;
  readonly name: readonly string[];
  /** What goes there, in words. */
  readonly by: string;
}

function targetOf({ name, place, as }: InputDraft): Target {
  const by = `the input ${name}`;
  // A whole body is where every field of it would go too.
  if (place === "requestBody") return { place: "body", name: [], by };
  return { place, name: place === "header" ? [as.join(".").toLowerCase()] : as, by };
}

function constantsOf({ constants }: RequestIr): Target[] {
  const by = "a constant";
  return [
    ...Object.keys(constants.query).map((name) => ({ place: "query", name: [name], by })),
    ...Object.keys(constants.headers).map((name) => ({ place: "header", name: [name.toLowerCase()], by })),
    ...leavesOf(constants.body, []).map((name) => ({ place: "body", name, by })),
  ];
}

/** Constants fill a body field leaf by leaf, so that an input may stand beside one. */
function leavesOf(value: unknown, above: readonly string[]): (readonly string[])[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [above];
  return Object.entries(value).flatMap(([name, inner]) => leavesOf(inner, [...above, name]));
}

/** The same field, or one inside the other. */
function overlaps(one: Target, other: Target): boolean {
  if (one.place !== other.place) return false;
  const length = Math.min(one.name.length, other.name.length);
  return one.name.slice(0, length).every((part, index) => part === other.name[index]);
}

function nowhere({ file, inputs }: ToolDraft, { method, path }: RequestIr): Finding[] {
  const names = placeholders(path);
  return inputs.flatMap((input): Finding[] => {
    const at = { rule: "input-placement", file, path: [...input.path, "in"] };
    if (isBody(input) && (method === "get" || method === "head")) {
      return [
        {
          ...at,
          message: `${method.toUpperCase()} sends no body, so ${input.name} goes nowhere`,
          mend: input.place === "requestBody" ? "remove it" : "write in: query",
        },
      ];
    }
    if (input.place !== "path" || names.includes(input.as.join("."))) return [];
    const message = `${path} has no {${input.as.join(".")}}, so ${input.name} goes nowhere`;
    return [{ ...at, message, mend: didYouMean(input.name, names) ?? "put it into the path, or change in:" }];
  });
}

function isBody({ place }: InputDraft): boolean {
  return place === "body" || place === "requestBody";
}

function unfilled({ file, spec, inputs }: ToolDraft, { path }: RequestIr): Finding[] {
  const filled = new Set(inputs.filter(({ place }) => place === "path").map(({ as }) => as.join(".")));
  return placeholders(path)
    .filter((name) => !filled.has(name))
    .map((name) => {
      const near = didYouMean(
        name,
        inputs.map((input) => input.name),
      );
      const mend = near?.startsWith("did you mean") ? near : `add ${name}: under inputs`;
      const at = typeof spec.request === "string" ? ["request"] : ["request", "path"];
      return { rule: "input-placement", file, path: at, message: `no input goes to {${name}}`, mend };
    });
}
