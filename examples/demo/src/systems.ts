import type { RunningSystem, SystemOptions } from "./system.ts";

/** Every system that `npm start` can run, by name. Only the one that runs is imported. */
export const systems: Readonly<Record<string, (options: SystemOptions) => Promise<RunningSystem>>> = {
  vauchflow: async (options) => (await import("./vauchflow.ts")).startVauchflowSystem(options),
  rekomi: async (options) => (await import("./rekomi.ts")).startRekomiSystem(options),
  perkamo: async (options) => (await import("./perkamo.ts")).startPerkamoSystem(options),
};
