import type { AuthorizedCall, Caller, ToolCall } from "../call.ts";
import type { AuthScheme, Scope, Tool } from "../codegen.ts";
import { GatewayError } from "../errors.ts";
import { namedScopes, needsAll } from "../scope-words.ts";

/** Say whether this caller may use this tool as things are. */
export function holdsScope(caller: Caller, tool: Tool): boolean {
  return caller.bypasses.has("scope") || isWithin(caller.scopes, tool);
}

/**
 * The scopes whose tools a caller is shown: what it holds, or else all that its role may use. Somebody who granted reading
 * only may allow writing at any time, but is asked to only when a client calls a tool that it has seen in the list.
 */
export function listedScopes({ scopes, role }: Caller): ReadonlySet<string> {
  return role === undefined ? scopes : role.mayUse.union(scopes);
}

/** Whether these are what a tool needs: nothing, one of several, or all of them. */
export function isWithin(scopes: ReadonlySet<string>, { scope }: Pick<Tool, "scope">): boolean {
  if (scope === undefined) return true;
  const names = namedScopes(scope);
  return needsAll(scope) ? names.every((name) => scopes.has(name)) : names.some((name) => scopes.has(name));
}

/**
 * Let the call through if its caller holds the tool's scope, one of several that will do, or all of several that are needed.
 *
 * Asked before the arguments are looked at: with the scope missing, no correction of them would help.
 *
 * @param auth how callers are authenticated, for naming the roles that could make the call
 * @throws GatewayError `role_forbidden` when the caller's role may not use the scope, so that asking for it is no use;
 *   `scope_required` when it can be had, with the scopes of which one would do in `meta.required`, or, beside `meta.all`, those
 *   that are missing of a tool that needs them all
 * @see vauchflow.txt, "Error envelope"
 */
export function authorize(call: ToolCall, auth: readonly AuthScheme[] = []): AuthorizedCall {
  const { caller, tool } = call;
  if (holdsScope(caller, tool)) return call as AuthorizedCall;
  const scope = tool.scope as Scope;
  const all = needsAll(scope);
  const names = namedScopes(scope);
  const mayHave = (name: string) => caller.role?.mayUse.has(name) ?? true;
  if (all ? !names.every(mayHave) : !names.some(mayHave)) throw forbidden(call, scope, auth);
  const required = names.filter(all ? (name) => !caller.scopes.has(name) : mayHave);
  const noun = all && required.length > 1 ? "scopes" : "scope";
  const what = `${tool.name} requires the ${named(required, all)} ${noun}, which this`;
  const message =
    caller.kind === "oauth"
      ? `${what} login was not granted. Ask the person to log in again and allow it.`
      : `${what} key does not have.`;
  throw new GatewayError("scope_required", message, { meta: { required, ...(all && { all }) } });
}

function forbidden({ caller, tool }: ToolCall, scope: Scope, auth: readonly AuthScheme[]): GatewayError {
  const role = caller.role?.name ?? "";
  const required = namedScopes(scope);
  const able = rolesWith(scope, auth);
  const who = role === "" ? "This account has no role here" : `The role '${role}'`;
  const not = role === "" ? `, and ${tool.name} needs one` : ` may not use ${tool.name}`;
  const may = able.length === 0 ? "No role may use it" : `These may: ${able.join(", ")}`;
  const message = `${who}${not}. ${may}. Logging in again will not help; ask somebody with such a role.`;
  return new GatewayError("role_forbidden", message, { meta: { role, required, roles: able } });
}

/** The roles that may use what a tool needs, as server.yaml lists them. */
function rolesWith(scope: Scope, auth: readonly AuthScheme[]): readonly string[] {
  const roles = auth.flatMap((scheme) => (scheme.kind === "oauth" ? Object.entries(scheme.role?.scopes ?? {}) : []));
  return roles.filter(([, may]) => isWithin(new Set(may), { scope })).map(([name]) => name);
}

function named(scopes: readonly string[], all: boolean): string {
  return scopes.map((scope) => `'${scope}'`).join(all ? " and " : " or ");
}
