import { tokensOf } from "../emit/manifest.ts";
import { version } from "../version.ts";
import { type Check, fault, ok, warning } from "./check.ts";
import { type Answer, ask, jsonOf } from "./http.ts";

export interface EndpointOptions {
  readonly url: string;
  /** What a client is configured to send: a key or a token. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The two eras of MCP that clients speak. */
const modern = "2026-07-28";
const legacy = "2025-11-25";

/** A page's origin and a name that nobody serves (RFC 2606). */
const stranger = "doctor.invalid";

/** Tokens of `tools/list` beyond which it crowds a conversation: some five tools of a hundred cost as much. */
const listTokensGood = 25_000;

/** Look at a server as a client does, with requests that change nothing. */
export async function endpointChecks({ url, headers }: EndpointOptions): Promise<readonly Check[]> {
  const bare = await ask(url, { method: "POST", ...discover({}) });
  if ("failed" in bare)
    return [
      {
        check: "endpoint",
        state: "problem",
        unreachable: true,
        message: `${url} cannot be reached: ${bare.failed}`,
        mend: "start the server, or correct the address",
      },
    ];
  const isKnown = Object.keys(headers).length > 0;
  const isOAuth = /resource_metadata/.test(String(bare.headers["www-authenticate"]));
  return [
    refusalCheck(bare),
    ...(isKnown || bare.status === 200 ? await knownChecks(url, headers) : [needsHeader()]),
    ...(await metadataChecks(url, { isOAuth, sendsKey: isKnown && !isOAuth })),
    await streamCheck(url, headers),
    await strangerCheck(url, headers, "host"),
    await strangerCheck(url, headers, "origin"),
  ];
}

function discover(headers: Readonly<Record<string, string>>, method = "server/discover") {
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": modern,
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": { name: "toolspec-doctor", version: version() },
  };
  return {
    headers: { "mcp-protocol-version": modern, "mcp-method": method, ...headers },
    body: { jsonrpc: "2.0", id: 1, method, params: { _meta } },
  };
}

/** What somebody without a credential is told. */
function refusalCheck({ status, headers, text }: Answer): Check {
  const check = "unauthorized";
  if (status === 200)
    return warning(check, "it answers callers without a credential", "ask for one: auth: in server.yaml");
  if (status !== 401)
    return fault(check, `without a credential it answers ${status}`, "answer 401, which tells a client to sign in");
  if (headers["www-authenticate"] === undefined)
    return fault(check, "its 401 has no WWW-Authenticate header", "send one: RFC 9110, section 15.5.2, asks for it");
  if (text === "")
    return warning(check, "its 401 has no body", "say in JSON what is missing, so that a person can mend it");
  return ok(check, "without a credential it answers 401 and says how to sign in");
}

function needsHeader(): Check {
  return warning(
    "identity",
    "nothing was asked with a credential",
    "add --header 'X-API-Key: ${NAME}' with the name of a variable",
  );
}

/** Both eras, and what a list costs. */
async function knownChecks(url: string, headers: EndpointOptions["headers"]): Promise<Check[]> {
  const first = await ask(url, { method: "POST", ...discover(headers) });
  if ("failed" in first) return [fault("identity", `it stopped answering: ${first.failed}`, "see its log")];
  if (first.status === 401 || first.status === 403)
    return [
      fault(
        "identity",
        `it refuses the credential (${first.status})`,
        "make a new one, or check which header it reads",
      ),
    ];
  const params = {
    protocolVersion: legacy,
    capabilities: {},
    clientInfo: { name: "toolspec-doctor", version: version() },
  };
  const second = await ask(url, {
    method: "POST",
    headers,
    body: { jsonrpc: "2.0", id: 2, method: "initialize", params },
  });
  const list = await ask(url, { method: "POST", ...discover(headers, "tools/list") });
  return [
    ok("identity", "it takes the credential"),
    eraCheck(modern, first, "server/discover"),
    eraCheck(legacy, second, "initialize"),
    listCheck(list),
  ];
}

function eraCheck(era: string, answer: Awaited<ReturnType<typeof ask>>, method: string): Check {
  const check = `era-${era}`;
  if ("failed" in answer) return fault(check, `${method} is not answered: ${answer.failed}`, "see the server's log");
  if (resultOf(answer) !== undefined) return ok(check, `clients of ${era} are answered (${method})`);
  return fault(
    check,
    `clients of ${era} are not answered: ${method} ends with ${answer.status}`,
    "serve both eras: most clients still begin with initialize",
  );
}

