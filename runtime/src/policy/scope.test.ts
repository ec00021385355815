import { describe, expect, it } from "vitest";
import { type Caller, Secret, type ToolCall } from "../call.ts";
import type { AuthScheme, Scope, Tool } from "../codegen.ts";
import type { GatewayError } from "../errors.ts";
import { authorize, isWithin, listedScopes } from "./scope.ts";

const roles = { viewer: ["read"], admin: ["read", "write"], owner: ["read", "write", "billing"] };
const auth = [{ kind: "oauth", role: { claim: "role", scopes: roles } } as unknown as AuthScheme];

/** Somebody in this role who granted these scopes. */
function person(role: keyof typeof roles | "" | "guest", scopes: readonly string[]): Caller {
  const mayUse = new Set(role === "" || role === "guest" ? [] : roles[role]);
  const who = { tenant: "acme", kind: "oauth", id: "ada", name: "Ada", credential: new Secret("t") };
  return { ...who, scopes: new Set(scopes), bypasses: new Set(), role: { name: role, mayUse } };
}

const toolOf = (scope?: Scope) => ({ name: "adjust", ...(scope !== undefined && { scope }) }) as Tool;

function refusal(caller: Caller, scope: Scope, schemes = auth): GatewayError {
  try {
    authorize({ caller, tool: toolOf(scope) } as ToolCall, schemes);
  } catch (error) {
    return error as GatewayError;
  }
  throw new Error("it was authorized");
}

describe("a caller with a role", () => {
  it("may use what was granted", () => {
    const call = { caller: person("admin", ["write"]), tool: toolOf("write") } as ToolCall;
    expect(authorize(call, auth)).toBe(call);
    const free = { caller: person("", []), tool: toolOf() } as ToolCall;
    expect(authorize(free, auth)).toBe(free);
  });

  it("may ask for what its role may use", () => {
    const error = refusal(person("admin", ["read"]), "write");
    expect([error.code, error.meta]).toEqual(["scope_required", { required: ["write"] }]);
    expect(error.message).toBe(
      "adjust requires the 'write' scope, which this login was not granted. Ask the person to log in again and allow it.",
    );
  });

  it("is asked only for those of several scopes that its role may use", () => {
    expect(refusal(person("admin", []), { anyOf: ["billing", "write"] }).meta).toEqual({ required: ["write"] });
  });

  it("is asked for all that are missing of several that are needed together", () => {
    const scope: Scope = { allOf: ["read", "write"] };
    const call = { caller: person("admin", ["write", "read"]), tool: toolOf(scope) } as ToolCall;
    expect(authorize(call, auth)).toBe(call);
    const half = refusal(person("admin", ["read"]), scope);
    expect([half.code, half.meta]).toEqual(["scope_required", { required: ["write"], all: true }]);
    const none = refusal(person("admin", []), scope);
    expect(none.meta).toEqual({ required: ["read", "write"], all: true });
    expect(none.message).toContain("adjust requires the 'read' and 'write' scopes, which this login");
    const never = refusal(person("admin", ["read", "write"]), { allOf: ["read", "billing"] });
    expect([never.code, never.meta]).toEqual([
      "role_forbidden",
      { role: "admin", required: ["read", "billing"], roles: ["owner"] },
    ]);
  });

  it("is told who may, where its role may not", () => {
    const error = refusal(person("viewer", ["read"]), "write");
    expect([error.code, error.meta]).toEqual([
      "role_forbidden",
      { role: "viewer", required: ["write"], roles: ["admin", "owner"] },
    ]);
    expect(error.message).toBe(
      "The role 'viewer' may not use adjust. These may: admin, owner. " +
        "Logging in again will not help; ask somebody with such a role.",
    );
  });

  it("is told so where nobody may, and where it has no role", () => {
    expect(refusal(person("guest", []), "secret").message).toContain("may not use adjust. No role may use it.");
    expect(refusal(person("", []), { anyOf: ["billing"] }).message).toContain(
      "This account has no role here, and adjust needs one. These may: owner.",
    );
    expect(refusal(person("", []), "read", []).code).toBe("role_forbidden");
  });

  it("is shown what its role may use, so that it can be asked to allow more", () => {
    const shown = (caller: Caller) =>
      ["read", "write", "billing"].filter((s) => isWithin(listedScopes(caller), toolOf(s)));
    expect(shown(person("admin", ["read"]))).toEqual(["read", "write"]);
    expect(shown(person("guest", []))).toEqual([]);
    const { role: _role, ...other } = person("admin", ["read"]);
    expect(shown(other)).toEqual(["read"]);
  });
});
