import type { DispositionIr } from "./tool.ts";

/** Whether a call of this disposition may need a person's yes, or an operator's: always, or beyond a threshold. */
export function mayEndIn(disposition: DispositionIr, end: "confirm" | "approval"): boolean {
  return (typeof disposition === "string" ? disposition : disposition.beyond) === end;
}
