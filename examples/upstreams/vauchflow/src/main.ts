import { parseArgs } from "node:util";
import { startVauchflow } from "./start.ts";

const DEFAULT_PORT = 4010;

const USAGE = `Run the Vauchflow example API, with demo data in memory.

  node src/main.ts [--host 127.0.0.1] [--port ${DEFAULT_PORT}] [--empty] [--no-rate-limit]

Environment: VAUCHFLOW_API_KEY (expected in X-API-Key) and VAUCHFLOW_IDENTITY_SECRET (signs X-Vauchflow-Identity).`;

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
  const { VAUCHFLOW_API_KEY: serviceKey, VAUCHFLOW_IDENTITY_SECRET: identitySecret } = process.env;
  if (!serviceKey || !identitySecret) {
    const missing = serviceKey ? "VAUCHFLOW_IDENTITY_SECRET" : "VAUCHFLOW_API_KEY";
    console.error(`${missing} is not set. Choose any text and give the same to the gateway.`);
    return 2;
  }
  const { host, port, empty } = flags;
  const rateLimit = flags["no-rate-limit"] ? { rateLimit: false as const } : {};
  const running = await startVauchflow({
    host,
    port: Number(port),
    serviceKey,
    identitySecret,
    seed: !empty,
    ...rateLimit,
  });
  console.error(`Vauchflow answers at ${running.url}. Ctrl-C ends it.`);
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
