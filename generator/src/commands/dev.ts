import { Option } from "commander";
import type { Dev } from "../dev/dev.ts";
import { hasColours } from "../terminal.ts";
import { type AddCommand, exit } from "./command.ts";
import { whole, withMockOptions } from "./mock.ts";

interface DevCommandOptions {
  readonly out: string;
  readonly host: string;
  readonly port?: number;
  readonly stdio?: boolean;
  readonly mock?: boolean;
  readonly upstream?: string;
  readonly poll?: boolean;
  readonly seed: number;
  readonly delay: number;
  readonly fail: number;
  readonly format: "pretty" | "json";
}

const defaultPort = 3900;

/** `toolspec dev`. */
export const addDev: AddCommand = (program, { finish, interruptible }) => {
  const command = program
    .command("dev")
    .argument("[specs]", "specs folder; default: the only one in ./specs")
    .summary("serve while you edit: regenerates and replaces what changed")
    .description(
      "Serve one specs folder and keep serving it while it is edited. An edit with an error leaves the last good version in service. " +
        "Where the upstream's variable is not set, a mock answers. Store and key lie in .toolspec/dev, which git ignores.",
    )
    .option("--out <folder>", "folder of the generated servers", "generated")
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option(
      "--port <number>",
      `port to listen on; 0 takes a free one, as --stdio does (default: ${defaultPort})`,
      whole(0, 65_535),
    )
    .option("--stdio", "serve one caller over stdin and stdout too; all that is told goes to stderr")
    .addOption(new Option("--mock", "let a mock answer in any case").conflicts("upstream"))
    .option("--upstream <url>", "send requests there, whatever server.yaml says")
    .option("--poll", "look for changes twice a second: for network mounts, which tell of none");
  withMockOptions(command)
    .addOption(new Option("--format <format>", "how events are shown").choices(["pretty", "json"]).default("pretty"))
    .option("--debug", "print the stack of an internal error")
    .action(async (specs: string | undefined, options: DevCommandOptions) => {
      const signal = interruptible();
      const stop = new AbortController();
      const { theFolder } = await import("../dev/the-folder.ts");
      const folder = theFolder("dev", specs);
      if (folder === undefined) return finish(exit.usage);
      const { loadRuntimeDev } = await import("../handover.ts");
      const runtime = await loadRuntimeDev();
      if (runtime === undefined) return finish(exit.findings);
      const { startDev } = await import("../dev/dev.ts");
      const { connectText, toJsonLine, toText } = await import("../dev/events.ts");
      const isJson = options.format === "json";
      const stdio = options.stdio === true;
      // A client that starts this may start it twice, and finds it over stdio, not by its port.
      const port = options.port ?? (stdio ? 0 : defaultPort);
      const output = stdio ? process.stderr : process.stdout;
      const hasKeys = !isJson && !stdio && process.stdin.isTTY === true && process.stdout.isTTY === true;
      const look = { colour: hasColours(output), hasKeys, now: () => new Date() };
      const started = await startDev(
        {
          ...options,
          port,
          stdio,
          specs: folder,
          mock: options.mock === true,
          poll: options.poll === true,
          upstream: options.upstream,
        },
        {
          cwd: process.cwd(),
          variables: process.env,
          runtime,
          tell(event) {
            if (!signal.aborted) output.write(`${isJson ? toJsonLine(event) : toText(event, look)}\n`);
          },
        },
      ).catch((error: unknown) => explain(error));
      if (typeof started === "number") return finish(started);
      if ("diagnostics" in started) return finish(exit.invalidSpecs);
      const { server } = started;
      if (signal.aborted) {
        // Nobody has been served yet, so this was given up and not ended.
        await started.close();
        return finish(exit.interrupted);
      }
      void server.disconnected?.then(() => stop.abort());
      await ended(
        AbortSignal.any([signal, stop.signal]),
        hasKeys ? { dev: started, connect: () => connectText(folder.split("/").at(-1) ?? "dev", server) } : undefined,
      );
      await started.close();
    });
};

/** What the runtime refused to serve: its own words, and an exit code as `serve` ends with. */
function explain(error: unknown): number {
  const code = {
    ConfigError: exit.invalidSpecs,
    UpstreamSettingError: exit.invalidSpecs,
    StoreError: exit.unreachable,
    ListenError: exit.unreachable,
  }[error instanceof Error ? error.name : ""];
  if (code === undefined) throw error;
  process.stderr.write(`toolspec dev: ${(error as Error).message}\n`);
  return code;
}

/** Until Ctrl-C, SIGTERM, or the key q. */
async function ended(
  signal: AbortSignal,
  keys: { readonly dev: Dev; readonly connect: () => string } | undefined,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  // It may have come while this was starting.
  if (signal.aborted) resolve();
  signal.addEventListener("abort", () => resolve(), { once: true });
  process.once("SIGTERM", () => resolve());
  if (keys === undefined) return await promise;
  const { stdin } = process;
  stdin.setRawMode(true);
  stdin.resume().on("data", (pressed: Buffer) => {
    const key = pressed.toString();
    // In raw mode the terminal sends Ctrl-C as a character.
    if (key === "q" || key === "\u0003") resolve();
    else if (key === "c") process.stdout.write(keys.connect());
    else if (key === "r") void keys.dev.regenerate();
  });
  try {
    await promise;
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
  }
}
