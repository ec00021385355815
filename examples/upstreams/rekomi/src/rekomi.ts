import type { IncomingMessage, RequestListener } from "node:http";
import {
  createListener,
  createRateLimiter,
  createRequestLog,
  headerOf,
  type LoggedRequest,
  type Problem,
  parseJson,
  type RateLimit,
  type Reply,
  readBytes,
  requireBytes,
  requireJson,
  route,
  splitTarget,
} from "@toolspec/example-http";
import type { Plan } from "./access.ts";
import { mintEmbedToken } from "./affiliates/embed-tokens.ts";
import { inviteOperations } from "./affiliates/invites.ts";
import { affiliateOperations } from "./affiliates/operations.ts";
import { recordAs } from "./audit/audit.ts";
import { auditOperations } from "./audit/operations.ts";
import { campaignOperations } from "./campaigns/operations.ts";
import { conversionOperations } from "./conversions/operations.ts";
import { recordSale, type Sale } from "./conversions/sale.ts";
import { affiliateCouponOperations } from "./coupons/affiliate-coupons.ts";
import { campaignCouponOperations } from "./coupons/campaign-coupons.ts";
import { dashboardOperations } from "./dashboard/operations.ts";
import { type Counts, openDatabase } from "./database.ts";
import { identify, registerToken, revokeToken, type TokenRegistration } from "./identity.ts";
import { importAffiliates } from "./imports/affiliates.ts";
import { importConversions, previewConversions } from "./imports/conversions.ts";
import { revertImport } from "./imports/job.ts";
import type { Operation } from "./operation.ts";
import { organizationOperations } from "./organization/operations.ts";
import {
  findOrganization,
  type OrganizationRow,
  type Subscription,
  saveOrganization,
} from "./organization/organization.ts";
import { payoutOperations } from "./payouts/operations.ts";
import { createRelayVerifier, type RelaySecret } from "./relay.ts";
import { seedDatabase } from "./seed/seed.ts";

/** Unix milliseconds. */
export interface Clock {
  now(): number;
}

export interface RekomiOptions {
  /** Secrets that the relay signs with; two while one takes the place of the other. */
  readonly relaySecrets: readonly RelaySecret[];
  /** What time it is for campaigns, imports and figures. Default: the machine's clock. */
  readonly clock?: Clock;
  /** By what clock a co-signature may be too old. Default: the machine's, by which a relay signs even where a test moves `clock`. */
  readonly relayClock?: Clock;
  /** Per organisation. Default: 200 requests at once, 100 a second. `false`: none. */
  readonly rateLimit?: RateLimit | false;
  /** Fill in the demo data. Default: true. */
  readonly seed?: boolean;
}

/** What a person does in the dashboard or outside, and what tests look at. */
export interface Operator {
  /** Make a credential known. One with the same hash is replaced. */
  registerToken(token: TokenRegistration): void;
  revokeToken(credential: TokenRegistration["credential"]): void;
  /** @throws Error for an organisation that is not there; so do the others that name one. */
  suspend(organization: string): void;
  resume(organization: string): void;
  setPlan(organization: string, plan: Plan, options?: { readonly subscription?: Subscription }): void;
  /** Give the organisation a public pixel key, or take it away. */
  setPixelKey(organization: string, key: string | null): void;
  /** A payment, as its processor reports it. @returns the id of the conversion that it became, if any. */
  recordSale(organization: string, sale: Sale): string | undefined;
  /** The last 1,000 requests, oldest first. */
  requests(): readonly LoggedRequest[];
  /** Rows per table, so that a test can prove that nothing was kept. */
  counts(): Counts;
}

/** The API: a listener for `node:http`, and its operator's side. */
export interface Rekomi extends Operator {
  readonly listener: RequestListener;
  close(): void;
}

/** Every endpoint of the API. */
export const operations: readonly Operation[] = [
  ...affiliateOperations,
  mintEmbedToken,
  ...inviteOperations,
  ...campaignOperations,
  ...campaignCouponOperations,
  ...affiliateCouponOperations,
  ...conversionOperations,
  importAffiliates,
  previewConversions,
  importConversions,
  revertImport,
  ...payoutOperations,
  ...dashboardOperations,
  ...auditOperations,
  ...organizationOperations,
];

