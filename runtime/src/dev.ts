/** A server for the one who writes its tools: it lasts, what it serves does not. `toolspec dev` is its only caller. */
import { hash, randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Secret } from "./call.ts";
import type { Advertised, ApiKeyAuth, ServerDefinition } from "./codegen.ts";
import { composeGateway } from "./compose.ts";
import { defaultSettings, type Environment } from "./config.ts";
import { createConsoleSite } from "./console-site.ts";
import { type DevelopmentAccess, letIn, operatorName, setOperator } from "./dev-access.ts";
import { type DevelopmentStdio, openStdio, type StdioDoor, stdioKeyVariable } from "./dev-stdio.ts";
import type { Changed } from "./serve/changes.ts";
import { type HttpServer, serveHttp } from "./serve/http.ts";

/** What a development server is started with. */
export interface DevelopmentOptions {
  readonly server: ServerDefinition;
  readonly host: string;
  readonly port: number;
  /** Folder of the store and of the key's seed. Made if it is not there; nothing in it belongs into version control. */
  readonly folder: string;
  /** Where requests go instead of the address in server.yaml. A mock needs no secret, so those that are missing are made up. */
  readonly upstream?: { readonly url: string; readonly isMock: boolean } | undefined;
  readonly variables: Environment;
  /** One caller at the other end of a pair of streams, beside those who come over HTTP. */
  readonly stdio?: DevelopmentStdio | undefined;
}

/** What a client finds where. */
interface Places {
  readonly mcp: string;
  readonly console: string | undefined;
  readonly access: DevelopmentAccess;
}

/** A server whose definition can be replaced. */
export interface DevelopmentServer extends Places {
  readonly operator: { readonly name: string; readonly password: string } | undefined;
  /** Resolves when the connection over stdio has ended; absent where there is none. */
  readonly disconnected: Promise<void> | undefined;
  /**
   * Serve this definition from now on. Calls that run end as they began.
   *
   * @throws ConfigError, UpstreamSettingError when it cannot be served; then the one before stays.
   */
  replace(server: ServerDefinition): Promise<Places & { readonly changed: Changed }>;
  close(): Promise<void>;
}

/**
 * Serve one definition over HTTP, with the console, an operator and a key of all scopes.
 *
 * @throws as `composeGateway` and `serveHttp`
 */
export async function serveForDevelopment(options: DevelopmentOptions): Promise<DevelopmentServer> {
  const { host, port, folder, stdio: streams, variables, upstream } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, ".gitignore"), "*\n");
  const data = join(folder, "store.sqlite");
  let definition = prepare(options.server, options);
  let house = await composeGateway({
    server: definition,
    settings: { ...defaultSettings, data, logLevel: "warn", logFormat: "pretty", callsPerMinute: 100_000 },
    variables: withPlaceholders(definition, options),
    secrets: [new Secret(variables[stdioKeyVariable] ?? "")],
  });
  const password = randomBytes(9).toString("base64url");
  let access: DevelopmentAccess;
  let http: HttpServer | undefined;
  let stdio: StdioDoor | undefined;
  try {
    access = await letIn(house, definition, folder);
    await setOperator(house, password);
    http = await serveHttp(house.gateway, {
      ...house.ports,
      host,
      port,
      isReplaceable: true,
      site: createConsoleSite(house),
    });
    if (streams !== undefined)
      stdio = await openStdio(house, access, { streams, variables, isMock: upstream?.isMock === true });
  } catch (error) {
    await http?.close();
    await house.close();
    throw error;
  }
  const [door, caller] = [http, stdio];
  const closing = new Set<Promise<void>>();
  const placesAt = (mcp: string): Places => {
    const site = definition.approvals === undefined ? undefined : new URL("/console", mcp).href;
    return { mcp, console: site, access };
  };
  return {
    ...placesAt(door.url),
    operator: definition.approvals && { name: operatorName, password },
    disconnected: caller?.closed,
    async replace(server) {
      const next = prepare(server, options);
      const changed = {
        tools: listKey(next) !== listKey(definition),
        prompts: promptsKey(next) !== promptsKey(definition),
      };
      const successor = house.rebuild(next);
      const before = house;
      try {
        const letInAs = accessKey(next) === accessKey(definition) ? access : await letIn(successor, next, folder);
        if (next.name !== definition.name) await setOperator(successor, password);
        const enter = await caller?.prepare(successor, letInAs);
        const { url, left } = await door.replace(
          { gateway: successor.gateway, site: createConsoleSite(successor) },
          changed,
        );
        const callerLeft = enter?.(changed);
        [house, definition, access] = [successor, next, letInAs];
        const closed = Promise.all([left, callerLeft])
          .then(() => before.close())
          .finally(() => closing.delete(closed));
        closing.add(closed);
        return { ...placesAt(url), changed };
      } catch (error) {
        await successor.close();
        throw error;
      }
    },
    async close() {
      await caller?.close();
      await door.close();
      await Promise.all(closing);
      await house.close();
    },
  };
}

/** The definition as it is served here: another upstream, and with a mock no authorization server that would have to be there. */
function prepare(server: ServerDefinition, { upstream }: DevelopmentOptions): ServerDefinition {
  if (upstream === undefined) return server;
  const addressed = { ...server, upstream: { ...server.upstream, url: upstream.url } };
  if (!upstream.isMock) return addressed;
  const auth = server.auth.map((scheme) => (scheme.kind === "oauth" ? localKeys : scheme));
  const { credentials } = server.upstream;
  const own = credentials.kind === "exchange" ? mockCredentials : credentials;
  return { ...addressed, auth, upstream: { ...addressed.upstream, credentials: own } };
}

const localKeys: ApiKeyAuth = { kind: "apiKey", header: "X-API-Key", kinds: { dev: { prefix: "dev_", scoped: true } } };
const mockCredentials = { kind: "service", header: "Authorization", secret: "Bearer of-a-mock" } as const;

/** Secrets for a mock, which looks at none: long enough for every use. */
function withPlaceholders(server: ServerDefinition, { upstream, variables }: DevelopmentOptions): Environment {
  if (upstream?.isMock !== true) return variables;
  const needed = JSON.stringify([server.auth, server.relay, server.upstream]).matchAll(/\$\{([A-Za-z_]\w*)\}/g);
  const made = [...needed].map(([, name = ""]) => [name, randomBytes(32).toString("hex")] as const);
  return { ...Object.fromEntries(made), ...variables };
}

/** All that `tools/list` shows. */
function listKey({ tools, toolsets = {}, advertised, mcp }: ServerDefinition): string {
  const entries = tools.map(({ name, title, description, scope }) =>
    [name, title, description, JSON.stringify(scope), schemasKey(advertised[name])].join("\n"),
  );
  const sets = Object.entries(toolsets).map(([name, set]) =>
    [name, set.default, ...set.tools.map((tool) => tool.name)].join("\n"),
  );
  return [mcp.toolsList, ...entries, ...sets].join("\n\n");
}

/** A thousand schemas are some megabytes of text, and most of them come again. */
const schemasKeys = new WeakMap<Advertised, string>();

function schemasKey(advertised: Advertised | undefined): string {
  if (advertised === undefined) return "";
  const key = schemasKeys.get(advertised) ?? hash("sha256", JSON.stringify(advertised));
  schemasKeys.set(advertised, key);
  return key;
}

function promptsKey({ prompts = [] }: ServerDefinition): string {
  return JSON.stringify(prompts);
}

function accessKey({ auth, scopes }: ServerDefinition): string {
  return JSON.stringify([auth, Object.keys(scopes)]);
}
