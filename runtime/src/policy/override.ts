import type { Disposition, JsonObject, Tool } from "../codegen.ts";
import type { PolicyOverride } from "../ports.ts";

/**
 * What a tool's disposition is for a tenant with this override.
 *
 * A person's yes cannot be overridden away: for a tool that asks for one, "auto" changes nothing. What does not fit the tool, such as
 * a threshold where nothing is counted, makes the call wait: a policy that nobody understands must not let anything run.
 */
export function overridden(
  { disposition }: Pick<Tool, "disposition">,
  override: PolicyOverride | undefined,
): Disposition {
  if (override === undefined) return disposition;
  // Not what its type says, perhaps: operators write the table by hand too.
  const read = parseOverride(override);
  if (read === "auto") return asksPerson(disposition) ? disposition : "auto";
  if (typeof read !== "object" || typeof disposition === "string" || asksPerson(disposition)) return "approval";
  if (!("upTo" in disposition)) return "approval";
  return { upTo: read.threshold_count, of: disposition.of, beyond: "approval" };
}

/** @returns why an override cannot be set for this tool, with the mend; undefined when it can. */
export function overrideProblem(tool: Tool, override: PolicyOverride): string | undefined {
  if (tool.access === "read") return `${tool.name} only reads, and reads always run.`;
  if (override !== "pending_approval" && asksPerson(tool.disposition))
    return `${tool.name} asks the person before it runs, and a policy cannot take that away; it can only make it wait for an operator instead.`;
  if (typeof override === "object" && !(typeof tool.disposition === "object" && "upTo" in tool.disposition))
    return `${tool.name} counts nothing that a threshold could be compared with. Use "auto" or "pending_approval".`;
  return undefined;
}

/** Read an override as Vauchflow's page writes it. @returns undefined when it is none. */
export function parseOverride(value: unknown): PolicyOverride | undefined {
  if (value === "auto" || value === "pending_approval") return value;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const { mode, threshold_count: count, ...others } = value as JsonObject;
  const isCount = typeof count === "number" && Number.isSafeInteger(count) && count >= 0;
  if (mode !== "pending_approval" || !isCount || Object.keys(others).length > 0) return undefined;
  return { mode, threshold_count: count };
}

/** Whether `after` lets calls run that `before` would have made wait for somebody. */
export function isWeaker(before: Disposition, after: Disposition): boolean {
  return reach(after) > reach(before);
}

/** Up to which count a call runs without anybody: none, some, all. Of rules nobody can say more than "some". */
function reach(disposition: Disposition): number {
  if (typeof disposition === "object") return "upTo" in disposition ? disposition.upTo : 0;
  return disposition === "auto" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
}

/** Whether some call of this disposition needs a person's yes. */
export function asksPerson(disposition: Disposition): boolean {
  if (typeof disposition === "string") return disposition === "confirm";
  if ("upTo" in disposition) return disposition.beyond === "confirm";
  return disposition.some((rule) => ("then" in rule ? rule.then : rule.otherwise) === "confirm");
}
