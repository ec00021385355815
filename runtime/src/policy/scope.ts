import type { AuthorizedCall, Caller, ToolCall } from "../call.ts";
import type { Scope, Tool } from "../codegen.ts";
import { GatewayError } from "../errors.ts";

/** Say whether this caller may use this tool at all: the question behind `tools/list`. */
export function holdsScope(caller: Caller, tool: Tool): boolean {
  if (tool.scope === undefined || caller.bypasses.has("scope")) return true;
  return alternatives(tool.scope).some((scope) => caller.scopes.has(scope));
}

/**
 * Let the call through if its caller holds the tool's scope, or one of several that will do.
 *
 * Asked before the arguments are looked at: with the scope missing, no correction of them would help.
 *
 * @throws GatewayError `scope_required`, with the scopes that would do in `meta.required`.
 * @see vauchflow.txt, "Error envelope"
 */
export function authorize(call: ToolCall): AuthorizedCall {
  const { caller, tool } = call;
  if (holdsScope(caller, tool)) return call as AuthorizedCall;
  const required = alternatives(tool.scope as Scope);
  const named = required.map((scope) => `'${scope}'`).join(" or ");
  throw new GatewayError("scope_required", `${tool.name} requires the ${named} scope, which this key does not have.`, {
    meta: { required },
  });
}

function alternatives(scope: Scope): readonly string[] {
  return typeof scope === "string" ? [scope] : scope.anyOf;
}
