import type { AuthorizedCall, Controls, ParsedCall } from "../call.ts";
import type { Advertised, JsonObject, JsonSchema, Tool, ValidationIssue } from "../codegen.ts";
import { GatewayError } from "../errors.ts";
import { breaches } from "./constraints.ts";
import { asksPerson } from "./override.ts";
import { type Problem, problemsMax, summarize, toProblems } from "./problems.ts";
import { namesOf, schemasAt } from "./schema-at.ts";

/**
 * Turn arguments into typed input and controls: every problem at once, unknown names refused, defaults filled in, the
 * tool's rules over several inputs kept.
 *
 * `dry_run` and `confirm` are the language's own arguments: they are taken out before the tool's validator sees the rest, and a
 * tool that does not know one refuses it like any unknown name, so that a dry run never turns into a real write. Both are
 * literally true or false: "true", 1 and null confirm nothing.
 *
 * @throws GatewayError `invalid_argument`, with the problems and their paths in `meta.issues`: at most 20, and how many
 *   there are beside them in `meta.moreIssues`.
 */
export function parseArguments(call: AuthorizedCall, advertised: Advertised | undefined): ParsedCall {
  const { tool } = call;
  const { controls, rest, problems } = takeControls(call.arguments, tool);
  const schema = advertised?.inputSchema ?? {};
  const parsed = tool.input.safeParse(rest);
  const issues = parsed.success ? [] : parsed.error.issues;
  const input = parsed.success ? (parsed.data as JsonObject) : withDefaults(rest, schema);
  const rules = breaches(tool.constraints ?? [], { input, refused: refusedInputs(issues) });
  const worded = toProblems(issues, { input: rest, schema, sensitive: tool.sensitive ?? [] });
  // Rules before rows: a thousand bad rows must not hide them.
  const found = [...problems, ...rules, ...worded.problems];
  if (found.length > 0) throw refuse(tool.name, found, worded.more);
  return { ...call, input, controls };
}

function refuse(toolName: string, found: readonly Problem[], more: number): GatewayError {
  const shown = found.slice(0, problemsMax);
  const left = more + found.length - shown.length;
  return new GatewayError(
    "invalid_argument",
    `${toolName} cannot run with these arguments: ${summarize(shown, left)}.`,
    {
      meta: { issues: shown, ...(left > 0 && { moreIssues: left }) },
    },
  );
}

/** A validator that refuses gives no input back; the rules then see what was given and the defaults that are advertised. */
function withDefaults(given: JsonObject, schema: JsonSchema): JsonObject {
  const missing = namesOf(schemasAt(schema, [])).filter((name) => !Object.hasOwn(given, name));
  const defaults = missing.flatMap((name) => {
    const holder = schemasAt(schema, [name]).find((each) => Object.hasOwn(each, "default"));
    return holder === undefined ? [] : [[name, holder.default] as const];
  });
  return { ...Object.fromEntries(defaults), ...given };
}

function refusedInputs(issues: readonly ValidationIssue[]): ReadonlySet<string> {
  return new Set(issues.flatMap(({ path }) => path.slice(0, 1).map(String)));
}

interface Taken {
  readonly controls: Controls;
  readonly rest: JsonObject;
  readonly problems: readonly Problem[];
}

function takeControls(given: JsonObject, tool: Tool): Taken {
  const known = [...(tool.dryRun === "none" ? [] : ["dry_run"]), ...(mayNeedConfirmation(tool) ? ["confirm"] : [])];
  const taken = known.filter((name) => Object.hasOwn(given, name));
  if (taken.length === 0) return { controls: { dryRun: false, confirm: false }, rest: given, problems: [] };
  const wrong = taken.filter((name) => typeof given[name] !== "boolean");
  const isTrue = (name: string) => taken.includes(name) && given[name] === true;
  return {
    controls: { dryRun: isTrue("dry_run"), confirm: isTrue("confirm") },
    rest: Object.fromEntries(Object.entries(given).filter(([name]) => !taken.includes(name))),
    problems: wrong.map((path) => ({ path, message: "must be true or false" })),
  };
}

/** Says whether some call of this tool needs a person's yes: such a tool advertises `confirm`. */
function mayNeedConfirmation({ access, disposition }: Tool): boolean {
  return access === "write" && asksPerson(disposition);
}
