import { homedir } from "node:os";
import { createAccess } from "./access.ts";
import { AdapterError } from "./adapter-error.ts";
import { openBrowser } from "./browser.ts";
import { type CommandContext, helpText, loginCommand, logoutCommand, statusCommand } from "./commands.ts";
import { configDirectory } from "./config-directory.ts";
import { createForward } from "./forward.ts";
import { createGrantStore } from "./grant-store.ts";
import { type AdapterDefinition, type AdapterOptions, readOptions } from "./options.ts";
import { serve } from "./serve.ts";

export type { AdapterDefinition } from "./options.ts";

/** What a start ends with. */
const exit = { fine: 0, failed: 1, usage: 2, bug: 70 } as const;

/**
 * Run a hosted MCP endpoint's adapter: a program that a client which speaks stdio only starts, and that logs in through the browser,
 * keeps the grant and forwards every message.
 *
 * @param args the arguments after the program's name
 * @returns the exit code: 0 fine, 1 failed, 2 usage, 70 a bug in the adapter
 */
export async function runAdapter(definition: AdapterDefinition, args: readonly string[]): Promise<number> {
  try {
    await run(definition, readOptions(definition, args, process.env));
    return exit.fine;
  } catch (error) {
    return explain(error);
  }
}

function explain(error: unknown): number {
  if (error instanceof AdapterError) {
    const isUsage = error.kind === "usage";
    process.stderr.write(`error: ${error.message}${isUsage ? " (add --help to see what it takes)" : ""}\n`);
    return isUsage ? exit.usage : exit.failed;
  }
  // Where, and not what: the message of an error that nobody thought of may quote anything.
  const { name, stack = "" } = error instanceof Error ? error : new Error();
  const places = stack.split("\n").filter((line) => /^\s+at /.test(line));
  process.stderr.write(`This is a bug in the adapter (${name}). Please report it with:\n${places.join("\n")}\n`);
  return exit.bug;
}

async function run(definition: AdapterDefinition, options: AdapterOptions): Promise<void> {
  const { command, url, scopes, toolsets } = options;
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  if (command === "help") return void process.stdout.write(helpText(definition));
  if (command === "version") return print(definition.version);
  const { env, platform } = process;
  const store = createGrantStore(configDirectory(definition.name, { platform, env, homedir: homedir() }), url);
  const stop = new AbortController();
  const notify = (line: string) => void process.stderr.write(`${definition.name}-mcp: ${line}\n`);
  const signal = stop.signal;
  const access = createAccess({ url, scopes, store, client: definition, signal, openBrowser, notify });
  const context: CommandContext = { definition, url, store, access, print };
  if (command === "login") return await loginCommand(context);
  if (command === "logout") return await logoutCommand(context);
  if (command === "status") return statusCommand(context);
  await serveUntilStopped(stop, (deliver) =>
    createForward({
      url,
      userAgent: `${definition.name}-mcp/${definition.version}`,
      toolsets,
      access,
      deliver,
      notify,
    }),
  );
}

async function serveUntilStopped(
  login: AbortController,
  forwardTo: Parameters<typeof serve>[0]["forwardTo"],
): Promise<void> {
  const stop = new AbortController();
  // Once: a second signal ends the process as if this were not here. A call may take its few seconds to end, a person minutes.
  const onSignal = () => {
    stop.abort();
    login.abort();
  };
  process.once("SIGTERM", onSignal).once("SIGINT", onSignal);
  try {
    await serve({ input: process.stdin, output: process.stdout, forwardTo, stop: stop.signal });
  } finally {
    process.off("SIGTERM", onSignal).off("SIGINT", onSignal);
    // Nobody waits for a login any more; and an open input would keep the process alive.
    login.abort();
    process.stdin.destroy();
  }
}
