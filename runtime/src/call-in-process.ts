/** One generated server, composed for one call of whoever sits at the terminal: nothing is served, and nothing is kept. */
import { type Caller, Secret } from "./call.ts";
import type { ServerDefinition } from "./codegen.ts";
import type { ToolSource } from "./commands/call-command.ts";
import { composeGateway } from "./compose.ts";
import { ConfigError, type Environment, readSettings } from "./config.ts";
import { asCallResult } from "./serve/call-result.ts";

/** Holds the credential that a server sends on, or exchanges, where it does either. The same one as over stdio. */
const keyVariable = "TOOLSPEC_KEY";

/** What a call in this process is made with. */
export interface InProcessOptions {
  readonly server: ServerDefinition;
  readonly variables: Environment;
  /** In the place of the address in server.yaml. */
  readonly upstream?: string | undefined;
  /** The account that the caller is of. */
  readonly tenant: string;
  /** Whoever gives the command is the operator too: what would wait runs. */
  readonly approve: boolean;
}

/**
 * Compose a server with a store in memory, and with a caller who holds every scope.
 *
 * What the disposition says still counts: a confirmation is asked for, and what needs an operator waits, here in vain.
 *
 * @throws ConfigError when a variable is missing; UpstreamSettingError when the upstream's address cannot be used
 */
export async function callInProcess(options: InProcessOptions): Promise<ToolSource> {
  const { upstream, variables } = options;
  const server = upstream === undefined ? options.server : withUpstream(options.server, upstream);
  const caller = localCaller(server, options);
  const { settings } = readSettings({ flags: { data: ":memory:", logLevel: "error" }, environment: {} });
  const house = await composeGateway({ server, settings, variables, secrets: [caller.credential] });
  const { clock, random } = house.ports;
  return {
    tools: house.gateway.listTools(caller).map((tool) => ({ ...tool })),
    async call(name, input, signal) {
      const outcome = await house.gateway.call({
        id: random.uuid(),
        atMs: clock.now(),
        caller,
        era: "modern",
        client: { name: "toolspec call" },
        toolName: name,
        arguments: input,
        canAsk: false,
        signal,
      });
      return asCallResult(outcome, house.gateway.server, name);
    },
    close: () => house.close(),
  };
}

function withUpstream(server: ServerDefinition, url: string): ServerDefinition {
  return { ...server, upstream: { ...server.upstream, url } };
}

function localCaller(server: ServerDefinition, { variables, tenant, approve }: InProcessOptions): Caller {
  const { credentials } = server.upstream;
  const needsKey = credentials.kind === "forward" || credentials.kind === "exchange";
  const key = variables[keyVariable] ?? "";
  if (needsKey && key === "") {
    const does = credentials.kind === "forward" ? "sends its callers' credentials on" : "exchanges its callers' tokens";
    throw new ConfigError([`${keyVariable} is not set: ${server.name} ${does}, so a call needs one.`]);
  }
  return {
    tenant,
    kind: needsKey ? kindOf(key, server) : "local",
    id: "local",
    name: "toolspec call",
    scopes: new Set(Object.keys(server.scopes)),
    bypasses: new Set(approve ? ["scope", "approval"] : ["scope"]),
    credential: new Secret(key),
  };
}

/** The kind of credential by its prefix, as server.yaml names it. What has none of them is an access token. */
function kindOf(key: string, { auth, name }: ServerDefinition): string {
  for (const scheme of auth) {
    if (scheme.kind === "token" && key.startsWith(scheme.prefix)) return "token";
    if (scheme.kind !== "apiKey") continue;
    const kind = Object.entries(scheme.kinds).find(([, { prefix }]) => key.startsWith(prefix));
    if (kind !== undefined) return kind[0];
  }
  if (auth.some(({ kind }) => kind === "oauth")) return "oauth";
  throw new ConfigError([`${keyVariable} begins like no credential that ${name} knows.`]);
}
