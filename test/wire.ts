/** Speaks JSON-RPC over HTTP in either era, as the wire has it and no client library helps. */

export type Era = "2025-11-25" | "2026-07-28";
export const eras: readonly Era[] = ["2025-11-25", "2026-07-28"];

/** What came back over HTTP: the JSON-RPC reply and, for a tool result, what its text holds. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the wire holds
  readonly json: any;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the wire holds
  readonly inner: any;
}

/** One way of asking one server. */
export interface Wire {
  /** POST a body as it is. */
  post(body: unknown, headers?: Record<string, string>): Promise<Reply>;
  request(method: string, params: Record<string, unknown>, options?: AskOptions): Promise<Reply>;
  /** Call one tool. */
  call(name: string, given?: Record<string, unknown>, options?: AskOptions): Promise<Reply>;
}

export interface AskOptions {
  /** Default: 2025-11-25. */
  readonly era?: Era;
  /** Default: the wire's own. */
  readonly key?: string;
}

/** Ask the server at `url`; `credential` says in which header a key goes. */
export function openWire(options: {
  readonly url: string;
  readonly key: string;
  readonly credential: (key: string) => Record<string, string>;
}): Wire {
  async function post(body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    const response = await fetch(options.url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        ...options.credential(options.key),
        ...headers,
      },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    const text = await response.text();
    const json = text.startsWith("{") ? JSON.parse(text) : undefined;
    const content = json?.result?.content?.[0]?.text;
    return {
      status: response.status,
      headers: response.headers,
      text,
      json,
      inner: content === undefined ? undefined : JSON.parse(content),
    };
  }

  function request(
    method: string,
    params: Record<string, unknown>,
    { era = "2025-11-25", key = options.key }: AskOptions = {},
  ): Promise<Reply> {
    const credential = options.credential(key);
    if (era === "2025-11-25") {
      return post({ jsonrpc: "2.0", id: 1, method, params }, { "mcp-protocol-version": era, ...credential });
    }
    const meta = {
      "io.modelcontextprotocol/protocolVersion": era,
      "io.modelcontextprotocol/clientCapabilities": {},
      "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
    };
    const name = typeof params.name === "string" ? { "mcp-name": params.name } : undefined;
    return post(
      { jsonrpc: "2.0", id: 1, method, params: { ...params, _meta: meta } },
      { "mcp-protocol-version": era, "mcp-method": method, ...credential, ...name },
    );
  }

  return {
    post,
    request,
    call: (name, given = {}, asked = {}) => request("tools/call", { name, arguments: given }, asked),
  };
}
