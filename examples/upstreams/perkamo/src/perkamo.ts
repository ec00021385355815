import type { IncomingMessage, RequestListener } from "node:http";
import {
  createListener,
  createRateLimiter,
  createRequestLog,
  type ErrorMeta,
  headerOf,
  type LoggedRequest,
  type Problem,
  type RateLimit,
  type Reply,
  readJson,
  route,
  splitTarget,
} from "@toolspec/example-http";
import type { Caller } from "./context.ts";
import { customerOperations } from "./customers/operations.ts";
import { type Counts, openDatabase } from "./database.ts";
import { eventOperations } from "./events/operations.ts";
import { createTokenVerifier, type TokenSettings } from "./exchanged-token.ts";
import { type HistoryEntry, historyOf } from "./history.ts";
import { unauthenticated, verifyIdentity, verifyServiceKey } from "./identity.ts";
import { migrationOperations } from "./migrations/operations.ts";
import type { Operation } from "./operation.ts";
import { programOperations } from "./program/operations.ts";
import { rewardOperations } from "./rewards/operations.ts";
import { seedDatabase } from "./seed/seed.ts";
import { findSpace } from "./spaces.ts";
import { tokenOperations } from "./tokens/operations.ts";
import { usageOperations } from "./usage/operations.ts";

/** Unix milliseconds. */
export interface Clock {
  now(): number;
}

export interface PerkamoOptions {
  /** The MCP server's key, expected in X-Perkamo-Service-Key. */
  readonly serviceKey: string;
  /** Shared secret that signs X-Perkamo-Identity. */
  readonly identitySecret: string;
  /** Whose access tokens are taken instead of key and identity. Default: none are. */
  readonly tokens?: TokenSettings;
  /** What time it is for events, boosts and figures. Default: the machine's clock. */
  readonly clock?: Clock;
  /** By what clock an identity or a token may be too old. Default: the machine's, by which they are signed even where a test moves `clock`. */
  readonly identityClock?: Clock;
  /** Per Space. Default: 200 requests at once, 100 a second. `false`: none. */
  readonly rateLimit?: RateLimit | false;
  /** Fill the Spaces with demo data. Default: true. Without it they are there and empty. */
  readonly seed?: boolean;
  /** Go on where another one had saved, instead of with demo data. */
  readonly saved?: Uint8Array;
}

/** What tests look at. */
export interface Operator {
  /** The last 1,000 requests, oldest first. */
  requests(): readonly LoggedRequest[];
  /** What people changed in a Space, oldest first. */
  history(space: string): readonly HistoryEntry[];
  /** Rows per table, so that a test can prove that nothing was kept. */
  counts(): Counts;
  /** All that it holds, for another one: demo data take longer to make than most tests. */
  save(): Uint8Array;
}

/** The API: a listener for `node:http`, and what tests look at. */
export interface Perkamo extends Operator {
  readonly listener: RequestListener;
  close(): void;
}

/** Every endpoint of the API. */
export const operations: readonly Operation[] = [
  ...programOperations,
  ...usageOperations,
  ...customerOperations,
  ...eventOperations,
  ...rewardOperations,
  ...tokenOperations,
  ...migrationOperations,
];

/** Bytes of a body: a batch of a hundred events with fifty facts of usual length each. */
const BODY_MAX_BYTES = 1_048_576;

const DEFAULT_RATE_LIMIT: RateLimit = { burst: 200, perSecond: 100 };

/** Make one API with its own state in memory. */
export function createPerkamo(options: PerkamoOptions): Perkamo {
  const { clock = Date, rateLimit = DEFAULT_RATE_LIMIT, seed = true, saved } = options;
  const database = openDatabase(saved);
  if (saved === undefined) seedDatabase(database, { nowMs: clock.now(), empty: !seed });
  const log = createRequestLog();
  const identify = createIdentifier(options);
  const takeToken = rateLimit ? createRateLimiter(rateLimit) : () => {};

  async function answer(request: IncomingMessage, seen: { body?: unknown }): Promise<Reply> {
    const caller = await identify(request);
    const space = findSpace(database, caller.space);
    takeToken(space.id, clock.now());
    const { path, query } = splitTarget(request.url ?? "/");
    const { operation, path: params } = route(operations, request.method ?? "GET", path);
    if (operation.hasBody) seen.body = await readJson(request, BODY_MAX_BYTES);
    const body = operation.hasBody ? seen.body : {};
    return operation.run({ caller, space, nowMs: clock.now(), database }, { path: params, query, body });
  }

  return {
    listener: createListener({ log, toError, answer }),
    requests: log.all,
    history: (space) => historyOf(database, space),
    counts: database.counts,
    save: database.save,
    close: database.close,
  };
}

/** Bounds of an error as the contract has it: names that a caller made up may be of any length. */
const MESSAGE_MAX = 4000;
const PROBLEMS_MAX = 100;
const FIELD_MAX = 200;

function toError({ code, message, meta }: { code: string; message: string; meta: ErrorMeta }): object {
  const problems = meta.problems as readonly Problem[] | undefined;
  const shown = problems?.slice(0, PROBLEMS_MAX).map(({ field, message }) => {
    return { field: field.slice(0, FIELD_MAX), message };
  });
  return { code, message: message.slice(0, MESSAGE_MAX), meta: shown ? { ...meta, problems: shown } : meta };
}

/** Find out who is calling: by key and identity of the MCP server, or by a token that it got in exchange; never by both. */
function createIdentifier(options: PerkamoOptions): (request: IncomingMessage) => Promise<Caller> {
  const { serviceKey, identitySecret, tokens, identityClock = Date } = options;
  const verifyToken = tokens && createTokenVerifier(tokens);
  return async (request) => {
    const key = headerOf(request, "x-perkamo-service-key");
    const identity = headerOf(request, "x-perkamo-identity");
    const { authorization } = request.headers;
    if (authorization === undefined) {
      verifyServiceKey(key, serviceKey);
      return verifyIdentity(identity, identitySecret, Math.floor(identityClock.now() / 1000));
    }
    if (key !== undefined || identity !== undefined) {
      throw unauthenticated("Send either the service key with the identity, or a token, not both.");
    }
    if (!verifyToken) throw unauthenticated("Tokens are not taken here. Send the service key and the identity.");
    return verifyToken(authorization, identityClock.now());
  };
}
