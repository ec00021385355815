import type { IncomingMessage, RequestListener } from "node:http";
import { analyticsOperations } from "./analytics/operations.ts";
import { ApiError } from "./api-error.ts";
import { campaignOperations } from "./campaigns/operations.ts";
import { customerOperations } from "./customers/operations.ts";
import { type Counts, openDatabase } from "./database.ts";
import type { Operation, Reply } from "./http/operation.ts";
import { createRateLimiter, type RateLimit } from "./http/rate-limit.ts";
import { readJson, splitTarget } from "./http/receive.ts";
import { route } from "./http/router.ts";
import { type Identity, verifyIdentity, verifyServiceKey } from "./identity.ts";
import { redemptionOperations } from "./redemptions/operations.ts";
import { createRequestLog, type LoggedRequest } from "./request-log.ts";
import { seedDatabase } from "./seed/seed.ts";
import { voucherOperations } from "./vouchers/operations.ts";
import { webhookOperations } from "./webhooks/operations.ts";

/** Unix milliseconds. */
export interface Clock {
  now(): number;
}

export interface VauchflowOptions {
  /** The gateway's key, expected in X-API-Key. */
  readonly serviceKey: string;
  /** Shared secret that signs X-Vauchflow-Identity. */
  readonly identitySecret: string;
  /** What time it is for campaigns, vouchers and redemptions, in Unix milliseconds. Default: the machine's clock. */
  readonly clock?: Clock;
  /** By what clock an identity may be too old. Default: the machine's, by which a gateway signs even where a test moves `clock`. */
  readonly identityClock?: Clock;
  /** Per tenant. Default: 200 requests at once, 100 a second. `false`: none, e.g. to measure something else. */
  readonly rateLimit?: RateLimit | false;
  /** Fill in the demo data. Default: true. */
  readonly seed?: boolean;
}

/** The API: a listener for `node:http`, and what tests look at. */
export interface Vauchflow {
  readonly listener: RequestListener;
  /** The last 1,000 requests, oldest first. */
  requests(): readonly LoggedRequest[];
  /** Rows per table, so that a test can prove that nothing was kept. */
  counts(): Counts;
  close(): void;
}

/** Every endpoint of the API. */
export const operations: readonly Operation[] = [
  ...campaignOperations,
  ...voucherOperations,
  ...customerOperations,
  ...redemptionOperations,
  ...analyticsOperations,
  ...webhookOperations,
];

const DEFAULT_RATE_LIMIT: RateLimit = { burst: 200, perSecond: 100 };

/** Make one API with its own state in memory. */
export function createVauchflow(options: VauchflowOptions): Vauchflow {
  const { clock = Date, identityClock = Date, rateLimit = DEFAULT_RATE_LIMIT, seed = true } = options;
  const database = openDatabase();
  if (seed) seedDatabase(database, clock.now());
  const log = createRequestLog();
  const takeToken = rateLimit ? createRateLimiter(rateLimit) : () => {};

  async function answer(request: IncomingMessage, seen: { body?: unknown }): Promise<Reply> {
    const { tenant } = identify(request, options, identityClock.now());
    takeToken(tenant, clock.now());
    const { path, query } = splitTarget(request.url ?? "/");
    const { operation, path: params } = route(operations, request.method ?? "GET", path);
    if (operation.hasBody) seen.body = await readJson(request);
    const body = operation.hasBody ? seen.body : {};
    return operation.run({ tenant, nowMs: clock.now(), database }, { path: params, query, body });
  }

  return {
    listener(request, response) {
      const seen: { body?: unknown } = {};
      answer(request, seen)
        .catch((error: unknown) => toErrorReply(error))
        .then((reply) => {
          const { method = "", url: path = "" } = request;
          const headerNames = Object.keys(request.headers).sort();
          log.add({ method, path, headerNames, body: seen.body, status: reply.status });
          const headers = "headers" in reply ? reply.headers : {};
          response.writeHead(reply.status, { ...headers, "content-type": "application/json" });
          response.end(JSON.stringify(reply.body));
        });
    },
    requests: log.all,
    counts: database.counts,
    close: database.close,
  };
}

/** @throws ApiError 401 unless the gateway calls, and says for whom. */
function identify(request: IncomingMessage, options: VauchflowOptions, nowMs: number): Identity {
  verifyServiceKey(headerOf(request, "x-api-key"), options.serviceKey);
  const identity = headerOf(request, "x-vauchflow-identity");
  return verifyIdentity(identity, options.identitySecret, Math.floor(nowMs / 1000));
}

/** Node joins a repeated header of an unknown name with commas: then it matches nothing. */
function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(",") : value;
}

interface ErrorReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Every error leaves in the same envelope. What is not an ApiError is a bug, and says no more than that. */
function toErrorReply(error: unknown): ErrorReply {
  if (!(error instanceof ApiError)) console.error(error);
  const known = error instanceof ApiError ? error : new ApiError(500, "internal", "Something went wrong here.");
  const { status, code, message, meta, headers } = known;
  return { status, headers, body: { error: { code, message, meta } } };
}
