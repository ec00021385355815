import { GatewayError } from "./errors.ts";
import type { Gateway, RequestHeaders } from "./gateway.ts";

/**
 * Look at the caller's credential again with every call, and with every question about one that waits.
 *
 * Over stdio the one caller stays as long as the process, and its key or token may be revoked, rotated or suspended
 * meanwhile. A call that comes afterwards ends in `unauthenticated`; nothing is sent for it.
 */
export function reauthenticate(gateway: Gateway, headers: RequestHeaders): Gateway {
  const again = () => gateway.authenticate(headers);
  return {
    ...gateway,
    findApproval: async (_caller, id) => gateway.findApproval(await again(), id),
    findParked: async (_caller, id) => gateway.findParked(await again(), id),
    withdrawApproval: async (_caller, id) => gateway.withdrawApproval(await again(), id),
    async call(call) {
      try {
        return await gateway.call({ ...call, caller: await again() });
      } catch (error) {
        if (error instanceof GatewayError) return { kind: "failed", error };
        throw error;
      }
    },
  };
}
