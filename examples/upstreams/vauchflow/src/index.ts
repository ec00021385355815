export type { LoggedRequest, RateLimit } from "@toolspec/example-http";
export type { Counts } from "./database.ts";
export { demoIds, demoTenants } from "./seed/seed.ts";
export { type RunningVauchflow, type StartOptions, startVauchflow } from "./start.ts";
export { type Clock, createVauchflow, type Vauchflow, type VauchflowOptions } from "./vauchflow.ts";
