import { type ApprovalHouse, createApprovalHouse } from "./approvals.ts";
import { refusalEntry } from "./audit/refusal-entry.ts";
import type { ClearedCall, Outcome, Secret } from "./call.ts";
import type { ServerDefinition } from "./codegen.ts";
import { ConfigError, type Environment, type Settings, settingsTable } from "./config.ts";
import { createConfirmation } from "./confirmation/confirmation.ts";
import { GatewayError } from "./errors.ts";
import { createForwarder } from "./forward/forwarder.ts";
import { secretsOf, toUpstream } from "./forward/upstream.ts";
import { createGateway, type Gateway } from "./gateway.ts";
import { createAuthenticator } from "./identity/authenticator.ts";
import { createRecheck } from "./identity/recheck.ts";
import { createConcurrencyLimit } from "./limit/concurrency.ts";
import { createRateLimit } from "./limit/rate.ts";
import { createLookupCache } from "./lookup-cache.ts";
import { createLogger, writeToStderr } from "./observe/log.ts";
import type { Clock, Logger, PolicyOverride, Random } from "./ports.ts";
import { resolveServer } from "./resolve.ts";
import type { TrailReport } from "./store/audit-verify.ts";
import { openStore, type Store, type StoreLocation } from "./store/open.ts";
import { storeLocation, storeSecrets } from "./store-location.ts";
import { systemClock, systemRandom } from "./system.ts";
import { createToolsetChoice } from "./toolsets.ts";
import { createWebhookSender } from "./webhooks/sender.ts";

/** A gateway with everything behind it, and the ports that a door in front of it needs. */
export interface House {
  readonly gateway: Gateway;
  /** Calls that wait for operators; absent where the server has none. */
  readonly approvals: ApprovalHouse | undefined;
  readonly store: Store;
  readonly ports: { readonly clock: Clock; readonly random: Random; readonly logger: Logger };
  /** Show the request of a call. Nothing is sent. */
  plan(call: ClearedCall): Outcome;
  /** Walk the whole audit trail and say what is not as it was written, while calls go on being served. */
  verifyTrail(): Promise<TrailReport>;
  /**
   * Build the house anew around another definition of this server, on the same store; what counts calls goes on counting. Lead the
   * doors to it, and close this one when everybody has left.
   *
   * @throws as `composeGateway`; then nothing has changed.
   */
  rebuild(server: ServerDefinition): House;
  /** Let what runs end, then close upstream connections, and the store with the last house on it. Close the doors first. */
  close(): Promise<void>;
}

/** What a house is built from. */
export interface ComposeOptions {
  readonly server: ServerDefinition;
  readonly settings: Settings;
  /** Values for the `${NAME}` of server.yaml. */
  readonly variables: Environment;
  /** What must not stand in a log line, beside the secrets of the upstream. */
  readonly secrets?: readonly Secret[];
  /** Where log lines go. Default: stderr. */
  readonly writeLog?: (line: string) => void;
}

/**
 * Build a house from one server definition: the only place where rooms get their real ports.
 *
 * @throws ConfigError when a variable is missing or an authorization server's address is no good; UpstreamSettingError when
 *   the upstream's address or credential cannot be used; StoreError when the database cannot.
 */
export async function composeGateway(options: ComposeOptions): Promise<House> {
  // Before the store: it opens nothing yet, and what it refuses must not leave a file open.
  const ground = prepare(options);
  const location = storeLocation(options.settings);
  const store = await openStore({ ...location, clock: systemClock, random: systemRandom });
  const rate = createRateLimit({ clock: systemClock, perMinute: options.settings.callsPerMinute });
  return build(ground, options, { store, location, rate, concurrency: createConcurrencyLimit(), houses: new Set() });
}

/** What houses that follow each other share. */
interface Site {
  readonly store: Store;
  readonly location: StoreLocation;
  readonly rate: ReturnType<typeof createRateLimit>;
  readonly concurrency: ReturnType<typeof createConcurrencyLimit>;
  /** Those that stand. */
  readonly houses: Set<House>;
}