const DEFAULT_RATE_LIMIT: RateLimit = { burst: 200, perSecond: 100 };

/** Bytes of a body: a thousand rows of an import with every field filled. */
const BODY_MAX_BYTES = 4_194_304;

/** Make one API with its own state in memory. */
export function createRekomi(options: RekomiOptions): Rekomi {
  const { relaySecrets, clock = Date, relayClock = Date, rateLimit = DEFAULT_RATE_LIMIT, seed = true } = options;
  const database = openDatabase();
  if (seed) seedDatabase(database, clock.now());
  const log = createRequestLog();
  const isSigned = createRelayVerifier(relaySecrets);
  const takeToken = rateLimit ? createRateLimiter(rateLimit) : () => {};

  async function answer(request: IncomingMessage, seen: { body?: unknown }): Promise<Reply> {
    const { method = "GET", url: target = "/" } = request;
    const bytes = requireBytes(await readBytes(request, BODY_MAX_BYTES), BODY_MAX_BYTES);
    const header = headerOf(request, "x-rekomi-mcp-identity");
    const nowSeconds = Math.floor(relayClock.now() / 1000);
    const relayed =
      header === undefined ? undefined : isSigned({ header, method, path: target, body: bytes }, nowSeconds);
    const caller = identify(database, { authorization: headerOf(request, "authorization"), relayed });
    takeToken(caller.organization, clock.now());
    const { path, query } = splitTarget(target);
    const { operation, path: params } = route(operations, method, path);
    if (operation.hasBody) {
      requireJson(request);
      seen.body = parseJson(bytes);
    }
    const context = { caller, organization: caller.organization, nowMs: clock.now(), database };
    return operation.run(context, { path: params, query, body: operation.hasBody ? seen.body : {} });
  }

  const change = (organization: string, fields: Partial<OrganizationRow>, action: `organization.${string}`) => {
    const context = { organization, database, nowMs: clock.now() };
    database.transaction(
      () => {
        saveOrganization(context, { ...findOrganization(context), ...fields });
        recordAs(context, { actorType: "admin", actorId: null }, { action, entityId: organization });
      },
      { keep: true },
    );
  };

  return {
    listener: createListener({ log, toError, answer }),
    registerToken: (token) => registerToken(database, token),
    revokeToken: (credential) => revokeToken(database, credential),
    suspend: (organization) => change(organization, { suspended: 1 }, "organization.suspended"),
    resume: (organization) => change(organization, { suspended: 0 }, "organization.resumed"),
    setPlan: (organization, plan, { subscription } = {}) =>
      change(organization, { plan, ...(subscription && { subscription }) }, "organization.plan_changed"),
    setPixelKey: (organization, key) => change(organization, { pixel_key: key }, "organization.pixel_key_changed"),
    recordSale: (organization, sale) =>
      database.transaction(() => recordSale({ organization, database, nowMs: clock.now() }, sale), { keep: true }),
    requests: log.all,
    counts: database.counts,
    close: database.close,
  };
}

/** Problems that one answer lists. */
const PROBLEMS_MAX = 100;

/** Codes of the shared parts that the contract knows by its own. */
const codes: Readonly<Record<string, string>> = {
  invalid_json: "invalid_request",
  invalid_query: "invalid_request",
  invalid_path: "invalid_request",
};

/** An error as the contract has it: `details` for programs, and each problem's path within its part of the request. */
function toError(error: { code: string; message: string; meta: Readonly<Record<string, unknown>> }): object {
  const { code, message, meta } = error;
  const problems = meta.problems as readonly Problem[] | undefined;
  const details = problems
    ? { problems: problems.slice(0, PROBLEMS_MAX).map(({ field, message }) => ({ path: pathOf(field), message })) }
    : meta;
  return {
    code: codes[code] ?? code,
    message: message.replaceAll(/\b(?:body|query|path)\.(?=\w)/g, ""),
    ...(Object.keys(details).length > 0 && { details }),
  };
}

/** Longest path that the contract has. */
const PATH_MAX = 200;

function pathOf(field: string): string {
  return field.replace(/^(?:body|query|path)\./, "").slice(0, PATH_MAX);
}
