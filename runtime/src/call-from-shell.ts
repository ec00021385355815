/** `toolspec call` in a real shell: its streams and files, its interruption, and the exit codes of what cannot be asked. */
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { AdapterError } from "./adapter/adapter-error.ts";
import { connectRemote, UnreachableServer } from "./adapter/call-remote.ts";
import { type CallContext, callCommand } from "./commands/call-command.ts";
import type { Environment } from "./config.ts";

/** What of the command line is known before its arguments are parsed. */
export interface ShellCall extends Pick<CallContext, "server"> {
  /** Variables of the environment and of this configuration file. */
  readonly variablesOf: (config: string | undefined) => Environment;
  readonly exit: {
    readonly failed: number;
    readonly usage: number;
    readonly unreachable: number;
    readonly interrupted: number;
  };
}

/** Run the command. @returns the exit code */
export async function callFromShell(
  argv: readonly string[],
  { server, variablesOf, exit }: ShellCall,
): Promise<number> {
  const interruption = new AbortController();
  process.once("SIGINT", () => interruption.abort());
  try {
    const code = await callCommand(argv, {
      server,
      variables: process.env,
      compose: async ({ config, ...options }) => {
        const { callInProcess } = await import("./call-in-process.ts");
        return callInProcess({ ...options, variables: variablesOf(config) });
      },
      connect: (url, headers) => connectRemote({ url, headers, version: runtimeVersion() }),
      readText: (file) => (file === "-" ? text(process.stdin) : readFile(file, "utf8")),
      signal: interruption.signal,
      stdout: process.stdout,
      stderr: process.stderr,
    });
    return interruption.signal.aborted ? exit.interrupted : code;
  } catch (error) {
    if (!(error instanceof UnreachableServer || error instanceof AdapterError)) throw error;
    process.stderr.write(`error: ${error.message}\n`);
    if (error instanceof UnreachableServer) return exit.unreachable;
    return error.kind === "usage" ? exit.usage : exit.failed;
  }
}

function runtimeVersion(): string {
  return (JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string }).version;
}
