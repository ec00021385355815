import type { AuthorizedCall, ParsedCall } from "../call.ts";
import type { Advertised, JsonObject } from "../codegen.ts";
import { GatewayError } from "../errors.ts";
import { type Problem, summarize, toProblems } from "./problems.ts";

/**
 * Turn arguments into typed input and controls: every problem at once, unknown names refused, defaults filled in.
 *
 * `dry_run` is the language's own argument: it is taken out before the tool's validator sees the rest, and a tool that
 * does not know it refuses it like any unknown name, so that a dry run never turns into a real write.
 *
 * @throws GatewayError `invalid_argument`, with every problem and its path in `meta.issues`.
 */
export function parseArguments(call: AuthorizedCall, advertised: Advertised | undefined): ParsedCall {
  const { tool } = call;
  const { dryRun, rest, problems } = takeControls(call.arguments, tool.dryRun !== "none");
  const parsed = tool.input.safeParse(rest);
  const found = parsed.success
    ? problems
    : [
        ...problems,
        ...toProblems(parsed.error.issues, {
          input: rest,
          known: Object.keys((advertised?.inputSchema.properties as JsonObject | undefined) ?? {}),
          sensitive: tool.sensitive ?? [],
        }),
      ];
  if (!parsed.success || found.length > 0) {
    throw new GatewayError("invalid_argument", `${tool.name} cannot run with these arguments: ${summarize(found)}.`, {
      meta: { issues: found },
    });
  }
  return { ...call, input: parsed.data as JsonObject, controls: { dryRun } };
}

function takeControls(
  given: JsonObject,
  known: boolean,
): { readonly dryRun: boolean; readonly rest: JsonObject; readonly problems: readonly Problem[] } {
  if (!known || !Object.hasOwn(given, "dry_run")) return { dryRun: false, rest: given, problems: [] };
  const { dry_run: dryRun, ...rest } = given;
  if (typeof dryRun === "boolean") return { dryRun, rest, problems: [] };
  return { dryRun: false, rest, problems: [{ path: "dry_run", message: "must be true or false" }] };
}
