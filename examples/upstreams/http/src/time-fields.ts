import { type Field, rule } from "./fields.ts";

export const DAY_MS = 86_400_000;

const INSTANT = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/i;
const DAY = /^\d{4}-\d\d-\d\d$/;

/** An RFC 3339 date-time with its offset, as Unix milliseconds. */
export function instant(): Field<number> {
  return rule("must be an RFC 3339 date-time with an offset, e.g. 2026-06-01T00:00:00Z", (value) => {
    const day = typeof value === "string" ? INSTANT.exec(value)?.[1] : undefined;
    if (day === undefined || startOfDay(day) === undefined) return undefined;
    const ms = Date.parse(String(value).toUpperCase());
    return Number.isNaN(ms) ? undefined : { value: ms };
  });
}

/** A calendar day, as the Unix milliseconds of its start in UTC. */
export function day(): Field<number> {
  return rule("must be a date, e.g. 2026-06-01", (value) => {
    const ms = typeof value === "string" ? startOfDay(value) : undefined;
    return ms === undefined ? undefined : { value: ms };
  });
}

/** `Date.parse` takes 2026-02-30 for the second of March; a day must come back as it was written. */
function startOfDay(text: string): number | undefined {
  if (!DAY.test(text)) return undefined;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && toDay(ms) === text ? ms : undefined;
}

/** Unix milliseconds as `2026-06-01`, UTC. */
export function toDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** Unix milliseconds as `2026-06-01T00:00:00.000Z`; null stays null. */
export function toInstant(ms: number): string;
export function toInstant(ms: number | null): string | null;
export function toInstant(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
