import type { IncomingHttpHeaders } from "node:http";
import type { Tool } from "../codegen.ts";
import { GatewayError } from "../errors.ts";
import type { UpstreamError } from "./upstream-error.ts";

/** What the words of a rejection depend on. */
export interface RejectionContext {
  readonly tool: Tool;
  /** The call changes something: a write that is no dry run. */
  readonly isEffect: boolean;
  /** The credential that was refused, if one was, is the caller's own. */
  readonly isCallersCredential: boolean;
  /** Codes by which the upstream says that it does not accept this server's co-signature. */
  readonly relayRefusals: readonly string[];
  readonly headers: IncomingHttpHeaders;
  readonly error: UpstreamError;
  /** Unix time in milliseconds, for a `Retry-After` that is a date. */
  readonly nowMs: number;
}

/**
 * Put a reply that is no success into an error for the caller: 3xx, 4xx or 5xx.
 *
 * 4xx carry the upstream's own code, message and problems. 5xx carry its code only, because its text was not written for
 * callers. 401 and 403 of the gateway's own credential, and refusals of its co-signature, are the operator's business.
 *
 * @see runtime.md, "The one request"; RFC 9110, section 15
 */
export function toRejection(status: number, context: RejectionContext): GatewayError {
  const { error } = context;
  if (status < 400) {
    return new GatewayError(
      "upstream_redirect",
      `The upstream answered with a redirect (${status}), and redirects are never followed. The operator must correct the upstream's address.`,
      { meta: { status, retryable: false } },
    );
  }
  if (status < 500 && error.code !== undefined && context.relayRefusals.includes(error.code)) {
    return new GatewayError(
      "upstream_unauthorized",
      `The upstream does not accept this server's co-signature (${status}). Only its operator can mend that; another token will not help.`,
      { meta: { status, ...codeMeta(error), retryable: false } },
    );
  }
  if ((status === 401 || status === 403) && !context.isCallersCredential) {
    return new GatewayError(
      "upstream_unauthorized",
      `The upstream does not accept the credential of this server (${status}). Only its operator can mend that.`,
      { meta: { status, retryable: false } },
    );
  }
  if (status === 429) return toRateLimited(context);
  return status < 500 ? toRejected(status, context) : toFailed(status, error, context);
}

function toRejected(status: number, { tool, error }: RejectionContext): GatewayError {
  const plan = requiredPlan(error.details) ?? (status === 402 ? tool.plan : undefined);
  return new GatewayError("upstream_rejected", error.message ?? `The upstream refused the request (${status}).`, {
    meta: {
      status,
      ...codeMeta(error),
      retryable: false,
      ...(error.details !== undefined && { details: error.details }),
      ...(plan !== undefined && { plan }),
    },
  });
}

/** Characters of a plan's name. It goes into a sentence of ours, so that anything longer is taken for something else. */
const planMaxChars = 40;

/** The plan that the upstream asks for: `details.requiredPlan`. */
function requiredPlan(details: unknown): string | undefined {
  if (typeof details !== "object" || details === null || !Object.hasOwn(details, "requiredPlan")) return undefined;
  const { requiredPlan: plan } = details as { readonly requiredPlan: unknown };
  return typeof plan === "string" && plan.trim() !== "" && plan.length <= planMaxChars ? plan : undefined;
}

function toRateLimited({ error, headers, nowMs }: RejectionContext): GatewayError {
  const retryAfterSeconds = readRetryAfter(headers["retry-after"], nowMs);
  const when = retryAfterSeconds === undefined ? "later" : `in ${retryAfterSeconds} seconds`;
  return new GatewayError("upstream_rate_limited", `The upstream takes no more calls at present. Try again ${when}.`, {
    meta: {
      status: 429,
      ...codeMeta(error),
      retryable: true,
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    },
  });
}

function toFailed(
  status: number,
  error: UpstreamError,
  { tool, isEffect, headers, nowMs }: RejectionContext,
): GatewayError {
  const isRepeatable = !isEffect || tool.idempotent === true;
  const retryAfterSeconds = readRetryAfter(headers["retry-after"], nowMs);
  const when = retryAfterSeconds === undefined ? "later" : `in ${retryAfterSeconds} seconds`;
  const advice = isRepeatable
    ? `Try again ${when}.`
    : "It may have taken effect all the same: find out with a read before calling it again.";
  return new GatewayError("upstream_failed", `The upstream failed (${status}). ${advice}`, {
    meta: {
      status,
      ...codeMeta(error),
      retryable: isRepeatable,
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    },
  });
}

function codeMeta({ code }: UpstreamError): { readonly upstreamCode?: string } {
  return code === undefined ? {} : { upstreamCode: code };
}

const imfDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Seconds that are passed on at most. Longer waits are no advice to a model. */
const retryAfterMaxSeconds = 86_400;

/**
 * Read `Retry-After`: seconds, or an HTTP date. Undefined when it is neither.
 *
 * @see RFC 9110, section 10.2.3
 */
function readRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  if (/^\d{1,15}$/.test(text)) return Math.min(Number(text), retryAfterMaxSeconds);
  const atMs = imfDate.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(atMs)) return undefined;
  return Math.min(Math.max(Math.ceil((atMs - nowMs) / 1000), 0), retryAfterMaxSeconds);
}
