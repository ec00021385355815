import { randomBytes, randomUUID } from "node:crypto";
import type { Clock, Random } from "./ports.ts";

/** The machine's own clock. Named by entry points only. */
export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

/** The machine's own randomness. Named by entry points only. */
export const systemRandom: Random = { uuid: () => randomUUID(), bytes: (length) => randomBytes(length) };
