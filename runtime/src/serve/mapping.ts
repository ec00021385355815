import type { ErrorMapping, ServerDefinition } from "../codegen.ts";
import { errorTable, type GatewayError } from "../errors.ts";

/** What is to be said of one error beside what it says itself. */
export interface Mapped extends ErrorMapping {
  /** The plan that is needed, where one is known. */
  readonly plan?: string;
}

/**
 * Look an error up in server.yaml: number, message and fix, each from the most particular entry that gives one. The
 * upstream's own code comes before its status, and its status before our code.
 *
 * In a fix, `{plan}` becomes the plan that the upstream asks for, or else the tool's; "the {plan} plan" becomes "a higher
 * plan" where neither is known. A 402 without a fix gets one.
 */
export function mapError(error: GatewayError, { errors }: Pick<ServerDefinition, "errors">, toolPlan?: string): Mapped {
  const entries = keysOf(error).flatMap((key) => (Object.hasOwn(errors, key) ? [errors[key] ?? {}] : []));
  const rpc = entries.find((entry) => entry.rpc !== undefined)?.rpc;
  const message = entries.find((entry) => entry.message !== undefined)?.message;
  const template = entries.find((entry) => entry.fix !== undefined)?.fix ?? ownFix(error);
  const asked = typeof error.meta.plan === "string" ? error.meta.plan : undefined;
  const plan = asked ?? (template?.includes("{plan}") === true ? toolPlan : undefined);
  return {
    ...(rpc !== undefined && { rpc }),
    ...(message !== undefined && { message }),
    ...(template !== undefined && { fix: fillPlan(template, plan) }),
    ...(plan !== undefined && { plan }),
  };
}

/** A code of the upstream that looks like one of ours, or like a status, must not be taken for it. */
function keysOf({ code, meta }: GatewayError): readonly string[] {
  const { upstreamCode, status } = meta;
  const isTheirs =
    typeof upstreamCode === "string" && !Object.hasOwn(errorTable, upstreamCode) && !/^\d+$/.test(upstreamCode);
  return [...(isTheirs ? [upstreamCode] : []), ...(typeof status === "number" ? [`${status}`] : []), code];
}

function ownFix({ code, meta }: GatewayError): string | undefined {
  if (typeof meta.fix === "string") return meta.fix;
  if (code !== "upstream_rejected" || meta.status !== 402) return undefined;
  return "This needs the {plan} plan: upgrade the account. Another token or key will not help.";
}

function fillPlan(fix: string, plan: string | undefined): string {
  // A function, because `$&` in a plan's name would mean something to `replaceAll`.
  if (plan !== undefined) return fix.replaceAll("{plan}", () => plan);
  return fix.replaceAll(/(?:\b(the|an?) )?\{plan\}/gi, (_all, article: string | undefined) =>
    article !== undefined && /^[A-Z]/.test(article) ? "A higher" : "a higher",
  );
}
