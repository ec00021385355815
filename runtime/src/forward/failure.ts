import { errors } from "undici";
import { type ErrorCode, GatewayError } from "../errors.ts";

/** Codes of an exchange that brought no usable reply. */
export type LossCode = Extract<
  ErrorCode,
  | "cancelled"
  | "internal"
  | "upstream_unreachable"
  | "upstream_timeout"
  | "upstream_reset"
  | "upstream_malformed"
  | "upstream_too_large"
  | "upstream_media_type"
  | "upstream_invalid_json"
>;

/**
 * Name what went wrong on the wire, by the error's code and how far the exchange was; never by its message.
 *
 * What fails before `dispatched` was provably not sent, whatever the reason.
 *
 * @see undici, "Errors"; Node.js, "Common system errors"
 */
export function toLossCode(
  error: unknown,
  reached: { readonly dispatched: boolean; readonly answered: boolean },
): LossCode {
  const code = codeOf(error);
  if (code === "UND_ERR_INVALID_ARG" || code === "UND_ERR_NOT_SUPPORTED") return "internal";
  if (!reached.dispatched) return "upstream_unreachable";
  // By class, because its code is not always set.
  if (error instanceof errors.HTTPParserError) return "upstream_malformed";
  switch (code) {
    case "UND_ERR_HEADERS_TIMEOUT":
    case "UND_ERR_BODY_TIMEOUT":
    case "ETIMEDOUT":
      return "upstream_timeout";
    case "UND_ERR_RES_CONTENT_LENGTH_MISMATCH":
      return "upstream_malformed";
    case "UND_ERR_HEADERS_OVERFLOW":
    case "UND_ERR_RES_EXCEEDED_MAX_SIZE":
      return "upstream_too_large";
    case "UND_ERR_SOCKET":
      // The other side ended the connection in good order: within a reply that is a reply shorter than it said.
      return reached.answered ? "upstream_malformed" : "upstream_reset";
    default:
      return "upstream_reset";
  }
}

/** The library's or the system's own code, for the log. */
export function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error && typeof error.code === "string"
    ? error.code
    : "";
}

/** A reply that did not come, or that cannot be read. */
export interface Loss {
  readonly code: LossCode;
  /** The request, or the beginning of it, was handed to a connection. */
  readonly dispatched: boolean;
  /** Of a reply that came and cannot be read. */
  readonly status?: number;
  /** What the library said: for the log only. */
  readonly cause?: unknown;
}

/** What the words of a failure depend on. */
export interface LossContext {
  readonly toolName: string;
  /** The call changes something: a write that is no dry run. */
  readonly isEffect: boolean;
  readonly isIdempotent: boolean;
  readonly timeoutMs: number;
  readonly replyMaxBytes: number;
}

/**
 * Put a loss into words for the caller. A write that was dispatched may have happened, whatever became of the answer: that is
 * `outcome_unknown`, with the loss itself in `meta.cause`.
 *
 * @see reliability.md §0 (5), §6.6
 */
export function toLossError(loss: Loss, context: LossContext): GatewayError {
  const { code, cause, status } = loss;
  const statusMeta = status === undefined ? {} : { status };
  if (!loss.dispatched || !context.isEffect) {
    return new GatewayError(code, describe(code, context), { meta: statusMeta, cause });
  }
  const advice = context.isIdempotent
    ? "Calling it again with the same arguments is safe."
    : "Find out with a read before calling it again, or it may happen twice.";
  return new GatewayError(
    "outcome_unknown",
    `${context.toolName} was sent, but its answer was lost (${code}): it may or may not have taken effect. ${advice}`,
    { meta: { cause: code, ...statusMeta, retryable: context.isIdempotent }, cause },
  );
}

function describe(code: LossCode, { timeoutMs, replyMaxBytes }: LossContext): string {
  switch (code) {
    case "cancelled":
      return "The call was cancelled before it was done.";
    case "internal":
      return "The request could not be built. This is a fault of the server; report it to its operator.";
    case "upstream_unreachable":
      return "The upstream cannot be reached; nothing was sent. Try again later.";
    case "upstream_timeout":
      return `The upstream did not answer within ${timeoutMs} ms. Try again later, or ask for less.`;
    case "upstream_reset":
      return "The upstream ended the connection before its reply was complete. Try again.";
    case "upstream_malformed":
      return "The upstream's reply is not valid HTTP, or not as long as it says. Try again; if it persists, tell the operator.";
    case "upstream_too_large":
      return `The upstream's reply is larger than ${replyMaxBytes} bytes, or too deeply nested. Ask for less, with a limit or a filter.`;
    case "upstream_media_type":
      return "The upstream's reply is not plain JSON in UTF-8 by its headers. Tell the operator.";
    case "upstream_invalid_json":
      return "The upstream's reply is not valid JSON. Tell the operator.";
  }
}
