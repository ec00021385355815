import { type Command, Option } from "commander";
import type { JsonObject, ServerDefinition } from "../codegen.ts";
import type { Environment } from "../config.ts";
import { nearest } from "../identity/nearest.ts";
import { readArguments } from "./call-arguments.ts";
import { readHeader, refuseSecret } from "./call-secrets.ts";
import { type CallEnd, type Ending, tellCall } from "./call-text.ts";
import { CommandProblem, createProgram, runCommand, type TextOutput, toObject, writeJson } from "./store-command.ts";

/** The tools of one server, wherever it runs. */
export interface ToolSource {
  readonly tools: readonly {
    readonly name: string;
    readonly title?: string | undefined;
    readonly inputSchema: unknown;
  }[];
  call(name: string, input: JsonObject, signal: AbortSignal): Promise<CallEnd>;
  close(): Promise<void>;
}

/** What `toolspec call` works with. */
export interface CallContext {
  /** The registrations that the arguments name, and what they hold. */
  readonly server: { readonly path: string; readonly definition: ServerDefinition } | undefined;
  readonly variables: Environment;
  readonly compose: (options: {
    readonly server: ServerDefinition;
    readonly upstream: string | undefined;
    readonly tenant: string;
    readonly approve: boolean;
    readonly config: string | undefined;
  }) => Promise<ToolSource>;
  readonly connect: (url: string, headers: Readonly<Record<string, string>>) => Promise<ToolSource>;
  /** The text of a file, or of standard input for `-`. @throws Error of the operating system */
  readonly readText: (path: string) => Promise<string>;
  readonly signal: AbortSignal;
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
}

interface CallOptions {
  readonly input?: string;
  readonly url?: string;
  readonly header?: readonly string[];
  readonly upstream?: string;
  readonly dryRun?: boolean;
  readonly confirm?: boolean;
  readonly tenant?: string;
  readonly approve?: boolean;
  readonly config?: string;
  readonly format: "pretty" | "json";
}

/**
 * Call one tool, of a server that runs or of one that is put together for it.
 *
 * @returns the exit code: 0 done or planned; 1 not done: an error of the tool, a confirmation that is missing, a call that waits for
 *   an operator; 2 the command line is wrong. What `compose` and `connect` throw is the caller's to explain: 3 and 4.
 */
export async function callCommand(argv: readonly string[], context: CallContext): Promise<number> {
  let ending = "done" as Ending;
  const program = describe(createProgram("call", "Call one tool.", context)).action(
    async (tool: string | undefined, given: readonly string[], options: CallOptions) => {
      ending = await call(tool, given, options, context);
    },
  );
  const code = await runCommand(program, argv, context);
  return code === 0 && (ending === "failed" || ending === "waits") ? 1 : code;
}

function describe(program: Command): Command {
  return program
    .argument("[tool]", "name of the tool; without one, the names are listed")
    .argument(
      "[arguments...]",
      "name=value, typed by the tool's inputs, and the specs folder where there are several; '${NAME}' alone is a variable's value",
    )
    .option("--input <json>", "arguments as a JSON object, as @file, or - for standard input")
    .option("--url <address>", "MCP endpoint of a running server; default: in this process, with a store in memory")
    .option("--header <header>", "with --url: 'X-API-Key: ${NAME}', NAME being a variable of the environment", append)
    .option("--upstream <address>", "in this process: the upstream's address, in the place of the one in server.yaml")
    .option("--tenant <name>", 'in this process: the account that the caller is of; default "local"')
    .option("--config <file>", "in this process: JSON file with variables for server.yaml")
    .option("--dry-run", "add dry_run: true")
    .option("--confirm", "add confirm: true: you have seen what it does, and mean it")
    .option("--approve", "in this process: be the operator too, so that what would wait runs")
    .addOption(new Option("--format <format>", "how the end is shown").choices(["pretty", "json"]).default("pretty"));
}

