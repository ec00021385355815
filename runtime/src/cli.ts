import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Command, CommanderError } from "commander";
import type { ServerDefinition } from "./codegen.ts";
import { composeGateway } from "./compose.ts";
import { ConfigError, type Environment, readSettings, type Settings, settingsTable } from "./config.ts";
import { GatewayError } from "./errors.ts";
import { keysCommand } from "./keys-command.ts";
import { ListenError } from "./serve/listen.ts";
import { openStore } from "./store/open.ts";
import { StoreError } from "./store/store-error.ts";
import { systemClock, systemRandom } from "./system.ts";

/** What a command ends with. Documented in README.md, "Exit codes". */
const exit = { fine: 0, failed: 1, usage: 2, badConfiguration: 3, unreachable: 4, bug: 70 } as const;

/** Holds the key of the one caller of a stdio server: MCP asks stdio servers to take credentials from the environment. */
const stdioKeyVariable = "TOOLSPEC_KEY";

/**
 * Run `serve` or `keys`: the part of the `toolspec` command that a deployed server needs, without the generator.
 *
 * @param argv the arguments after the program's name
 * @returns the exit code
 */
export async function run(argv: readonly string[]): Promise<number> {
  const program = new Command("toolspec").exitOverride().showHelpAfterError("(add --help to see what it takes)");
  let code: number = exit.fine;
  withSettings(program.command("serve").description("Serve a generated server over HTTP, or over stdio."))
    .argument("<server>", "specs folder or generated registrations.ts")
    .option("--stdio", `serve one caller over stdin and stdout; its key is taken from ${stdioKeyVariable}`, false)
    .action(async (path: string, options: Options) => {
      const server = await loadServer(path);
      code = options.stdio ? await serveOverStdio(server, options) : await serveOverHttp(server, options);
    });
  withSettings(
    program
      .command("keys", { hidden: false })
      .description("Make, list and revoke API keys: keys create|list|revoke <server>."),
  )
    .argument("<arguments...>", "create|list|revoke, the specs folder or registrations.ts, and options")
    .allowUnknownOption()
    .helpOption(false)
    .action(async (given: readonly string[], options: Options) => {
      code = await manageKeys(given, options);
    });
  try {
    await program.parseAsync([...argv], { from: "user" });
    return code;
  } catch (error) {
    return explain(error);
  }
}

type Options = Readonly<Record<string, string | undefined>> & { readonly stdio?: boolean; readonly config?: string };

function withSettings(command: Command): Command {
  command.option("--config <file>", "JSON file with any of these settings, and variables for server.yaml");
  for (const { flag, description, fallback, env } of Object.values(settingsTable)) {
    const shown = Array.isArray(fallback) ? "none" : fallback;
    command.option(flag, `${description} (default: ${shown}; ${env})`);
  }
  return command;
}

function configure(options: Options): { readonly settings: Settings; readonly variables: Environment } {
  const { config, stdio: _stdio, ...flags } = options;
  return readSettings({ flags, environment: process.env, ...(config !== undefined && { file: config }) });
}

/** The code that was generated from a specs folder, imported. */
async function loadServer(path: string): Promise<ServerDefinition> {
  const file = resolve(path);
  if (!existsSync(file)) throw new ConfigError([`There is no ${path}. Generate it first: toolspec generate.`]);
  const { server } = (await import(pathToFileURL(file).href)) as { server?: ServerDefinition };
  if (server?.toolspec !== 1)
    throw new ConfigError([`${path} exports no toolspec server. Name the registrations.ts of a generated server.`]);
  return server;
}

async function serveOverHttp(server: ServerDefinition, options: Options): Promise<number> {
  const { serveHttp } = await import("./serve/http.ts");
  const { settings, variables } = configure(options);
  const house = await composeGateway({ server, settings, variables });
  try {
    const http = await serveHttp(house.gateway, { ...house.ports, ...settings });
    house.ports.logger.info(`${server.title} is served`, {
      url: http.url,
      tools: server.tools.length,
      data: settings.data,
    });
    await stopSignal();
    house.ports.logger.info("stopping: calls that run are finished first");
    await http.close();
    return exit.fine;
  } finally {
    await house.close();
  }
}

async function serveOverStdio(server: ServerDefinition, options: Options): Promise<number> {
  const { serveStdio } = await import("./serve/stdio.ts");
  const { settings, variables } = configure(options);
  const key = variables[stdioKeyVariable];
  if (key === undefined)
    throw new ConfigError([`${stdioKeyVariable} is not set: over stdio it holds the key of the one caller.`]);
  const house = await composeGateway({ server, settings, variables });
  try {
    const caller = await house.gateway.authenticate({ authorization: `Bearer ${key}` });
    await serveStdio(house.gateway, { ...house.ports, caller }).closed;
    return exit.fine;
  } finally {
    await house.close();
  }
}

async function manageKeys(given: readonly string[], options: Options): Promise<number> {
  const path = given.find((argument) => /\.[cm]?[jt]s$/.test(argument));
  if (path === undefined) {
    process.stderr.write("error: say whose keys: toolspec keys create|list|revoke specs/<name> [options]\n");
    return exit.usage;
  }
  const server = await loadServer(path);
  const { settings } = configure(options);
  const store = await openStore({ file: settings.data, clock: systemClock, random: systemRandom });
  try {
    return await keysCommand(
      given.filter((argument) => argument !== path),
      { server, store, clock: systemClock, random: systemRandom, stdout: process.stdout, stderr: process.stderr },
    );
  } finally {
    await store.close();
  }
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    // Not `once`: npm passes a Ctrl-C on that the terminal has sent to this process too.
    process.on("SIGINT", () => resolve()).on("SIGTERM", () => resolve());
  });
}

function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exit.fine : exit.usage;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`error: ${message}\n`);
  if (error instanceof ConfigError) return exit.badConfiguration;
  if (error instanceof GatewayError) return exit.failed;
  if (error instanceof StoreError || error instanceof ListenError) return exit.unreachable;
  process.stderr.write(
    `This is a bug in toolspec. Please report it with:\n${error instanceof Error ? error.stack : ""}\n`,
  );
  return exit.bug;
}
