/** Vauchflow with a console and operators, for tests of what people do there. */
import type { Approvals } from "@toolspec/runtime/codegen";
import { allScopes, type StartOptions, startSystem } from "../vauchflow/system.ts";
import { passwordHash } from "./password.ts";

/** What every operator of these tests signs in with. */
export { password } from "./password.ts";

export const approvals: Approvals = {
  expiresInMs: 24 * 60 * 60_000,
  pollPath: "/v1/agent-approvals/{id}",
  events: "agent.action",
  approvers: 1,
};

/** Ana and bo approve, vera looks, root also sets policies. */
export async function startConsole(options: StartOptions = {}) {
  const system = await startSystem({ approvals, ...options });
  const roles = { ana: "approver", bo: "approver", vera: "viewer", root: "admin" } as const;
  for (const [name, role] of Object.entries(roles)) {
    const operator = { server: "vauchflow", name, role, passwordHash, createdAtMs: Date.now() };
    await system.house.store.operators.insert(operator);
  }
  const { approvals: house } = system.house;
  if (house === undefined) throw new Error("no approvals");
  const park = async (given: Record<string, unknown> = {}, tool = "create_voucher"): Promise<string> => {
    const count = { count: 150, discount_type: "PERCENTAGE", discount_value: 20, prefix: "SUMMER" };
    const { inner, text } = await system.call(tool, tool === "create_voucher" ? { ...count, ...given } : given);
    if (inner?.status !== "pending_approval") throw new Error(text);
    return inner.approval_id;
  };
  return { ...system, origin: new URL(system.url).origin, approvals: house, park, allScopes };
}