/** All that a definition decides before there is a store. Opens nothing. @throws ConfigError, UpstreamSettingError */
function prepare({ server: definition, settings, variables, secrets = [], writeLog }: ComposeOptions) {
  const clock = systemClock;
  const random = systemRandom;
  const resolved = resolveServer(definition, variables);
  checkToolsets(definition, settings);
  const server = { ...definition, auth: resolved.auth };
  const upstream = toUpstream(resolved.upstream);
  const logger = createLogger({
    level: settings.logLevel,
    format: settings.logFormat,
    clock,
    write: writeLog ?? writeToStderr,
    secrets: [...secretsOf(upstream), ...storeSecrets(settings), ...secrets],
  });
  return { server, clock, random, logger, forwarder: createForwarder({ server, upstream, clock, random, logger }) };
}

/** @throws ConfigError when the settings name a toolset that the server does not have */
function checkToolsets(server: ServerDefinition, { toolsets }: Settings): void {
  try {
    createToolsetChoice(server, toolsets);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    throw new ConfigError([`--toolsets, or ${settingsTable.toolsets.env}: ${error.message}`]);
  }
}

function build(
  { server, clock, random, logger, forwarder }: ReturnType<typeof prepare>,
  options: ComposeOptions,
  site: Site,
): House {
  const { store, location, rate, concurrency, houses } = site;
  const identity = createAuthenticator({
    server,
    store,
    clock,
    logger,
    // Nobody waits for it: a trail that cannot be written refuses calls already, and a refusal is in the log.
    onRefused: (refused, more) => {
      const entry = refusalEntry({ refused, more, server, id: random.uuid(), nowMs: clock.now() });
      store.audit.append(entry).catch((cause: unknown) => logger.warn("a refusal was not recorded", { cause }));
    },
  });
  const approvals =
    server.approvals === undefined
      ? undefined
      : createApprovalHouse({
          server: { ...server, approvals: server.approvals },
          store: store.approvals,
          forwarder,
          recheck: createRecheck(server, store, clock),
          clock,
          logger,
        });
  // Without approvals there is nothing to tell of.
  const webhooks = approvals && createWebhookSender({ server: server.name, store: store.webhooks, clock, logger });
  const gateway = createGateway({
    server,
    toolsets: options.settings.toolsets,
    identity,
    policies: { of: createPolicyLookup(server.name, store, clock) },
    ...(approvals && { approvals }),
    rate,
    concurrency,
    forwarder,
    confirmation: createConfirmation({ server, store: store.confirmations, clock, random, logger }),
    audit: store.audit,
    clock,
    logger,
  });
  const house: House = {
    gateway,
    approvals,
    store,
    ports: { clock, random, logger },
    plan: (call) => forwarder.plan(call),
    verifyTrail: () => verifyBeside(store, location, { clock, random }),
    rebuild(server) {
      const next = { ...options, server };
      return build(prepare(next), next, site);
    },
    async close() {
      if (!houses.delete(house)) return;
      await approvals?.close();
      await webhooks?.close();
      await forwarder.close();
      await identity.close();
      if (houses.size === 0) await store.close();
    },
  };
  houses.add(house);
  return house;
}

/** A SQLite file has one connection, which a walk over the trail would hold for seconds: it gets one of its own. */
async function verifyBeside(
  { audit }: Store,
  location: StoreLocation,
  ports: { readonly clock: Clock; readonly random: Random },
): Promise<TrailReport> {
  if (!("file" in location) || location.file === ":memory:") return await audit.verify();
  const beside = await openStore({ ...location, ...ports });
  try {
    return await beside.audit.verify();
  } finally {
    await beside.close();
  }
}

/** What shows the requests of calls and sends none. It needs the upstream's address, whose path is part of each request, and no secret. */
export function composePlanner({ server, variables }: Pick<ComposeOptions, "server" | "variables">) {
  const { relay: _relay, ...others } = server;
  const addressed = { ...others, auth: [], upstream: { ...server.upstream, credentials: { kind: "none" } as const } };
  return createForwarder({
    server: addressed,
    upstream: toUpstream(resolveServer(addressed, variables).upstream),
    clock: systemClock,
    random: systemRandom,
    logger: createLogger({ level: "warn", format: "pretty", clock: systemClock, write: writeToStderr, secrets: [] }),
  });
}

/** Tenants' policies, asked for with every write and so kept as credentials are: until something may have changed. */
function createPolicyLookup(
  server: string,
  { policies, changes }: Pick<Store, "policies" | "changes">,
  clock: Clock,
): (tenant: string) => Promise<ReadonlyMap<string, PolicyOverride>> {
  return createLookupCache({
    find: async (tenant) =>
      new Map((await policies.find({ server, tenant })).map(({ tool, override }) => [tool, override] as const)),
    changes,
    clock,
  });
}
