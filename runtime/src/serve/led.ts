import type { Gateway } from "../gateway.ts";

/** A gateway that stands for another one, which may be replaced. */
export interface LedGateway {
  readonly gateway: Gateway;
  /** From now on every question goes there. What was asked before is answered by the gateway that was asked. */
  lead(to: Gateway): void;
}

/** For a connection that outlives a gateway: stdio, whose protocol object is made once. */
export function createLedGateway(first: Gateway): LedGateway {
  let current = first;
  return {
    gateway: {
      get server() {
        return current.server;
      },
      authenticate: (headers, path) => current.authenticate(headers, path),
      chooseToolsets: (asked) => current.chooseToolsets(asked),
      listTools: (caller, toolsets) => current.listTools(caller, toolsets),
      findApproval: (caller, id) => current.findApproval(caller, id),
      findParked: (caller, id) => current.findParked(caller, id),
      withdrawApproval: (caller, id) => current.withdrawApproval(caller, id),
      call: (call) => current.call(call),
    },
    lead(to) {
      current = to;
    },
  };
}
