import { parseArgs } from "node:util";
import { startPerkamo } from "./start.ts";

const DEFAULT_PORT = 4030;

const USAGE = `Run the Perkamo example API, with demo data in memory.

  node src/main.ts [--host 127.0.0.1] [--port ${DEFAULT_PORT}] [--empty] [--no-rate-limit]

Environment: PERKAMO_SERVICE_KEY (expected in X-Perkamo-Service-Key) and PERKAMO_IDENTITY_SECRET (signs X-Perkamo-Identity).
To take exchanged tokens too: PERKAMO_ISSUER and PERKAMO_JWKS_URL of the authorization server, and PERKAMO_AUDIENCE (perkamo-api).`;

/** Exit codes: 0 fine, 1 cannot run, 2 usage. */
async function main(): Promise<number> {
  const flags = readFlags();
  if (typeof flags === "string") {
    console.error(`${flags}\n\n${USAGE}`);
    return 2;
  }
  if (flags.help) {
    console.log(USAGE);
    return 0;
  }
  const { PERKAMO_SERVICE_KEY: serviceKey, PERKAMO_IDENTITY_SECRET: identitySecret } = process.env;
  if (!serviceKey || !identitySecret) {
    const missing = serviceKey ? "PERKAMO_IDENTITY_SECRET" : "PERKAMO_SERVICE_KEY";
    console.error(`${missing} is not set. Choose any text and give the same to the MCP server.`);
    return 2;
  }
  const { PERKAMO_ISSUER: issuer, PERKAMO_JWKS_URL: jwksUrl, PERKAMO_AUDIENCE: audience = "perkamo-api" } = process.env;
  if (!issuer !== !jwksUrl || (jwksUrl && !URL.canParse(jwksUrl))) {
    console.error("PERKAMO_ISSUER and PERKAMO_JWKS_URL go together, and the latter must be a URL.");
    return 2;
  }
  const running = await startPerkamo({
    host: flags.host,
    port: Number(flags.port),
    serviceKey,
    identitySecret,
    seed: !flags.empty,
    ...(issuer && jwksUrl && { tokens: { issuer, audience, jwksUrl } }),
    ...(flags["no-rate-limit"] && { rateLimit: false as const }),
  });
  console.error(`Perkamo answers at ${running.url}. Ctrl-C ends it.`);
  await new Promise<void>((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
  });
  await running.close();
  return 0;
}

function readFlags() {
  try {
    const { values } = parseArgs({
      options: {
        host: { type: "string", default: "127.0.0.1" },
        port: { type: "string", default: String(DEFAULT_PORT) },
        empty: { type: "boolean", default: false },
        "no-rate-limit": { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
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
