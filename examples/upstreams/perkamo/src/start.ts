import { type Address, type Serving, serve } from "@toolspec/example-http";
import { createPerkamo, type Operator, type PerkamoOptions } from "./perkamo.ts";

export interface StartOptions extends PerkamoOptions, Address {}

/** A running API. */
export interface RunningPerkamo extends Serving, Operator {}

/** @throws Error naming the address when it is taken or may not be used. */
export async function startPerkamo(options: StartOptions): Promise<RunningPerkamo> {
  const { listener, close, ...operator } = createPerkamo(options);
  return { ...operator, ...(await serve("Perkamo", { listener, close }, options)) };
}
