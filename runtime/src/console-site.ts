import type { House } from "./compose.ts";
import { createConsole } from "./console/console.ts";
import type { Site } from "./serve/site.ts";

export { hashPassword } from "./identity/operator-password.ts";

/** The console of operators at `/console`, for `serveHttp`; undefined where no call can wait for one. */
export function createConsoleSite({ gateway, approvals, store, ports, plan, verifyTrail }: House): Site | undefined {
  const { server } = gateway;
  if (approvals === undefined || server.approvals === undefined) return undefined;
  const answer = createConsole({
    ...ports,
    server: { ...server, approvals: server.approvals },
    approvals,
    store,
    plan,
    verifyTrail,
  });
  return { path: "/console", answer };
}
