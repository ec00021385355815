import type { Problem } from "@toolspec/example-http";

/** Percent of a campaign that names none. */
const DEFAULT_PERCENT = 20;

interface Commission {
  readonly type: "Percentage" | "Fixed";
  readonly value: number | undefined;
  readonly model: string;
}

/** What is wrong with a campaign's commission: which type a model takes, and which values a type takes. */
export function commissionProblems({ type, value, model }: Commission): readonly Problem[] {
  const needed = model === "RevShare" ? "Percentage" : ["Cpc", "Cpl"].includes(model) ? "Fixed" : type;
  return [
    ...(type === needed ? [] : [problem("defaultCommissionType", `must be ${needed} for the model ${model}`)]),
    ...(type === "Fixed" && value === undefined ? [problem("defaultCommissionValue", "is missing for Fixed")] : []),
    ...(isTooMuch(type, value) ? [problem("defaultCommissionValue", "must be at most 100 for Percentage")] : []),
  ];
}

/** What is wrong with an affiliate's own commission. */
export function customCommissionProblems(type: string | undefined, value: number | undefined): readonly Problem[] {
  if (type === undefined && value !== undefined) {
    return [problem("customCommissionType", "is missing beside customCommissionValue")];
  }
  if (type !== undefined && value === undefined) {
    return [problem("customCommissionValue", "is missing beside customCommissionType")];
  }
  return isTooMuch(type, value) ? [problem("customCommissionValue", "must be at most 100 for Percentage")] : [];
}

/** The value of a campaign whose commission has no problem. */
export function commissionValueOf({ value }: Pick<Commission, "value">): number {
  return value ?? DEFAULT_PERCENT;
}

function isTooMuch(type: string | undefined, value: number | undefined): boolean {
  return type === "Percentage" && value !== undefined && value > 100;
}

function problem(name: string, message: string): Problem {
  return { field: `body.${name}`, message };
}
