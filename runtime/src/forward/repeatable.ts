import type { Tool } from "../codegen.ts";

/** One call may be sent more than once: repeating it changes nothing, or the upstream tells repetitions by the call's id. */
export function isRepeatable({ idempotent, idempotencyHeader }: Tool): boolean {
  return idempotent === true || idempotencyHeader !== undefined;
}
