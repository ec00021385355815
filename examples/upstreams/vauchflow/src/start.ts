import { type Address, type Serving, serve } from "@toolspec/example-http";
import { createVauchflow, type Vauchflow, type VauchflowOptions } from "./vauchflow.ts";

export interface StartOptions extends VauchflowOptions, Address {}

/** A running API. */
export interface RunningVauchflow extends Serving, Pick<Vauchflow, "requests" | "counts"> {}

/** @throws Error naming the address when it is taken or may not be used. */
export async function startVauchflow(options: StartOptions): Promise<RunningVauchflow> {
  const vauchflow = createVauchflow(options);
  const serving = await serve("Vauchflow", vauchflow, options);
  return { ...serving, requests: vauchflow.requests, counts: vauchflow.counts };
}
