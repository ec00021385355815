/** What an error says to programs beside code and message. */
export type ErrorMeta = Readonly<Record<string, unknown>>;

/** An answer other than success. `code` is stable snake_case; `message` says what to do and is safe to show. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly meta: ErrorMeta;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    extra: { meta?: ErrorMeta; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.meta = extra.meta ?? {};
    this.headers = extra.headers ?? {};
  }
}

/** One field that is not valid. `field` is its path in the request: `body.rules.max_redemptions`, `query.limit`. */
export interface Problem {
  readonly field: string;
  readonly message: string;
}

/** Problems that stand in the message itself; `meta.problems` has them all. */
const PROBLEMS_IN_MESSAGE = 10;

/** All fields that are not valid, in one answer. */
export function invalidRequest(problems: readonly Problem[]): ApiError {
  const shown = problems.slice(0, PROBLEMS_IN_MESSAGE).map(({ field, message }) => `${field} ${message}`);
  const rest = problems.length - shown.length;
  const message = shown.join("; ") + (rest > 0 ? `; and ${rest} more.` : ".");
  return new ApiError(422, "invalid_request", message, { meta: { problems } });
}
