import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { nearest } from "../spec/near.ts";
import { refusalOf } from "./check-request.ts";
import type { Route } from "./routes.ts";

export interface MockOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Default: loopback. */
  readonly host?: string;
  /** The same seed gives the same replies and the same failures. Default: 0. */
  readonly seed?: number;
  /** Milliseconds before each reply. */
  readonly delayMs?: number;
  /** Of a hundred requests, how many are answered 503. */
  readonly failPercent?: number;
  /** Told of each request that was answered. */
  readonly onRequest?: (seen: Seen) => void;
}

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** Why it was refused. */
  readonly message?: string;
}

/** An upstream that listens. */
export interface Mock {
  readonly url: string;
  readonly port: number;
  /** Answer from these from now on. */
  replace(routes: readonly Route[]): void;
  close(): Promise<void>;
}

/** Bytes of a request that are read: more than any gateway of ours sends. */
const bodyMaxBytes = 32 * 1024 * 1024;

/** Answer as the upstream would, from its contract and examples. Nothing is kept: what is created is not there afterwards. */
export async function startMock(first: readonly Route[], options: MockOptions): Promise<Mock> {
  const { host = "127.0.0.1", seed = 0, delayMs = 0, failPercent = 0, onRequest = () => {} } = options;
  let find = matcher(first);
  const luck = createLuck(seed);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://mock");
    const method = (request.method ?? "GET").toLowerCase();
    const refuse = (status: number, code: string, message: string, headers: Record<string, string> = {}) => {
      onRequest({ method, path: pathname, status, message });
      write(response, {
        status,
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify({ error: { code, message } }),
      });
    };
    const body = await readBody(request);
    if (body === undefined) return refuse(413, "too_large", `a body has at most ${bodyMaxBytes} bytes`);
    if (delayMs > 0) await pause(delayMs);
    if (luck() * 100 < failPercent)
      return refuse(503, "mock_failure", "this request fails because --fail says so", { "retry-after": "1" });
    const found = find(method, pathname);
    if ("near" in found)
      return refuse(
        404,
        "not_found",
        `there is no ${pathname}${found.near === undefined ? "" : `; the nearest is ${found.near}`}`,
      );
    if ("allow" in found)
      return refuse(405, "method_not_allowed", `${pathname} takes ${found.allow.join(", ")}`, {
        allow: found.allow.join(", "),
      });
    const { route, path } = found;
    const headers = request.headers as Record<string, string | undefined>;
    const refused = refusalOf(route, { path, query: searchParams, headers, body });
    if (refused !== undefined) return refuse(refused.status, refused.code, refused.message);
    const reply = route.reply(seed);
    onRequest({ method, path: pathname, status: reply.status });
    write(response, {
      ...reply,
      headers: reply.contentType === undefined ? {} : { "content-type": reply.contentType },
      isHead: method === "head",
    });
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      onRequest({ method: request.method ?? "", path: request.url ?? "", status: 500, message: String(error) });
      if (!response.headersSent) write(response, { status: 500, headers: {}, body: undefined });
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(options.port, host, () => resolve());
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
    port,
    replace(routes) {
      find = matcher(routes);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function write(
  response: ServerResponse,
  {
    status,
    headers,
    body,
    isHead = false,
  }: { status: number; headers: Record<string, string>; body: string | Uint8Array | undefined; isHead?: boolean },
): void {
  response.writeHead(status, headers).end(isHead ? undefined : body);
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyMaxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

type Match =
  | { readonly route: Route; readonly path: Readonly<Record<string, string>> }
  | { readonly allow: readonly string[] }
  | { readonly near: string | undefined };

/** Concrete paths win over templates (OpenAPI 3.1, "Paths Object"). */
function matcher(routes: readonly Route[]): (method: string, path: string) => Match {
  const compiled = routes
    .map((route) => ({ route, ...compile(route.path) }))
    .sort((one, other) => one.names.length - other.names.length);
  return (method, path) => {
    const fitting = compiled.flatMap(({ route, expression, names }) => {
      const found = expression.exec(path);
      return found === null ? [] : [{ route, values: found.slice(1), names }];
    });
    const one =
      fitting.find(({ route }) => route.method === method) ??
      fitting.find(({ route }) => method === "head" && route.method === "get");
    if (one !== undefined)
      return {
        route: one.route,
        path: Object.fromEntries(one.names.map((name, index) => [name, decode(one.values[index] ?? "")])),
      };
    if (fitting.length > 0) return { allow: [...new Set(fitting.map(({ route }) => route.method.toUpperCase()))] };
    return {
      near: nearest(
        path,
        routes.map((route) => route.path),
      ),
    };
  };
}

function compile(template: string): { readonly expression: RegExp; readonly names: readonly string[] } {
  const [path = ""] = template.split(/[?#]/, 1);
  const names: string[] = [];
  const source = path.split(/(\{[^}]*\})/).map((part) => {
    if (!part.startsWith("{")) return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    names.push(part.slice(1, -1));
    return "([^/]+)";
  });
  return { expression: new RegExp(`^${source.join("")}/?$`), names };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Numbers from 0 to 1 that look like chance and come again with the same seed (mulberry32). */
function createLuck(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
