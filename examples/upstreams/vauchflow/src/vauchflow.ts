import type { IncomingMessage, RequestListener } from "node:http";
import {
  createListener,
  createRateLimiter,
  createRequestLog,
  headerOf,
  type LoggedRequest,
  type RateLimit,
  type Reply,
  readJson,
  route,
  splitTarget,
} from "@toolspec/example-http";
import { analyticsOperations } from "./analytics/operations.ts";
import { campaignOperations } from "./campaigns/operations.ts";
import { customerOperations } from "./customers/operations.ts";
import { type Counts, openDatabase } from "./database.ts";
import type { Operation } from "./http/operation.ts";
import { type Identity, verifyIdentity, verifyServiceKey } from "./identity.ts";
import { redemptionOperations } from "./redemptions/operations.ts";
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

/** Bytes of a body. A batch of ten thousand vouchers is asked for in a few hundred, so this is generous. */
const BODY_MAX_BYTES = 1_048_576;

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
    if (operation.hasBody) seen.body = await readJson(request, BODY_MAX_BYTES);
    const body = operation.hasBody ? seen.body : {};
    return operation.run({ tenant, nowMs: clock.now(), database }, { path: params, query, body });
  }

  return {
    listener: createListener({ log, toError: (error) => error, answer }),
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
