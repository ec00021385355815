/** What dispositions and tenants' policies look like in a shell. */
import type { Disposition, DispositionRule, JsonObject, Tool } from "../codegen.ts";
import { overridden } from "../policy/override.ts";
import type { PolicyOverride, PolicyRecord } from "../ports.ts";
import { toDate, toIso, toTable } from "./store-text.ts";

const inWords = {
  auto: "runs without asking",
  approval: "waits for an operator",
  confirm: "asks the person first",
} as const;

/** What becomes of a write, in words. */
export function describeDisposition(disposition: Disposition): string {
  if (typeof disposition === "string") return inWords[disposition];
  if (!("upTo" in disposition)) return disposition.map(describeRule).join("; ");
  const { upTo, of, beyond } = disposition;
  return `runs while ${of} is at most ${upTo}, and beyond that ${inWords[beyond]}`;
}

function describeRule(rule: DispositionRule): string {
  return "then" in rule ? `${inWords[rule.then]} when ${rule.when}` : `otherwise ${inWords[rule.otherwise]}`;
}

/** A policy as it is written. */
export function describeOverride(override: PolicyOverride): string {
  return typeof override === "string" ? override : JSON.stringify(override);
}

/** Policies as a table for people, one line each. */
export function toPolicyTable(policies: readonly PolicyRecord[], tools: readonly Tool[]): string {
  return toTable(
    ["TENANT", "TOOL", "POLICY", "SO IT", "SET", "BY"],
    policies.map(({ tenant, tool: name, override, setAtMs, setBy }) => {
      const tool = tools.find((each) => each.name === name);
      const effect = tool ? describeDisposition(overridden(tool, override)) : "is not there any more";
      return [tenant, name, describeOverride(override), effect, toDate(setAtMs), setBy];
    }),
  );
}

/** One policy for programs. */
export function toPolicyJson({ tenant, tool, override, setAtMs, setBy }: PolicyRecord): JsonObject {
  return { tenant, tool, policy: override, set_at: toIso(setAtMs), set_by: setBy };
}
