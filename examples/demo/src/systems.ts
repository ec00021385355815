import { startPerkamoSystem } from "./perkamo.ts";
import { startRekomiSystem } from "./rekomi.ts";
import type { RunningSystem, SystemOptions } from "./system.ts";
import { startVauchflowSystem } from "./vauchflow.ts";

/** Every system that `npm start` can run, by name. */
export const systems: Readonly<Record<string, (options: SystemOptions) => Promise<RunningSystem>>> = {
  vauchflow: startVauchflowSystem,
  rekomi: startRekomiSystem,
  perkamo: startPerkamoSystem,
};
