import { readFileSync } from "node:fs";
import { Secret } from "./call.ts";
import { defaultConnections } from "./store/postgres.ts";
import { toolsetNames } from "./toolsets.ts";

/** The configuration cannot be used. The message names what, where it came from and how to mend it. */
export class ConfigError extends Error {
  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "ConfigError";
  }
}

/** Variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** How one process serves one server. */
export interface Settings {
  readonly host: string;
  /** 0 asks the operating system for a free one. */
  readonly port: number;
  /** SQLite file of keys and audit trail, unless there is a `databaseUrl`. */
  readonly data: string;
  /** PostgreSQL in the place of the file. Holds a password. */
  readonly databaseUrl: Secret | undefined;
  /** Connections to PostgreSQL that calls share, of one process. */
  readonly databaseConnections: number;
  readonly logLevel: "debug" | "info" | "warn" | "error";
  readonly logFormat: "json" | "pretty";
  /** `host:port` values of the Host header that are answered beside the loopback names. */
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  /** Calls a minute for one key. */
  readonly callsPerMinute: number;
  /** Processes that serve over HTTP, on one port and one store. */
  readonly workers: number;
  /** Toolsets of clients that ask for none; empty: the server's default sets. */
  readonly toolsets: readonly string[];
}

interface Setting<Value> {
  readonly flag: string;
  readonly env: string;
  readonly fallback: Value;
  readonly description: string;
  /** @returns undefined when the text is not such a value. */
  readonly parse: (text: string) => Value | undefined;
  /** What a good value looks like. */
  readonly expected: string;
  /** A bad value is not repeated in the message. */
  readonly isSecret?: true;
}

const list = (text: string): readonly string[] => text.split(",").flatMap((part) => part.trim() || []);
const oneOf =
  <Name extends string>(...names: readonly Name[]) =>
  (text: string): Name | undefined =>
    names.find((name) => name === text);
const whole = (least: number, most: number) => (text: string) =>
  /^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most ? Number(text) : undefined;

/**
 * Like the driver's own reading, but for passwords whose special characters are not encoded: read as something else, they would be
 * shown as a host or a database.
 */
function toDatabaseUrl(text: string): Secret | undefined {
  const url = URL.parse(text);
  if (url === null || !["postgres:", "postgresql:"].includes(url.protocol)) return undefined;
  return /[@:]/.test(url.pathname) || url.hash !== "" ? undefined : new Secret(text);
}

/** Every setting, once: the flag, the variable, the default and what it is for. The help text is made from it. */
export const settingsTable: { readonly [Name in keyof Settings]: Setting<Settings[Name]> } = {
  host: {
    flag: "--host <address>",
    env: "TOOLSPEC_HOST",
    fallback: "127.0.0.1",
    description: "address to listen on",
    parse: (text) => text || undefined,
    expected: "an address such as 127.0.0.1 or 0.0.0.0",
  },
  port: {
    flag: "--port <number>",
    env: "TOOLSPEC_PORT",
    fallback: 3900,
    description: "port to listen on; 0 takes a free one",
    parse: whole(0, 65_535),
    expected: "a port from 0 to 65535",
  },
  data: {
    flag: "--data <file>",
    env: "TOOLSPEC_DATA",
    fallback: ".toolspec/toolspec.sqlite",
    description: "SQLite file of keys and audit trail",
    parse: (text) => text || undefined,
    expected: "a file name",
  },
  databaseUrl: {
    flag: "--database-url <url>",
    env: "DATABASE_URL",
    fallback: undefined,
    description: "PostgreSQL instead of the file; set the variable, because flags can be seen in a list of processes",
    parse: toDatabaseUrl,
    expected: "an address such as postgresql://user:password@host:5432/database, special characters percent-encoded",
    isSecret: true,
  },
  databaseConnections: {
    flag: "--database-connections <number>",
    env: "TOOLSPEC_DATABASE_CONNECTIONS",
    fallback: defaultConnections,
    description: "connections to PostgreSQL of one process, and one more that listens",
    parse: whole(1, 1000),
    expected: "a whole number from 1 to 1000",
  },
  logLevel: {
    flag: "--log-level <level>",
    env: "TOOLSPEC_LOG_LEVEL",
    fallback: "info",
    description: "debug, info, warn or error",
    parse: oneOf("debug", "info", "warn", "error"),
    expected: "debug, info, warn or error",
  },
  logFormat: {
    flag: "--log-format <format>",
    env: "TOOLSPEC_LOG_FORMAT",
    fallback: "json",
    description: "json or pretty",
    parse: oneOf("json", "pretty"),
    expected: "json or pretty",
  },
  allowedHosts: {
    flag: "--allowed-hosts <list>",
    env: "TOOLSPEC_ALLOWED_HOSTS",
    fallback: [],
    description: "Host header values to answer beside loopback, comma-separated host:port",
    parse: list,
    expected: "a comma-separated list of host or host:port",
  },
  allowedOrigins: {
    flag: "--allowed-origins <list>",
    env: "TOOLSPEC_ALLOWED_ORIGINS",
    fallback: [],
    description: "web origins to answer beside loopback, comma-separated",
    parse: list,
    expected: "a comma-separated list of origins such as https://app.example",
  },
  callsPerMinute: {
    flag: "--calls-per-minute <number>",
    env: "TOOLSPEC_CALLS_PER_MINUTE",
    fallback: 600,
    description: "calls a minute for one key",
    parse: whole(1, 1_000_000),
    expected: "a whole number from 1 to 1000000",
  },
  workers: {
    flag: "--workers <number>",
    env: "TOOLSPEC_WORKERS",
    fallback: 1,
    description: "processes that serve over HTTP on one port; each counts a key's calls for itself",
    parse: whole(1, 256),
    expected: "a whole number from 1 to 256",
  },
  toolsets: {
    flag: "--toolsets <list>",
    env: "TOOLSPEC_TOOLSETS",
    fallback: [],
    description:
      "toolsets of a client that asks for none, comma-separated; all gives every tool; over stdio, the one client's",
    parse: toolsetNames,
    expected: "a comma-separated list of toolsets",
  },
};

