import type { IncomingMessage, RequestListener } from "node:http";
import { ApiError, type ErrorMeta } from "./api-error.ts";
import type { Reply } from "./operation.ts";
import type { RequestLog } from "./request-log.ts";

/** What an API does with a request. It leaves the body that it has read in `seen`, for the log. */
export interface Answering {
  readonly log: RequestLog;
  /** The error object of a reply, as the API's contract has it. */
  toError(error: { code: string; message: string; meta: ErrorMeta }): object;
  /** @throws ApiError for what is refused. */
  answer(request: IncomingMessage, seen: { body?: unknown }): Promise<Reply>;
}

/** Make a listener that answers with JSON, errors all in the envelope `{ error }`, and logs each request once. */
export function createListener({ log, toError, answer }: Answering): RequestListener {
  return (request, response) => {
    const seen: { body?: unknown } = {};
    answer(request, seen)
      .catch((error: unknown) => {
        const { status, headers, ...rest } = toKnown(error);
        return { status, headers, body: { error: toError(rest) } };
      })
      .then((reply) => {
        const { method = "", url: path = "" } = request;
        const headerNames = Object.keys(request.headers).sort();
        log.add({ method, path, headerNames, body: seen.body, status: reply.status });
        const headers = "headers" in reply ? reply.headers : {};
        response.writeHead(reply.status, { ...headers, "content-type": "application/json" });
        response.end(JSON.stringify(reply.body));
      });
  };
}

/** Read one header. Node joins a repeated header of an unknown name with commas: then it matches nothing. */
export function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(",") : value;
}

/** What is not an ApiError is a bug, and says no more than that. */
function toKnown(error: unknown): Pick<ApiError, "status" | "code" | "message" | "meta" | "headers"> {
  if (!(error instanceof ApiError)) console.error(error);
  const known = error instanceof ApiError ? error : new ApiError(500, "internal", "Something went wrong here.");
  const { status, code, message, meta, headers } = known;
  return { status, code, message, meta, headers };
}
