import type { Change } from "./change.ts";

/**
 * Which changes end the command with 1. `wire`, the default: what breaks clients, and what loosens security, because neither may slip through a review
 * that looks for the other. `security`: what loosens alone. `docs`: both, and words. `any`: every change. `none`: no change.
 */
export type Gate = "wire" | "security" | "docs" | "any" | "none";
export const gates: readonly Gate[] = ["wire", "security", "docs", "any", "none"];

export function fails({ category, security }: Pick<Change, "category" | "security">, gate: Gate): boolean {
  const isLoosened = security === "loosened";
  switch (gate) {
    case "none":
      return false;
    case "security":
      return isLoosened;
    case "wire":
      return isLoosened || category === "wire";
    case "docs":
      return isLoosened || category === "wire" || category === "docs";
    case "any":
      return true;
  }
}
