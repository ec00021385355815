import type { Client as SdkClient, Tool } from "@modelcontextprotocol/client";
import { isSafeAddress } from "../safe-address.ts";
import { AdapterError, describeFailure, printable } from "./adapter-error.ts";
import { loadSdk } from "./authority.ts";

/** Milliseconds for one answer of the server: longer than any upstream may take, shorter than a person's patience. */
const answerTimeoutMs = 120_000;

/** A server that could not be asked at all: exit code 4, where other ends of a call have 1. */
export class UnreachableServer extends Error {}

/** How a call ended, as the server said it. */
export type RemoteEnd =
  | { readonly result: Readonly<Record<string, unknown>> }
  /** A JSON-RPC error. */
  | { readonly error: { readonly code: number; readonly message: string; readonly data?: unknown } };

/** A connection to an MCP server, for one call. */
export interface RemoteServer {
  /** Every page of the list. */
  readonly tools: readonly Tool[];
  call(name: string, input: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<RemoteEnd>;
  close(): Promise<void>;
}

/**
 * Connect to an MCP server over HTTP, in whichever era it speaks.
 *
 * @param headers sent with every request; they may hold a credential, which goes over https or to this machine alone
 * @throws UnreachableServer when nobody answers there; AdapterError of kind `usage` or `failed` when it cannot be used
 */
export async function connectRemote(options: {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly version: string;
}): Promise<RemoteServer> {
  const url = checkUrl(options.url, options.headers);
  const sdk = await loadSdk();
  // It can show no form, and says so: whoever runs the command says yes beforehand.
  const client = new sdk.Client(
    { name: "toolspec", version: options.version },
    { versionNegotiation: { mode: "auto" } },
  );
  const headers = { ...askingForAll(url, options.headers), ...options.headers };
  const transport = new sdk.StreamableHTTPClientTransport(url, { requestInit: { headers } });
  const explained = async <T>(task: () => Promise<T>): Promise<T> => {
    try {
      return await task();
    } catch (error) {
      throw explain(error, url, sdk);
    }
  };
  try {
    await explained(() => client.connect(transport));
    const { tools } = await explained(() => client.listTools());
    return {
      tools,
      call: (name, input, signal) => explained(() => callTool({ client, sdk, name, input, signal })),
      close: () => client.close(),
    };
  } catch (error) {
    await client.close().catch(() => {});
    throw error;
  }
}

/** Whoever names a tool wants that tool, in whichever toolset it is, unless the command itself asks for some. */
function askingForAll({ searchParams }: URL, headers: Readonly<Record<string, string>>): Record<string, string> {
  const asks =
    searchParams.has("toolsets") || Object.keys(headers).some((name) => name.toLowerCase() === toolsetsHeader);
  return asks ? {} : { [toolsetsHeader]: "all" };
}

const toolsetsHeader = "x-mcp-toolsets";

interface OneCall {
  readonly client: SdkClient;
  readonly sdk: Sdk;
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal | undefined;
}

type Sdk = Awaited<ReturnType<typeof loadSdk>>;

async function callTool({ client, sdk, name, input, signal }: OneCall): Promise<RemoteEnd> {
  try {
    const given = { name, arguments: { ...input } };
    return { result: await client.callTool(given, { timeout: answerTimeoutMs, ...(signal && { signal }) }) };
  } catch (error) {
    if (!(error instanceof sdk.ProtocolError)) throw error;
    const { code, message, data } = error;
    return { error: { code, message, ...(data !== undefined && { data }) } };
  }
}

function checkUrl(text: string, headers: Readonly<Record<string, string>>): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new AdapterError("usage", "--url takes the address of an MCP endpoint, as in http://127.0.0.1:4000/v1/mcp.");
  if (url.username !== "" || url.password !== "")
    throw new AdapterError("usage", "--url holds a user name or a password. Send them with --header instead.");
  if (!isSafeAddress(url) && Object.keys(headers).length > 0)
    throw new AdapterError("usage", "--url must have https: only on this machine may a --header travel in the clear.");
  return url;
}

/** What the SDK throws, as whoever runs the command can use it. Headers, which the system's own messages quote, are not in it. */
function explain(error: unknown, url: URL, sdk: Sdk): Error {
  const where = `${url.origin}${url.pathname}`;
  if (error instanceof sdk.SdkHttpError) {
    if (error.status === 401 || error.status === 403) {
      const mend = "Send its credential: --header 'X-API-Key: ${NAME}', NAME being a variable of the environment.";
      return new AdapterError("refused", `${where} answered ${error.status}: it does not know this caller. ${mend}`);
    }
    const reason = error.status === 400 ? reasonIn(error.data.text) : undefined;
    if (reason !== undefined) return new AdapterError("failed", `${where} refused: ${printable(reason)}`);
    const isGone = error.status >= 502 && error.status <= 504;
    const message = `${where} answered ${error.status}, which is no answer of an MCP endpoint. Check the path of --url.`;
    return isGone
      ? new UnreachableServer(`${where} answered ${error.status}: nothing serves there now.`)
      : new AdapterError("failed", message);
  }
  if (error instanceof sdk.UnauthorizedError)
    return new AdapterError(
      "refused",
      `${where} wants a login. Send an access token: --header 'Authorization: Bearer \${NAME}'.`,
    );
  if (error instanceof sdk.ProtocolError)
    return new AdapterError("failed", `${where} refused: ${printable(error.message)}`);
  if (error instanceof sdk.SdkError && error.code === sdk.SdkErrorCode.RequestTimeout)
    return new UnreachableServer(`${where} did not answer in time.`);
  if (error instanceof sdk.SdkError && error.code === sdk.SdkErrorCode.InvalidResult)
    return new AdapterError("failed", `${where} answered what does not fit: ${printable(error.message)}`);
  return new UnreachableServer(
    `${where} cannot be reached (${describeFailure(rootOf(error))}). Is the server running there?`,
  );
}

/** What a JSON-RPC error says that came with a status. */
function reasonIn(body: unknown): string | undefined {
  try {
    const { error } = JSON.parse(String(body)) as { readonly error?: { readonly message?: unknown } };
    return typeof error?.message === "string" ? error.message : undefined;
  } catch {
    return undefined;
  }
}

/** Errors within errors that are looked into. */
const causesMax = 8;

/** The SDK wraps what `fetch` throws, sometimes twice; the error below which there is only the system's own says the most. */
function rootOf(error: unknown): unknown {
  let current = error;
  for (let depth = 0; depth < causesMax; depth++) {
    const cause = current instanceof Error ? current.cause : undefined;
    if (!(cause instanceof Error) || "code" in cause) return current;
    current = cause;
  }
  return current;
}
