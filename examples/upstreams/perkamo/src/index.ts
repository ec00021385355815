export type { LoggedRequest, RateLimit } from "@toolspec/example-http";
export type { Counts } from "./database.ts";
export type { TokenSettings } from "./exchanged-token.ts";
export type { HistoryEntry } from "./history.ts";
export { type Clock, createPerkamo, type Operator, type Perkamo, type PerkamoOptions } from "./perkamo.ts";
export { seedIds, seedSpaces } from "./seed/ids.ts";
export { type RunningPerkamo, type StartOptions, startPerkamo } from "./start.ts";