function resultOf(answer: Answer): Readonly<Record<string, unknown>> | undefined {
  const { result } = (jsonOf(answer) ?? {}) as { readonly result?: unknown };
  return answer.status === 200 && typeof result === "object" && result !== null
    ? (result as Record<string, unknown>)
    : undefined;
}

function listCheck(answer: Awaited<ReturnType<typeof ask>>): Check {
  const check = "tools-list";
  const tools = "failed" in answer ? undefined : resultOf(answer)?.tools;
  if (!Array.isArray(tools)) return fault(check, "tools/list has no list of tools", "see the server's log");
  const tokens = tokensOf(JSON.stringify(tools));
  const message = `tools/list has ${tools.length} tools and costs a model about ${tokens.toLocaleString("en-US")} tokens`;
  if (tools.length === 0)
    return warning(check, "tools/list is empty for this credential", "give it scopes: toolspec keys create --scope");
  return tokens > listTokensGood
    ? warning(
        check,
        message,
        "see which tools cost most: toolspec lint --tokens; toolsets: in server.yaml keep the default list short",
      )
    : ok(check, message);
}

interface MetadataOptions {
  readonly isOAuth: boolean;
  readonly sendsKey: boolean;
}

/** Several clients look for OAuth metadata first, and drop a configured header once they find any. */
async function metadataChecks(url: string, { isOAuth, sendsKey }: MetadataOptions): Promise<Check[]> {
  const { origin, pathname } = new URL(url);
  const paths = [
    `/.well-known/oauth-protected-resource${pathname === "/" ? "" : pathname}`,
    "/.well-known/oauth-protected-resource",
    "/.well-known/oauth-authorization-server",
  ];
  const found: string[] = [];
  for (const path of new Set(paths)) {
    const answer = await ask(origin + path, { method: "GET" });
    if ("failed" in answer || answer.status === 404) continue;
    if (answer.status === 401 || answer.status === 403)
      return [
        fault(
          "well-known",
          `${path} asks for a credential (${answer.status})`,
          "answer it without one: clients read it before they sign in",
        ),
      ];
    if (answer.status !== 200 || !isMetadata(jsonOf(answer)))
      return [
        fault(
          "well-known",
          `${path} answers ${answer.status} and is no OAuth metadata`,
          "answer 404: clients take anything else for OAuth",
        ),
      ];
    found.push(path);
  }
  if (isOAuth)
    return found.some((path) => path.includes("protected-resource"))
      ? [ok("well-known", "OAuth metadata can be read without a credential")]
      : [
          fault(
            "well-known",
            "its 401 speaks of OAuth metadata, and there is none",
            "serve /.well-known/oauth-protected-resource",
          ),
        ];
  if (found.length === 0) return [ok("well-known", "no OAuth metadata: clients send the header that they are given")];
  const message = `${found[0]} is served beside key auth`;
  const mend =
    "serve keys and OAuth at two paths: several clients drop a configured header once they find OAuth metadata";
  return [sendsKey ? fault("well-known", message, mend) : warning("well-known", message, mend)];
}

function isMetadata(value: unknown): boolean {
  return typeof value === "object" && value !== null && ("resource" in value || "issuer" in value);
}

/** GET asks for the stream of the first era; 405 tells clients at once that there is none. */
async function streamCheck(url: string, headers: EndpointOptions["headers"]): Promise<Check> {
  const check = "get";
  const answer = await ask(url, { method: "GET", headers: { ...headers, accept: "text/event-stream" } });
  if ("failed" in answer)
    return warning(check, `GET keeps clients waiting: ${answer.failed}`, "answer 405, unless there is a stream");
  if (answer.status === 405) return ok(check, "GET for a stream is answered 405, as it should be");
  return warning(
    check,
    `GET for a stream is answered ${answer.status}`,
    "answer 405: dual-era clients then know that there is none",
  );
}

/** A web page, or a name that was rebound to this machine, must not get at the server. */
async function strangerCheck(
  url: string,
  headers: EndpointOptions["headers"],
  header: "host" | "origin",
): Promise<Check> {
  const value = header === "host" ? stranger : `https://${stranger}`;
  const answer = await ask(url, { method: "POST", ...discover({ ...headers, [header]: value }) });
  const name = header === "host" ? "Host" : "Origin";
  if ("failed" in answer || (answer.status >= 400 && answer.status !== 401))
    return ok(header, `a foreign ${name} is refused`);
  return fault(
    header,
    `a foreign ${name} is answered ${answer.status}`,
    `check ${name} before anything else: web pages could call it otherwise`,
  );
}
