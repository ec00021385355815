import { parseArgs } from "node:util";
import { type Exchange, startAuthorizationServer } from "./index.ts";

const DEFAULT_PORT = 4040;

const USAGE = `Run the authorization server of the demonstration, everything in memory.

  node src/main.ts [--host 127.0.0.1] [--port ${DEFAULT_PORT}] --resource http://127.0.0.1:8080/mcp...
                   [--exchange-client toolspec --exchange-audience perkamo-api]

Each --resource is an MCP address that tokens may be asked for. The client of --exchange-client may exchange them for tokens of
--exchange-audience.

Environment: EXCHANGE_CLIENT_SECRET, for that client.`;

/** Exit codes: 0 fine, 1 cannot run, 2 usage. */
async function main(): Promise<number> {
  const flags = readFlags();
  if (typeof flags === "string") return refuse(`${flags}\n\n${USAGE}`);
  if (flags.help) {
    console.log(USAGE);
    return 0;
  }
  const exchange = toExchange(flags);
  if (typeof exchange === "string") return refuse(exchange);
  const server = await startAuthorizationServer({
    host: flags.host,
    port: Number(flags.port),
    resources: () => flags.resource,
    ...(exchange && { exchange }),
  });
  console.error(`The login answers at ${server.issuer}. Ctrl-C ends it.`);
  await new Promise<void>((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
  });
  await server.close();
  return 0;
}

function refuse(message: string): number {
  console.error(message);
  return 2;
}

function readFlags() {
  try {
    const { values } = parseArgs({
      options: {
        host: { type: "string", default: "127.0.0.1" },
        port: { type: "string", default: String(DEFAULT_PORT) },
        resource: { type: "string", multiple: true, default: [] },
        "exchange-client": { type: "string" },
        "exchange-audience": { type: "string" },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) return values;
    if (values.resource.length === 0 || !values.resource.every((resource) => URL.canParse(resource))) {
      return "--resource must be the address of an MCP server, at least once.";
    }
    return /^\d{1,5}$/.test(values.port) && Number(values.port) < 65_536 ? values : "--port must be 0 to 65535.";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** @returns what is wrong, or undefined where nobody may exchange. */
function toExchange(flags: {
  readonly "exchange-client"?: string | undefined;
  readonly "exchange-audience"?: string | undefined;
}): Exchange | string | undefined {
  const { "exchange-client": clientId, "exchange-audience": audience } = flags;
  if (clientId === undefined && audience === undefined) return undefined;
  if (!clientId || !audience) return "--exchange-client and --exchange-audience go together.";
  const { EXCHANGE_CLIENT_SECRET: clientSecret } = process.env;
  return clientSecret
    ? { clientId, clientSecret, audience }
    : "EXCHANGE_CLIENT_SECRET must be set for --exchange-client.";
}

process.exitCode = await main().catch((error: unknown) => {
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
  console.error(error instanceof Error ? error.message + cause : error);
  return 1;
});
