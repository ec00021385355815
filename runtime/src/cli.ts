import cluster from "node:cluster";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { userInfo } from "node:os";
import { resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { Command, CommanderError } from "commander";
import { Secret } from "./call.ts";
import type { ServerDefinition } from "./codegen.ts";
import { approvalsCommand } from "./commands/approvals-command.ts";
import { auditCommand } from "./commands/audit-command.ts";
import { keysCommand } from "./commands/keys-command.ts";
import { operatorsCommand } from "./commands/operators-command.ts";
import { policyCommand } from "./commands/policy-command.ts";
import { readPassword } from "./commands/read-password.ts";
import { CommandProblem } from "./commands/store-command.ts";
import { tenantsCommand } from "./commands/tenants-command.ts";
import { tokensCommand } from "./commands/tokens-command.ts";
import { webhooksCommand } from "./commands/webhooks-command.ts";
import {
  ConfigError,
  describeSetting,
  type Environment,
  readSettings,
  type Settings,
  settingsTable,
} from "./config.ts";
import { GatewayError } from "./errors.ts";
import { UpstreamSettingError } from "./forward/upstream.ts";
import { endOnCrash, scrubReports } from "./observe/crash.ts";
import { createLogger, writeToStderr } from "./observe/log.ts";
import { reauthenticate } from "./reauthenticate.ts";
import { ListenError, listen } from "./serve/listen.ts";
import { openStore } from "./store/open.ts";
import { StoreError } from "./store/store-error.ts";
import { storeLocation } from "./store-location.ts";
import { systemClock, systemRandom } from "./system.ts";
import { serveWithWorkers } from "./workers.ts";

export { examine } from "./examine.ts";

/** What a command ends with. Documented in README.md, "Exit codes". */
const exit = { fine: 0, failed: 1, usage: 2, badConfiguration: 3, unreachable: 4, bug: 70, interrupted: 130 } as const;

/** The commands on a server's store, with what they can do there. */
const storeCommands = {
  keys: { run: keysCommand, does: "create|list|rotate|revoke", description: "Make, list, rotate and revoke API keys." },
  tokens: {
    run: tokensCommand,
    does: "create|list|rotate|revoke",
    description: "Make, list, rotate and revoke connection tokens.",
  },
  audit: {
    run: auditCommand,
    does: "list|export|verify|anchor|prune",
    description: "Read and verify the audit trail.",
  },
  tenants: { run: tenantsCommand, does: "suspend|resume|list", description: "Suspend and resume whole accounts." },
  webhooks: {
    run: webhooksCommand,
    does: "add|list|enable|remove|test|deliveries|replay",
    description: "Tell other systems what becomes of calls that wait for an operator.",
  },
  approvals: {
    run: approvalsCommand,
    does: "list|show|approve|reject|settle",
    description: "Decide on calls that wait for an operator.",
  },
  policy: {
    run: policyCommand,
    does: "set|get|clear|list|explain",
    description: "Say which calls of a tenant wait, and why.",
  },
  operators: {
    run: operatorsCommand,
    does: "create|list|remove|password",
    description: "Say who may sign in to the console.",
  },
} as const;

/** Milliseconds that one statement of a command may take: nobody waits for it but who gave the command, and a trail can be long. */
const commandStatementMs = 10 * 60_000;

/**
 * Holds the key, token or access token of the one caller of a stdio server: MCP asks stdio servers to take credentials from
 * the environment.
 */
const stdioKeyVariable = "TOOLSPEC_KEY";

/**
 * Run `serve` or a command on a server's store: the part of the `toolspec` command that a deployed server needs, without the generator.
 *
 * @param argv the arguments after the program's name
 * @returns the exit code
 */
export async function run(argv: readonly string[]): Promise<number> {
  const program = new Command("toolspec").exitOverride().showHelpAfterError("(add --help to see what it takes)");
  let code: number = exit.fine;
  withSettings(program.command("serve").description("Serve a generated server over HTTP, or over stdio."))
    .argument("<server>", "specs folder or generated registrations.ts")
    .option(
      "--stdio",
      `serve one caller over stdin and stdout; its key, token or access token is taken from ${stdioKeyVariable}`,
    )
    .action(async (path: string, options: Options) => {
      scrubReports(process);
      const server = await loadServer(path);
      if (options.stdio) code = await serveOverStdio(server, options);
      else if (hasWorkers(options)) code = await superviseWorkers(argv, options);
      else code = await serveOverHttp(server, options);
    });
  program
    .command("call")
    .description("Call one tool, of a running server or in this process.")
    .argument("[arguments...]")
    .allowUnknownOption()
    .helpOption(false)
    .action(async (given: readonly string[]) => {
      code = await callTool(given);
    });
  // For the list of commands: their own arguments are parsed by each.
  for (const name of Object.keys(storeCommands) as StoreCommand[]) {
    program
      .command(name)
      .description(storeCommands[name].description)
      .argument("[arguments...]")
      .allowUnknownOption()
      .helpOption(false)
      .action(async (given: readonly string[]) => {
        code = await manage(name, given);
      });
  }
  try {
    await program.parseAsync([...argv], { from: "user" });
    return code;
  } catch (error) {
    return explain(error);
  }
}

type StoreCommand = keyof typeof storeCommands;

type Options = Readonly<Record<string, string | undefined>> & { readonly stdio?: boolean; readonly config?: string };

function withSettings(command: Command): Command {
  command.option("--config <file>", "JSON file with any of these settings, and variables for server.yaml");
  for (const setting of Object.values(settingsTable)) command.option(setting.flag, describeSetting(setting));
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
  const mend = "Name the registrations.ts of a generated server.";
  const { server } = await (import(pathToFileURL(file).href) as Promise<{ server?: ServerDefinition }>).catch(
    (error: unknown) => {
      throw new ConfigError([`${path} cannot be loaded: ${error instanceof Error ? error.message : error}. ${mend}`]);
    },
  );
  if (server?.toolspec !== 1) throw new ConfigError([`${path} exports no toolspec server. ${mend}`]);
  return server;
}

/** Asked of the first process alone: a worker is started with the same arguments. */
function hasWorkers(options: Options): boolean {
  return cluster.isPrimary && configure(options).settings.workers > 1;
}

async function superviseWorkers(argv: readonly string[], options: Options): Promise<number> {
  const { settings } = configure(options);
  if (settings.data === ":memory:" && settings.databaseUrl === undefined) {
    const problem = "--data :memory: is a store of one process alone, and --workers share one.";
    throw new ConfigError([`${problem} Name a file, or leave --workers away.`]);
  }
  const { logLevel: level, logFormat: format } = settings;
  const logger = createLogger({ level, format, clock: systemClock, write: writeToStderr });
  endOnCrash({ process, logger, exitCode: exit.bug });
  // Chosen once: workers that each ask for any port may get different ones.
  const port = settings.port === 0 ? ["--port", String(await freePort(settings.host))] : [];
  return await serveWithWorkers({ count: settings.workers, argv: [...argv, ...port], logger, stopped: stopSignal() });
}

async function freePort(host: string): Promise<number> {
  const server = createServer();
  const port = await listen(server, host, 0);
  await promisify(server.close.bind(server))();
  return port;
}

async function serveOverHttp(server: ServerDefinition, options: Options): Promise<number> {
  const { composeGateway } = await import("./compose.ts");
  const { serveHttp } = await import("./serve/http.ts");
  const { createConsoleSite } = await import("./console-site.ts");
  const { settings, variables } = configure(options);
  const house = await composeGateway({ server, settings, variables });
  endOnCrash({ process, logger: house.ports.logger, exitCode: exit.bug });
  try {
    const http = await serveHttp(house.gateway, { ...house.ports, ...settings, site: createConsoleSite(house) });
    house.ports.logger.info(`${server.title} is served`, {
      url: http.url,
      tools: server.tools.length,
      data: house.store.place,
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
  const { composeGateway } = await import("./compose.ts");
  const { serveStdio } = await import("./serve/stdio.ts");
  const { settings, variables } = configure(options);
  const key = variables[stdioKeyVariable];
  if (key === undefined)
    throw new ConfigError([
      `${stdioKeyVariable} is not set: over stdio it holds the key, token or access token of the one caller.`,
    ]);
  const house = await composeGateway({ server, settings, variables, secrets: [new Secret(key)] });
  endOnCrash({ process, logger: house.ports.logger, exitCode: exit.bug });
  try {
    const headers = { authorization: `Bearer ${key}` };
    const caller = await house.gateway.authenticate(headers);
    await serveStdio(reauthenticate(house.gateway, headers), { ...house.ports, caller }).closed;
    return exit.fine;
  } finally {
    await house.close();
  }
}

async function manage(name: StoreCommand, given: readonly string[]): Promise<number> {
  endWithReader(process.stdout);
  const { run: command, does } = storeCommands[name];
  // Looked for before the arguments are parsed, because help and messages name the server's kinds and scopes.
  const path = serverIn(given);
  if (path !== undefined && given[0] === path) {
    process.stderr.write(`error: say first what to do: toolspec ${name} ${does} <server>\n`);
    return exit.usage;
  }
  return await command(given, {
    server: path === undefined ? undefined : await loadServer(path),
    open: (location) =>
      openStore({
        ...storeLocation(configure({ ...location }).settings),
        statementTimeoutMs: commandStatementMs,
        clock: systemClock,
        random: systemRandom,
      }),
    user: userName(),
    ask: askAtTerminal(),
    planner: async (server, location) => {
      const { composePlanner } = await import("./compose.ts");
      return composePlanner({ server, variables: configure({ ...location }).variables });
    },
    readPassword: () => readPassword(process.stdin, process.stderr),
    clock: systemClock,
    random: systemRandom,
    stdout: process.stdout,
    stderr: process.stderr,
  });
}

async function callTool(given: readonly string[]): Promise<number> {
  endWithReader(process.stdout);
  const { callFromShell } = await import("./call-from-shell.ts");
  const path = serverIn(given);
  return await callFromShell(given, {
    server: path === undefined ? undefined : { path, definition: await loadServer(path) },
    variablesOf: (config) => configure(config === undefined ? {} : { config }).variables,
    exit,
  });
}

/** The registrations among the arguments of a command. */
function serverIn(given: readonly string[]): string | undefined {
  return given.find((argument) => /\.[cm]?[jt]s$/.test(argument) && existsSync(argument));
}

/** Whoever reads a list through `head` has seen enough: nothing went wrong, and nothing is left to say. */
function endWithReader(output: NodeJS.WriteStream): void {
  output.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(exit.fine);
    throw error;
  });
}

/** Questions go to stderr, so that results can be piped on; anything but yes is no, the end of the input too. */
function askAtTerminal(): ((question: string) => Promise<boolean>) | undefined {
  const { stdin: input, stderr: output } = process;
  if (!input.isTTY || !output.isTTY) return undefined;
  return async (question) => {
    const lines = createInterface({ input, output });
    const ended = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
    const interrupted = new Promise<never>((_, reject) => {
      lines.once("SIGINT", () => reject(new CommandProblem("interrupted", "Nothing was changed.")));
    });
    const answer = await Promise.race([lines.question(`${question} [y/N] `), ended, interrupted]).finally(() =>
      lines.close(),
    );
    return /^y(es)?$/i.test(answer.trim());
  };
}

/** In a container there may be no name for the user's number. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? "unknown"}`;
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
  if (error instanceof ConfigError || error instanceof UpstreamSettingError) return exit.badConfiguration;
  if (error instanceof GatewayError) return exit.failed;
  if (error instanceof StoreError || error instanceof ListenError) return exit.unreachable;
  process.stderr.write(
    `This is a bug in toolspec. Please report it with:\n${error instanceof Error ? error.stack : ""}\n`,
  );
  return exit.bug;
}