/** What stands beside a setting's flag in a help text. */
export function describeSetting({ description, fallback, env }: (typeof settingsTable)[keyof Settings]): string {
  const shown = fallback === undefined || Array.isArray(fallback) ? "none" : fallback;
  return `${description} (default: ${shown}; ${env})`;
}

/** What every setting is when nobody says anything. */
export const defaultSettings: Settings = {
  host: settingsTable.host.fallback,
  port: settingsTable.port.fallback,
  data: settingsTable.data.fallback,
  databaseUrl: settingsTable.databaseUrl.fallback,
  databaseConnections: settingsTable.databaseConnections.fallback,
  logLevel: settingsTable.logLevel.fallback,
  logFormat: settingsTable.logFormat.fallback,
  allowedHosts: settingsTable.allowedHosts.fallback,
  allowedOrigins: settingsTable.allowedOrigins.fallback,
  callsPerMinute: settingsTable.callsPerMinute.fallback,
  workers: settingsTable.workers.fallback,
  toolsets: settingsTable.toolsets.fallback,
};

/** A configuration file: the settings by name, and variables for `${NAME}` in server.yaml. All optional. */
interface ConfigFile {
  readonly path: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly variables: Environment;
}

/**
 * Read settings from flags, then the environment, then a JSON file, then the defaults: the first that says something wins.
 *
 * @throws ConfigError with every problem, each naming its source.
 */
export function readSettings(sources: {
  readonly flags: Readonly<Record<string, string | undefined>>;
  readonly environment: Environment;
  readonly file?: string;
}): { readonly settings: Settings; readonly variables: Environment } {
  const problems: string[] = [];
  const file = sources.file === undefined ? undefined : readConfigFile(sources.file, problems);
  /** What every source says of a setting, the strongest first. */
  const candidates = (name: keyof Settings): readonly (readonly [source: string, value: unknown])[] => {
    const { flag, env } = settingsTable[name];
    return [
      [flag.split(" ")[0] as string, sources.flags[name]],
      [env, sources.environment[env] || undefined],
      [`"${name}" in ${file?.path}`, file?.settings[name]],
    ];
  };
  const read = <Name extends keyof Settings>(name: Name): Settings[Name] => {
    const setting = settingsTable[name];
    const given = candidates(name).find(([, value]) => value !== undefined);
    if (given === undefined) return setting.fallback;
    const [source, value] = given;
    const parsed = setting.parse(Array.isArray(value) ? value.join(",") : String(value));
    const got = setting.isSecret ? "got something else, which is not shown" : `got ${JSON.stringify(value)}`;
    if (parsed === undefined) problems.push(`${source} must be ${setting.expected}, ${got}.`);
    return parsed ?? setting.fallback;
  };
  const strength = (name: keyof Settings) => candidates(name).findIndex(([, value]) => value !== undefined);
  const [byFile, byUrl] = [strength("data"), strength("databaseUrl")];
  if (byFile === 0 && byUrl === 0) problems.push("--data and --database-url name two stores. Name one.");
  // A file that a stronger source names is meant: a variable of the machine must not lead a command elsewhere.
  const isFileMeant = byFile !== -1 && byFile < byUrl;
  const settings: Settings = {
    host: read("host"),
    port: read("port"),
    data: read("data"),
    databaseUrl: isFileMeant ? undefined : read("databaseUrl"),
    databaseConnections: read("databaseConnections"),
    logLevel: read("logLevel"),
    logFormat: read("logFormat"),
    allowedHosts: read("allowedHosts"),
    allowedOrigins: read("allowedOrigins"),
    callsPerMinute: read("callsPerMinute"),
    workers: read("workers"),
    toolsets: read("toolsets"),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return { settings, variables: { ...file?.variables, ...definedOnly(sources.environment) } };
}

function readConfigFile(path: string, problems: string[]): ConfigFile {
  const nothing: ConfigFile = { path, settings: {}, variables: {} };
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    problems.push(`The configuration file ${path} ${unreadable(error)}.`);
    return nothing;
  }
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    problems.push(`The configuration file ${path} must hold a JSON object such as { "port": 3900 }.`);
    return nothing;
  }
  const { variables = {}, ...settings } = content as { variables?: unknown } & Record<string, unknown>;
  for (const name of Object.keys(settings)) {
    if (!Object.hasOwn(settingsTable, name)) {
      problems.push(
        `${path} has no setting "${name}"; it takes ${Object.keys(settingsTable).join(", ")} and variables.`,
      );
    }
  }
  return { path, settings, variables: readVariables(variables, path, problems) };
}

/** The engine's own words quote the file, and the file may hold secrets: only the place is taken from them. */
function unreadable(error: unknown): string {
  const { message } = error as Error;
  if (!(error instanceof SyntaxError)) return `cannot be read: ${message}`;
  const place = /line \d+ column \d+/.exec(message)?.[0];
  return place === undefined ? "is not valid JSON" : `is not valid JSON: look at ${place}`;
}

function readVariables(given: unknown, path: string, problems: string[]): Environment {
  if (typeof given !== "object" || given === null || Object.values(given).some((value) => typeof value !== "string")) {
    problems.push(`"variables" in ${path} must map names to strings.`);
    return {};
  }
  return given as Environment;
}

function definedOnly(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""));
}
