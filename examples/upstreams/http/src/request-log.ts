/** One request as received, for tests that ask what reached the upstream. */
export interface LoggedRequest {
  readonly method: string;
  /** The request target as sent, query included. */
  readonly path: string;
  /** Lower case, sorted. The values are not kept: two of them are credentials. */
  readonly headerNames: readonly string[];
  /** Parsed JSON; `undefined` without a body, and where it was refused before it was read. */
  readonly body: unknown;
  /** Status of the reply. */
  readonly status: number;
}

/** Requests that are kept: more than any test sends, and little memory in a demo that runs for days. */
const KEPT_MAX = 1000;

export interface RequestLog {
  add(request: LoggedRequest): void;
  /** The last requests that were answered, oldest first. */
  all(): readonly LoggedRequest[];
}

export function createRequestLog(): RequestLog {
  const kept: LoggedRequest[] = [];
  return {
    add(request) {
      kept.push(request);
      if (kept.length > KEPT_MAX) kept.shift();
    },
    all: () => [...kept],
  };
}
