/** What `toolspec doctor` asks of the runtime: the settings, the port and the store, looked at and not touched. */
import { existsSync, statSync } from "node:fs";
import { get } from "node:http";
import { connect } from "node:net";
import { resolve } from "node:path";
import { ConfigError, type Environment, readSettings, type Settings } from "./config.ts";
import { migrations } from "./store/migrations.ts";
import { readMigration } from "./store/sqlite-file.ts";

/** One thing that was looked at. */
export interface Finding {
  readonly check: "settings" | "port" | "store" | "file-modes";
  readonly state: "ok" | "warning" | "problem";
  /** Nobody answered, rather than something being wrong. */
  readonly unreachable?: boolean;
  readonly message: string;
  readonly mend?: string;
}

export interface ExamineOptions {
  /** The server that is meant to serve there, and the path at which it says its name. */
  readonly server: { readonly name: string; readonly path: string } | undefined;
  readonly environment: Environment;
}

/** Milliseconds that a neighbour on this machine, or a database, may take to answer. */
const answerMs = 2_000;

/** Look at what a server would find when it starts here, with the settings of the environment. */
export async function examine({ server, environment }: ExamineOptions): Promise<readonly Finding[]> {
  let settings: Settings;
  try {
    settings = readSettings({ flags: {}, environment }).settings;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [{ check: "settings", state: "problem", message: error.message, mend: "correct the variable" }];
  }
  const store = settings.databaseUrl === undefined ? examineFile(settings.data) : [await examineDatabase(settings)];
  return [await examinePort(settings, server), ...store];
}

async function examinePort({ host, port }: Settings, server: ExamineOptions["server"]): Promise<Finding> {
  const check = "port";
  const name = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  if (port === 0) return { check, state: "ok", message: "the port is chosen when the server starts" };
  if (!(await isOpen(name, port))) return { check, state: "ok", message: `port ${port} is free` };
  const found = server && (await nameAt(`http://${name.includes(":") ? `[${name}]` : name}:${port}${server.path}`));
  if (server !== undefined && found === server.name)
    return { check, state: "ok", message: `${server.name} is served on port ${port}` };
  const who = found === undefined ? "another program" : `the server ${JSON.stringify(found)}`;
  return {
    check,
    state: "warning",
    message: `port ${port} is taken by ${who}`,
    mend: "end it, or serve with --port and another number",
  };
}

function isOpen(host: string, port: number): Promise<boolean> {
  return new Promise((resolvePromise) => {
    const socket = connect({ host, port, timeout: answerMs });
    const end = (isThere: boolean) => {
      socket.destroy();
      resolvePromise(isThere);
    };
    socket
      .once("connect", () => end(true))
      .once("timeout", () => end(false))
      .once("error", () => end(false));
  });
}

/** Characters of an identity page that are read. */
const identityMax = 10_000;

/** What a server calls itself on its identity page, if it is one of ours. */
function nameAt(url: string): Promise<string | undefined> {
  return new Promise((resolvePromise) => {
    const request = get(url, { timeout: answerMs, headers: { accept: "application/json" } }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
        if (text.length > identityMax) response.destroy();
      });
      response.once("close", () => resolvePromise(nameIn(text)));
    });
    request.once("timeout", () => request.destroy()).once("error", () => resolvePromise(undefined));
  });
}

function nameIn(text: string): string | undefined {
  try {
    const { name } = JSON.parse(text) as { readonly name?: unknown };
    return typeof name === "string" ? name : undefined;
  } catch {
    return undefined;
  }
}

function examineFile(data: string): Finding[] {
  const check = "store";
  if (data === ":memory:")
    return [
      {
        check,
        state: "warning",
        message: "the store is in memory: keys and the trail end with the process",
        mend: "name a file with TOOLSPEC_DATA",
      },
    ];
  if (!existsSync(data))
    return [{ check, state: "ok", message: `${data} is made when a server or command first needs it` }];
  const latest = migrations.length;
  const current = readMigration(resolve(data));
  if (typeof current !== "number")
    return [
      {
        check,
        state: "problem",
        message: `${data} cannot be read: ${current.reason}`,
        mend: "check who owns it, or name another file with TOOLSPEC_DATA",
      },
    ];
  return [versionFinding(data, current, latest), ...modeFindings(data)];
}

function versionFinding(data: string, current: number, latest: number): Finding {
  const check = "store";
  if (current > latest)
    return {
      check,
      state: "problem",
      message: `${data} has tables of version ${current}, and this program knows versions up to ${latest}`,
      mend: "use the newer program that wrote it: there is no way back",
    };
  if (current < latest)
    return {
      check,
      state: "warning",
      message: `${data} has tables of version ${current} of ${latest}`,
      mend: "make a copy; the next server or command that opens it brings them up to date",
    };
  return { check, state: "ok", message: `${data} can be read, and its tables are up to date` };
}

/** Others than its owner: the file holds who called what, with which arguments. */
function modeFindings(data: string): Finding[] {
  const mode = statSync(data).mode & 0o777;
  if (process.platform === "win32" || (mode & 0o077) === 0) return [];
  const message = `${data} may be read by others (mode ${mode.toString(8)})`;
  return [{ check: "file-modes", state: "warning", message, mend: `chmod 600 ${data}` }];
}

/** Only whether somebody listens there: signing in would be a connection that the database's owner sees. */
async function examineDatabase({ databaseUrl }: Settings): Promise<Finding> {
  const check = "store";
  const { hostname, port } = new URL(databaseUrl?.reveal() ?? "");
  const place = `${hostname}:${port || postgresPort}`;
  if (await isOpen(hostname, Number(port || postgresPort)))
    return {
      check,
      state: "ok",
      message: `the database at ${place} answers; a server checks its tables when it starts`,
    };
  return {
    check,
    state: "problem",
    unreachable: true,
    message: `no database answers at ${place}`,
    mend: "start it, or correct DATABASE_URL",
  };
}

const postgresPort = 5432;
