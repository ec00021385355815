import { type Address, type Serving, serve } from "@toolspec/example-http";
import { createRekomi, type Operator, type RekomiOptions } from "./rekomi.ts";

export interface StartOptions extends RekomiOptions, Address {}

/** A running API. */
export interface RunningRekomi extends Serving, Operator {}

/** @throws Error naming the address when it is taken or may not be used. */
export async function startRekomi(options: StartOptions): Promise<RunningRekomi> {
  const { listener, close, ...operator } = createRekomi(options);
  return { ...operator, ...(await serve("Rekomi", { listener, close }, options)) };
}
