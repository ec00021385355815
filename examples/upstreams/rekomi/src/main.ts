import { parseArgs } from "node:util";
import { seedOrganizations } from "./seed/ids.ts";
import { startRekomi } from "./start.ts";

const DEFAULT_PORT = 4020;

/** Bytes of a relay secret, so that it cannot be guessed. */
const SECRET_MIN_BYTES = 32;

const USAGE = `Run the Rekomi example API, with demo data in memory.

  node src/main.ts [--host 127.0.0.1] [--port ${DEFAULT_PORT}] [--empty] [--no-rate-limit] [--token acme:rk_mcp_...]...

Each --token makes a credential known: the organization, a colon, the token. It acts as an owner with a verified address.

Environment: REKOMI_RELAY_SECRET (signs X-Rekomi-MCP-Identity), and REKOMI_RELAY_SECRET_OLD while it is being replaced.`;

/** Exit codes: 0 fine, 1 cannot run, 2 usage. */
async function main(): Promise<number> {
  const flags = readFlags();
  if (typeof flags === "string") return refuse(`${flags}\n\n${USAGE}`);
  if (flags.help) {
    console.log(USAGE);
    return 0;
  }
  const { REKOMI_RELAY_SECRET: secret, REKOMI_RELAY_SECRET_OLD: old } = process.env;
  if (!secret || Buffer.byteLength(secret) < SECRET_MIN_BYTES) {
    return refuse(`REKOMI_RELAY_SECRET must have at least ${SECRET_MIN_BYTES} bytes. Give the same to the relay.`);
  }
  const running = await startRekomi({
    host: flags.host,
    port: Number(flags.port),
    relaySecrets: [{ secret }, ...(old ? [{ secret: old }] : [])],
    seed: !flags.empty,
    ...(flags["no-rate-limit"] && { rateLimit: false as const }),
  });
  for (const given of flags.token) {
    const at = given.indexOf(":");
    running.registerToken({
      credential: { token: given.slice(at + 1) },
      organization: given.slice(0, at),
      role: "owner",
      emailVerified: true,
      name: "command line",
    });
  }
  console.error(`Rekomi answers at ${running.url}. Ctrl-C ends it.`);
  await new Promise<void>((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
  });
  await running.close();
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
        empty: { type: "boolean", default: false },
        "no-rate-limit": { type: "boolean", default: false },
        token: { type: "string", multiple: true, default: [] },
        help: { type: "boolean", default: false },
      },
    });
    const known: readonly string[] = Object.values(seedOrganizations);
    if (values.token.some((given) => !known.includes(given.split(":")[0] ?? "") || !/:rk_(mcp|live)_/.test(given))) {
      return `--token must be an organization (${known.join(", ")}), a colon and a token.`;
    }
    return /^\d{1,5}$/.test(values.port) && Number(values.port) < 65_536 ? values : "--port must be 0 to 65535.";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

process.exitCode = await main().catch((error: unknown) => {
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
  console.error(error instanceof Error ? error.message + cause : error);
  return 1;
});
