import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { AdapterError } from "./adapter-error.ts";

/** Where the browser comes back to. */
const callbackPath = "/callback";

/** Bytes of the callback's headers and URL: a code and a state are some hundred. */
const headersMaxBytes = 16 * 1024;

/** A browser that came back from the authorization server. */
export interface Callback {
  readonly params: URLSearchParams;
  /** Tell the person how it ended. To be called once. */
  respond(status: number, text: string): void;
}

/** Listens on this machine for the end of one login. */
export interface CallbackServer {
  readonly redirectUri: string;
  /**
   * The first callback that carries `state`; whatever else asks is turned away, so that no other page can end the login.
   *
   * @throws the signal's reason
   */
  wait(state: string, signal: AbortSignal): Promise<Callback>;
  close(): void;
}

/** Listen on 127.0.0.1, at `preferredPort` when that is given and free. */
export async function listenForCallback(preferredPort?: number): Promise<CallbackServer> {
  const server = createServer({ maxHeaderSize: headersMaxBytes });
  const port = (preferredPort && (await listen(server, preferredPort))) || (await listen(server, 0));
  if (port === undefined) throw new AdapterError("failed", "no port on 127.0.0.1 could be opened to log in at.");
  return {
    redirectUri: `http://127.0.0.1:${port}${callbackPath}`,
    wait: (state, signal) => waitFor(server, state, signal),
    close: () => {
      server.close();
      server.closeIdleConnections();
    },
  };
}

function listen(server: Server, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const onError = () => resolve(undefined);
    server.once("error", onError).listen(port, "127.0.0.1", () => {
      server.off("error", onError);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function waitFor(server: Server, state: string, signal: AbortSignal): Promise<Callback> {
  const { promise, resolve, reject } = Promise.withResolvers<Callback>();
  let isTaken = false;
  const onAbort = () => reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  server.on("request", (request, response) => {
    // Any page of the browser can ask here, also for what is no URL, as "//" is.
    const url = URL.parse(request.url ?? "", "http://127.0.0.1");
    if (request.method !== "GET" || url?.pathname !== callbackPath)
      return sendPage(response, 404, "There is nothing here.");
    const { searchParams: params } = url;
    if (isTaken || !isSame(params.get("state") ?? "", state))
      return sendPage(response, 400, "This is not the login that is waited for. Start again from your MCP client.");
    isTaken = true;
    resolve({ params, respond: (status, text) => sendPage(response, status, text) });
  });
  return promise.finally(() => signal.removeEventListener("abort", onAbort));
}

/** Compare without telling by the time it takes how much was right; hashed, because lengths must be equal. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** In the middle, readable in light and dark. */
const style =
  ":root{color-scheme:light dark}body{margin:25vh auto 0;max-width:32rem;padding:0 1rem;font:1.25rem/1.5 system-ui,sans-serif;text-align:center}";
const styleHash = createHash("sha256").update(style).digest("base64");

/** A page without scripts or anything else that would have to be allowed, beside this one style. */
function sendPage(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": `default-src 'none'; style-src 'sha256-${styleHash}'; frame-ancestors 'none'`,
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    connection: "close",
  });
  const line = escapeHtml(text);
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${line}</title><style>${style}</style>`;
  response.end(`<!doctype html>\n<html lang="en"><head>${head}</head><body><p>${line}</p></body></html>\n`);
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
