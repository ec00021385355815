import { type Command, InvalidArgumentError, Option } from "commander";
import { type AddCommand, exit } from "./command.ts";
import { codeOf } from "./specs-options.ts";

interface MockOptions {
  readonly port: number;
  readonly seed: number;
  readonly delay: number;
  readonly fail: number;
  readonly format: "pretty" | "json";
}

/** `toolspec mock`. */
export const addMock: AddCommand = (program, { finish, interruptible }) => {
  withMockOptions(program.command("mock"))
    .argument("[specs]", "specs folder; default: the only one in ./specs")
    .summary("answer as the upstream would, from its contract and examples")
    .description(
      "Serve an upstream made from the contract's examples and schemas. Requests are checked against the contract; nothing is kept.",
    )
    .option("--port <number>", "port to listen on; 0 takes a free one", whole(0, 65_535), 4010)
    .addOption(new Option("--format <format>", "how requests are shown").choices(["pretty", "json"]).default("pretty"))
    .option("--debug", "print the stack of an internal error")
    .action(async (specs: string | undefined, options: MockOptions) => {
      const signal = interruptible();
      const { theFolder } = await import("../dev/the-folder.ts");
      const folder = theFolder("mock", specs);
      if (folder === undefined) return finish(exit.usage);
      const { readServer } = await import("../dev/read-server.ts");
      const read = await readServer(folder);
      if (read.server === undefined) return finish(codeOf(read, false));
      const { routesOf } = await import("../mock/routes.ts");
      const { startMock } = await import("../mock/mock.ts");
      const isJson = options.format === "json";
      const print = (event: object, line: string) => process.stdout.write(`${isJson ? JSON.stringify(event) : line}\n`);
      const routes = routesOf(read.server);
      const mock = await startMock(routes, {
        port: options.port,
        seed: options.seed,
        delayMs: options.delay,
        failPercent: options.fail,
        onRequest: (seen) =>
          print(
            { event: "request", ...seen },
            `  ${seen.status} ${seen.method.toUpperCase()} ${seen.path}${seen.message === undefined ? "" : `  ${seen.message}`}`,
          ),
      }).catch((error: NodeJS.ErrnoException) => {
        process.stderr.write(
          `toolspec mock: port ${options.port} cannot be had (${error.code}): choose another with --port\n`,
        );
        return undefined;
      });
      if (mock === undefined) return finish(exit.unreachable);
      const { url } = mock;
      print(
        { event: "ready", url, operations: routes.length },
        `${read.server.title}: ${routes.length} operations at ${url}  (Ctrl-C ends it)`,
      );
      await new Promise<void>((resolve) => {
        // It may have come while this was starting.
        if (signal.aborted) resolve();
        signal.addEventListener("abort", () => resolve(), { once: true });
        process.once("SIGTERM", () => resolve());
      });
      await mock.close();
    });
};

/** What `mock` and `dev` say of a mock. */
export function withMockOptions(command: Command): Command {
  return command
    .option("--seed <number>", "other samples and other failures, the same every time", whole(0, 1_000_000), 0)
    .option("--delay <ms>", "milliseconds before each reply", whole(0, 600_000), 0)
    .option("--fail <percent>", "answer 503 to so many of a hundred requests: 5%", percent, 0);
}

/** A whole number within bounds, for a flag. */
export function whole(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= low && value <= high) return value;
    throw new InvalidArgumentError(`It takes a whole number from ${low} to ${high}.`);
  };
}

function percent(text: string): number {
  const value = Number(text.replace(/%$/, ""));
  if (text !== "" && value >= 0 && value <= 100) return value;
  throw new InvalidArgumentError("It takes a percentage from 0% to 100%.");
}
