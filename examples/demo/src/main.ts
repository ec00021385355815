/**
 * `npm start -- [system] [--port N] [--json]`: a whole system on loopback, with an example upstream behind it.
 *
 * With `--json`, stdout gets one line of JSON when everything is ready, and nothing else.
 */
import { parseArgs } from "node:util";
import { ListenError } from "@toolspec/runtime/http";
import { describeForPeople, describeForPrograms } from "./describe.ts";
import { systems } from "./systems.ts";

const usage = `usage: npm start -- [${Object.keys(systems).join("|")}] [--port <number>] [--json]`;

/** 3900 unless told otherwise, so that a pasted client configuration works again after a restart. */
const defaultPort = "3900";

async function main(): Promise<number> {
  const options = readOptions();
  if (options === undefined) return 2;
  const system = systems[options.system];
  if (system === undefined) {
    console.error(`There is no example system ${JSON.stringify(options.system)}.\n${usage}`);
    return 2;
  }
  // Not `once`: npm passes a Ctrl-C on that the terminal has sent to this process too.
  const stopped = new Promise<void>((resolve) => {
    process.on("SIGINT", () => resolve()).on("SIGTERM", () => resolve());
  });
  const running = await system({ port: options.port });
  console.log(options.json ? JSON.stringify(describeForPrograms(running)) : describeForPeople(running));
  await stopped;
  if (!options.json) console.log("\nStopping: calls that run are finished first.");
  await running.close();
  return 0;
}

function readOptions(): { readonly system: string; readonly port: number; readonly json: boolean } | undefined {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { port: { type: "string", default: defaultPort }, json: { type: "boolean", default: false } },
    });
    const port = Number(values.port);
    if (positionals.length > 1 || !/^\d{1,5}$/.test(values.port) || port > 65_535)
      throw new Error("--port takes 0 to 65535.");
    return { system: positionals[0] ?? "vauchflow", port, json: values.json };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${usage}`);
    return undefined;
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  const isInUse = error instanceof ListenError;
  console.error(isInUse ? error.message : error);
  process.exitCode = isInUse ? 4 : 70;
}
