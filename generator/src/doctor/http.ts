import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

export interface Asked {
  readonly method: "GET" | "HEAD" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Milliseconds for one question: whoever waits longer for a server has found what is wrong. */
const answerMs = 5_000;

/** Bytes of an answer that are read: a list of a thousand tools has two million. */
const answerMaxBytes = 16 * 1024 * 1024;

/** Ask once; follows no redirect, keeps no connection. `node:http`, because `fetch` sets Host and Origin itself. */
export function ask(url: string, { method, headers, body }: Asked): Promise<Answer | { readonly failed: string }> {
  return new Promise((resolve) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const send = url.startsWith("https:") ? requestHttps : requestHttp;
    const sent = {
      ...(text !== undefined && { "content-type": "application/json" }),
      accept: "application/json, text/event-stream",
      ...headers,
    };
    const request = send(
      url,
      { method, headers: sent, agent: false, signal: AbortSignal.timeout(answerMs) },
      (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > answerMaxBytes) response.destroy(new Error(`the answer has more than ${answerMaxBytes} bytes`));
          else chunks.push(chunk);
        });
        response.once("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString("utf8"),
          }),
        );
        response.once("error", (error) => resolve({ failed: error.message }));
      },
    );
    request.once("error", (error) => resolve({ failed: reasonOf(error) }));
    request.end(text);
  });
}

function reasonOf(error: Error & { readonly code?: string }): string {
  if (error.name === "TimeoutError" || error.name === "AbortError") return `no answer within ${answerMs / 1000} s`;
  return error.message || error.code || "no connection";
}

/** JSON of an answer: plain, or the one event of a stream. */
export function jsonOf({ text }: Answer): unknown {
  const data = /^data: ?(.*)$/m.exec(text)?.[1];
  try {
    return JSON.parse(data ?? text);
  } catch {
    return undefined;
  }
}
