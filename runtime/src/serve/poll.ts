import type { IncomingMessage } from "node:http";
import { type ErrorCode, errorTable, GatewayError } from "../errors.ts";
import type { Gateway } from "../gateway.ts";
import { mapError } from "./mapping.ts";
import { refusalStatus, unauthorizedChallenge } from "./oauth.ts";
import { methodNotAllowed } from "./pages.ts";
import { type Reply, refuse, toJsonReply } from "./rpc.ts";

/** Where callers ask, without MCP, what became of a call that waits for an operator. */
export interface PollDoor {
  /** The approval that a path names; undefined for every other path. */
  idIn(path: string): string | undefined;
  /** Answer GET and HEAD with the approval as it is now; DELETE takes the call back. */
  answer(request: IncomingMessage, id: string): Promise<Reply>;
}

/** Statuses of what may go wrong here. What is not named says that it is our fault. */
const statuses: Partial<Record<ErrorCode, number>> = {
  limit_exceeded: 429,
  approval_decided: 409,
  approval_store_unavailable: 503,
};

/**
 * Set up the door for polling. Each caller sees its own approvals alone: somebody else's is as absent as one that never was.
 *
 * @see vauchflow.txt, "Pending approval flow"
 */
export function createPollDoor(gateway: Gateway): PollDoor {
  const { server } = gateway;
  const logins = server.auth.filter((scheme) => scheme.kind === "oauth");
  // Where other credentials are taken too, a client that was told of an authorization server would drop its own.
  const login = logins.length === server.auth.length ? logins[0] : undefined;
  const [before = "", after = ""] = server.approvals?.pollPath.split("{id}") ?? [];

  async function handle(request: IncomingMessage, id: string): Promise<Reply> {
    const isWithdrawal = request.method === "DELETE";
    if (!isWithdrawal && request.method !== "GET" && request.method !== "HEAD")
      return methodNotAllowed("GET, HEAD, DELETE");
    // Without the path: whoever may call at all, with whichever credential, may ask what became of its calls.
    const caller = await gateway.authenticate(request.headers);
    const value = await (isWithdrawal ? gateway.withdrawApproval(caller, id) : gateway.findApproval(caller, id));
    return value === undefined
      ? refuse(404, "unknown_approval", "There is no such approval of yours.")
      : toJsonReply(200, value);
  }

  function toReply(error: GatewayError): Reply {
    const exit = errorTable[error.code];
    const status = exit.leavesAs === "http" ? refusalStatus(error) : (statuses[error.code] ?? 500);
    const { message = error.message, fix } = mapError(error, server);
    const { retryAfterSeconds = 1 } = error.meta;
    const mayRetry: Record<string, string> = exit.retryable ? { "retry-after": String(retryAfterSeconds) } : {};
    const headers =
      error.code === "unauthenticated" ? { "www-authenticate": unauthorizedChallenge(server, login, error) } : mayRetry;
    const meta = { ...error.meta, ...(fix !== undefined && { fix }) };
    return toJsonReply(status, { error: { code: error.code, message, meta } }, headers);
  }

  return {
    idIn(path) {
      if (server.approvals === undefined || !path.startsWith(before) || !path.endsWith(after)) return undefined;
      const id = path.slice(before.length, path.length - after.length);
      return id === "" || id.includes("/") ? undefined : id;
    },
    async answer(request, id) {
      try {
        return await handle(request, id);
      } catch (error) {
        if (error instanceof GatewayError) return toReply(error);
        throw error;
      }
    },
  };
}
