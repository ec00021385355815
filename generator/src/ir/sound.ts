import type { Problem } from "../spec/problem.ts";

/** The part of a spec that fits its shape, so that one run can go on to find what else is wrong. */
export interface Sound<Spec> {
  readonly spec: Partial<Spec>;
  /** Keys at the root whose values do not fit, or that are missing or misspelt. */
  readonly broken: ReadonlySet<string>;
  /** Inputs, as declared (`count?`), whose values do not fit. */
  readonly brokenInputs: ReadonlySet<string>;
}

/** Leave out what the shape problems are about. An unknown key breaks nothing around it, but the one that was meant. */
export function soundPart<Spec extends object>(data: unknown, problems: readonly Problem[]): Sound<Spec> {
  const broken = new Set<string>();
  const brokenInputs = new Set<string>();
  const whole = typeof data === "object" && data !== null && !Array.isArray(data) ? data : {};
  const inputs = (whole as { inputs?: unknown }).inputs;
  for (const { rule, path, meant } of problems) {
    const [root, second] = path;
    if (path.length === 1 && meant !== undefined) broken.add(meant);
    if (typeof root !== "string") continue;
    const inMap = root === "inputs" && typeof second === "string" && !Array.isArray(inputs);
    if (inMap && rule !== "invalid-name") brokenInputs.add(second);
    else if (rule !== "unknown-key") broken.add(root);
  }
  const entries = Object.entries(whole).filter(([key]) => !broken.has(key));
  const spec = Object.fromEntries(entries) as Record<string, unknown>;
  if (brokenInputs.size > 0 && !broken.has("inputs")) spec.inputs = withoutBroken(inputs, brokenInputs);
  return { spec: spec as Partial<Spec>, broken, brokenInputs };
}

/** A broken input stays known by name and place; nothing is known of its values. */
function withoutBroken(inputs: unknown, broken: ReadonlySet<string>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(inputs as Record<string, unknown>).map(([key, value]) => [
      key,
      broken.has(key) ? placeOnly(value) : value,
    ]),
  );
}

function placeOnly(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return true;
  const { in: place, as } = value as { in?: unknown; as?: unknown };
  return {
    ...(typeof place === "string" && ["path", "query", "header", "cookie", "body", "requestBody"].includes(place)
      ? { in: place }
      : {}),
    ...(typeof as === "string" && as !== "" ? { as } : {}),
    description: "",
  };
}
