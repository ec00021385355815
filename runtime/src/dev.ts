/** A server for the one who writes its tools: it lasts, what it serves does not. `toolspec dev` is its only caller. */
import { createHash, hash, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Advertised, ApiKeyAuth, ServerDefinition } from "./codegen.ts";
import { composeGateway, type House } from "./compose.ts";
import { defaultSettings, type Environment } from "./config.ts";
import { createConsoleSite } from "./console-site.ts";
import { apiKeySchemes, hashKey, keyRandomBytes, tokenSchemes } from "./identity/key-format.ts";
import { mintKey } from "./identity/mint.ts";
import { mintToken } from "./identity/mint-token.ts";
import { hashPassword } from "./identity/operator-password.ts";
import { formatToken } from "./identity/token-format.ts";
import type { Random } from "./ports.ts";
import type { Changed } from "./serve/changes.ts";
import { type HttpServer, serveHttp } from "./serve/http.ts";
import { systemClock, systemRandom } from "./system.ts";

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
}

/** How to call the server from this machine. */
export interface DevelopmentAccess {
  readonly header: string;
  /** Absent where nobody but an authorization server can let anyone in. */
  readonly credential: string | undefined;
  readonly note: string;
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
  /**
   * Serve this definition from now on. Calls that run end as they began.
   *
   * @throws ConfigError, UpstreamSettingError when it cannot be served; then the one before stays.
   */
  replace(server: ServerDefinition): Promise<Places & { readonly changed: Changed }>;
  close(): Promise<void>;
}

const operatorName = "dev";
const seedFile = "key-seed";
const tenant = "dev";

/**
 * Serve one definition over HTTP, with the console, an operator and a key of all scopes.
 *
 * @throws as `composeGateway` and `serveHttp`
 */
export async function serveForDevelopment(options: DevelopmentOptions): Promise<DevelopmentServer> {
  const { host, port, folder } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, ".gitignore"), "*\n");
  const data = join(folder, "store.sqlite");
  let definition = prepare(options.server, options);
  let house = await composeGateway({
    server: definition,
    settings: { ...defaultSettings, data, logLevel: "warn", logFormat: "pretty", callsPerMinute: 100_000 },
    variables: withPlaceholders(definition, options),
  });
  const password = randomBytes(9).toString("base64url");
  let access: DevelopmentAccess;
  let http: HttpServer;
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
  } catch (error) {
    await house.close();
    throw error;
  }
  const closing = new Set<Promise<void>>();
  const placesAt = (mcp: string): Places => {
    const site = definition.approvals === undefined ? undefined : new URL("/console", mcp).href;
    return { mcp, console: site, access };
  };
  return {
    ...placesAt(http.url),
    operator: definition.approvals && { name: operatorName, password },
    async replace(server) {
      const next = prepare(server, options);
      const changed = {
        tools: listKey(next) !== listKey(definition),
        prompts: promptsKey(next) !== promptsKey(definition),
      };
      const successor = house.rebuild(next);
      const before = house;
      if (accessKey(next) !== accessKey(definition)) access = await letIn(successor, next, folder);
      if (next.name !== definition.name) await setOperator(successor, password);
      const { url, left } = await http.replace(
        { gateway: successor.gateway, site: createConsoleSite(successor) },
        changed,
      );
      house = successor;
      definition = next;
      const closed = left.then(() => before.close()).finally(() => closing.delete(closed));
      closing.add(closed);
      return { ...placesAt(url), changed };
    },
    async close() {
      await http.close();
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

/** A credential of all scopes whose text stays as long as the folder, so that a client's configuration does too. */
async function letIn(house: House, server: ServerDefinition, folder: string): Promise<DevelopmentAccess> {
  const random = seededRandom(folder);
  const [keys] = apiKeySchemes(server.auth);
  const kinds = Object.entries(keys?.kinds ?? {}).filter(([, kind]) => kind.refused !== true);
  const [kindName, kind] = kinds.find(([, one]) => one.scoped === true) ?? kinds[0] ?? [];
  if (keys !== undefined && kindName !== undefined) {
    const scopes = kind?.scoped === true ? Object.keys(server.scopes) : [];
    const { key, record } = mintKey({
      server,
      kindName,
      tenant,
      name: "toolspec dev",
      scopes,
      clock: systemClock,
      random,
    });
    const text = key.reveal();
    const old = await house.store.keys.findByHash(hashKey(text));
    // The text of a key is good for one record; the new one may have other scopes, and a longer life.
    const value = { hash: hashKey(randomBytes(32).toString("hex")), hint: record.hint, atMs: systemClock.now() };
    if (old !== undefined && !(await house.store.keys.rotate(old.id, value))) {
      // It has expired or was revoked: that text is not to be good again.
      rmSync(join(folder, seedFile));
      return await letIn(house, server, folder);
    }
    await house.store.keys.insert(record);
    return { header: keys.header, credential: text, note: "all scopes, on this machine alone" };
  }
  const [tokens] = tokenSchemes(server.auth);
  if (tokens?.validation === "local") {
    const minted = mintToken({
      server,
      tenant,
      name: "toolspec dev",
      owner: operatorName,
      clock: systemClock,
      random,
    });
    const known = await house.store.tokens.findByHash(minted.record.hash);
    if (known === undefined) await house.store.tokens.insert(minted.record);
    return {
      header: "Authorization",
      credential: `Bearer ${minted.token.reveal()}`,
      note: "all scopes, on this machine alone",
    };
  }
  if (tokens !== undefined) {
    const text = formatToken(tokens.prefix, random.bytes(keyRandomBytes));
    return {
      header: "Authorization",
      credential: `Bearer ${text}`,
      note: "made up: the upstream decides on tokens, and a mock takes any",
    };
  }
  return {
    header: "Authorization",
    credential: undefined,
    note: "sign in as server.yaml says: clients find the authorization server by themselves",
  };
}

/** Bytes that are the same with every start: a client's configuration goes on working. */
function seededRandom(folder: string): Random {
  const file = join(folder, seedFile);
  const seed = readSeed(file);
  return {
    uuid: () => systemRandom.uuid(),
    bytes: (length) => new Uint8Array(createHash("sha512").update(seed).digest().subarray(0, length)),
  };
}

function readSeed(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    const seed = randomBytes(32).toString("hex");
    writeFileSync(file, seed, { mode: 0o600 });
    return seed;
  }
}

/** Whoever started this may decide everything. The password is of this run. */
async function setOperator({ gateway, store }: House, password: string): Promise<void> {
  const passwordHash = await hashPassword(password);
  const server = gateway.server.name;
  const operator = { server, name: operatorName, role: "admin", passwordHash, createdAtMs: systemClock.now() } as const;
  if (!(await store.operators.insert(operator))) await store.operators.setPassword(operator, passwordHash);
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
