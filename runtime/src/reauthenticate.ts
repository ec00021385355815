import { GatewayError } from "./errors.ts";
import type { Gateway, RequestHeaders } from "./gateway.ts";

/**
 * Look at the caller's credential again with every call.
 *
 * Over stdio the one caller stays as long as the process, and its key or token may be revoked, rotated or suspended
 * meanwhile. A call that comes afterwards ends in `unauthenticated`; nothing is sent for it.
 */
export function reauthenticate(gateway: Gateway, headers: RequestHeaders): Gateway {
  return {
    ...gateway,
    async call(call) {
      try {
        return await gateway.call({ ...call, caller: await gateway.authenticate(headers) });
      } catch (error) {
        if (error instanceof GatewayError) return { kind: "failed", error };
        throw error;
      }
    },
  };
}