function append(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

async function call(
  tool: string | undefined,
  given: readonly string[],
  options: CallOptions,
  context: CallContext,
): Promise<Ending> {
  const { stdout, stderr } = context;
  const isPlace = (text: string) => text === context.server?.path;
  const name = tool !== undefined && isPlace(tool) ? undefined : tool;
  const pairs = given.filter((text) => !isPlace(text));
  const stray = pairs.find((text) => text.indexOf("=") < 1);
  if (stray !== undefined) {
    refuseSecret("An argument", stray, "Put it into a variable and name that: 'name=${NAME}'.");
    throw strayArgument(stray);
  }
  if (name === undefined && pairs.length > 0)
    throw new CommandProblem("usage", "Say first which tool: toolspec call <tool> name=value.");
  // Listing needs no secret of the upstream.
  if (name === undefined && options.url === undefined && context.server !== undefined) {
    listTools(context.server.definition.tools, options, stdout);
    return "done";
  }
  // So does finding out that there is no such tool.
  const own = options.url === undefined ? context.server?.definition.tools : undefined;
  if (name !== undefined && own?.every((one) => one.name !== name) === true) throw unknownTool(name, own);
  const input = await readInput(options.input, context);
  const source = await open(options, context);
  try {
    if (name === undefined) {
      listTools(source.tools, options, stdout);
      return "done";
    }
    const found = source.tools.find((one) => one.name === name);
    if (found === undefined) throw unknownTool(name, source.tools);
    const schema = (found.inputSchema ?? {}) as JsonObject;
    const flags = { ...(options.dryRun && { dry_run: true }), ...(options.confirm && { confirm: true }) };
    const typed = readArguments({ pairs, input, variables: context.variables }, schema);
    const end = await source.call(name, { ...typed, ...flags }, context.signal);
    const told = tellCall(end, { tool: name, inProcess: options.url === undefined });
    if (options.format === "json") writeJson(stdout, "error" in end ? { error: end.error } : end.result);
    else {
      stdout.write(told.out);
      stderr.write(told.err);
    }
    return told.ending;
  } finally {
    await source.close();
  }
}

function open(options: CallOptions, context: CallContext): Promise<ToolSource> {
  const { url, header = [], upstream, tenant, approve = false, config } = options;
  if (url === undefined) {
    if (header.length > 0) throw new CommandProblem("usage", "--header is for a running server: add --url <address>.");
    if (context.server === undefined)
      throw new CommandProblem(
        "usage",
        "Name a specs folder whose code is generated (toolspec generate), or --url <address>.",
      );
    const { definition } = context.server;
    return context.compose({ server: definition, upstream, tenant: tenant ?? "local", approve, config });
  }
  const local = Object.entries({ upstream, tenant, config, approve: approve || undefined });
  const [stray] = local.flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (stray !== undefined)
    throw new CommandProblem("usage", `--${stray} is for a call in this process: leave it or --url out.`);
  refuseSecret("--url", url, "Send it with --header 'Name: ${NAME}'.");
  return context.connect(url, Object.fromEntries(header.map((text) => readHeader(text, context.variables))));
}

async function readInput(text: string | undefined, { readText }: CallContext): Promise<JsonObject> {
  if (text === undefined) return {};
  if (text === "-") return toObject("--input -", await readText("-"));
  if (!text.startsWith("@")) {
    refuseSecret("--input", text, "Write it into a file and name that: --input @file; or pipe it in: --input -.");
    return toObject("--input", text);
  }
  const path = text.slice(1);
  const read = await readText(path).catch((error: NodeJS.ErrnoException) => {
    throw new CommandProblem("usage", `--input ${text} cannot be read (${error.code ?? error.message}).`);
  });
  return toObject(`--input ${text}`, read);
}

function listTools(tools: readonly Named[], { format }: CallOptions, stdout: TextOutput): void {
  if (format === "json") writeJson(stdout, { tools: tools.map(({ name, title }) => ({ name, title })) });
  else stdout.write(tools.map(({ name, title }) => `${name}${title === undefined ? "" : `  ${title}`}\n`).join(""));
}

interface Named {
  readonly name: string;
  readonly title?: string | undefined;
}

function unknownTool(name: string, tools: readonly Named[]): CommandProblem {
  const names = tools.map((tool) => tool.name);
  const near = nearest(name, names);
  const mend = near === undefined ? "Without a name, `toolspec call` lists them all." : `Did you mean ${near}?`;
  return new CommandProblem(
    "usage",
    `There is no tool ${JSON.stringify(name.slice(0, shownMaxChars))} for this caller. ${mend}`,
  );
}

function strayArgument(text: string): CommandProblem {
  const shown = JSON.stringify(text.slice(0, shownMaxChars));
  return new CommandProblem("usage", `${shown} is neither name=value nor a specs folder whose code is generated.`);
}

/** Characters of the command line that are repeated. */
const shownMaxChars = 60;
