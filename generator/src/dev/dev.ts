import { join, resolve } from "node:path";
import type { Readable, Writable } from "node:stream";
import type { Diagnostic } from "../diagnostics.ts";
import { portable } from "../folders.ts";
import type { DevServer, RuntimeDev } from "../handover.ts";
import type { ServerIr } from "../ir/tool.ts";
import { type Mock, startMock } from "../mock/mock.ts";
import { routesOf } from "../mock/routes.ts";
import { createEvaluator, type Evaluator } from "./evaluate.ts";
import type { DevEvent } from "./events.ts";
import { createRegeneration, type Made, type Regenerated } from "./regeneration.ts";
import { type Watch, watchFolder } from "./watch.ts";

export interface DevOptions {
  readonly specs: string;
  readonly out: string;
  readonly host: string;
  readonly port: number;
  /** Serve one caller over stdin and stdout too. */
  readonly stdio: boolean;
  /** A mock although the upstream's variable is set. */
  readonly mock: boolean;
  readonly upstream: string | undefined;
  readonly poll: boolean;
  readonly seed: number;
  readonly delay: number;
  readonly fail: number;
}

/** What stands around a development server. */
export interface DevWorld {
  readonly cwd: string;
  readonly variables: NodeJS.ProcessEnv;
  readonly runtime: RuntimeDev;
  /** In the place of stdin and stdout. */
  readonly streams?: { readonly input: Readable; readonly output: Writable };
  readonly tell: (event: DevEvent) => void;
}

/** A development server that runs. */
export interface Dev {
  readonly server: DevServer;
  /** Read everything again, generated files too. */
  regenerate(): Promise<void>;
  close(): Promise<void>;
}

/** What has kept it from starting; the problems were told. */
export interface NotStarted {
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Serve one specs folder, and go on serving it while it is edited: what changed is read, generated, written and served. An edit with an
 * error leaves the last good version in service.
 *
 * @throws what the runtime throws when the first version cannot be served: a setting, a store, a port.
 */
export async function startDev(options: DevOptions, world: DevWorld): Promise<Dev | NotStarted> {
  const { cwd, tell } = world;
  const regeneration = createRegeneration({ specs: options.specs, out: options.out, cwd });
  const first = await regeneration.run();
  if (first.made === undefined) {
    tell({ event: "problems", ...problemsOf(first), servedSince: undefined });
    return { diagnostics: first.diagnostics };
  }
  let { made } = first;
  let evaluator = createEvaluator(made.folder);
  const mock = await startUpstream(made.server, options, world);
  const upstream = mock === undefined ? options.upstream : mock.url;
  const server = await serve({ made, evaluator, mock, upstream }, options, world).catch(async (error: unknown) => {
    await mock?.close();
    throw error;
  });
  let servedSince = new Date();
  let told = "";
  const { mcp, console, access, operator } = server;
  async function update(run: { readonly everything?: boolean }): Promise<void> {
    const startMs = performance.now();
    const result = await regeneration.run(run);
    const problems = problemsOf(result);
    const text = JSON.stringify([problems.diagnostics, problems.obstacles]);
    const isNews = text !== told && (problems.diagnostics.length > 0 || problems.obstacles.length > 0);
    told = text;
    if (result.made === undefined) {
      if (isNews) tell({ event: "problems", ...problems, servedSince });
      return;
    }
    if (isNews) tell({ event: "problems", ...problems, servedSince });
    const next = result.made;
    try {
      if (next.folder !== made.folder) evaluator = createEvaluator(next.folder);
      const regenerateMs = performance.now() - startMs;
      const { changed, ...places } = await server.replace(evaluator.evaluate(next.files));
      const hadContract = made.server.contract !== next.server.contract || made.server.tools !== next.server.tools;
      made = next;
      servedSince = new Date();
      tell({
        event: "changed",
        touched: result.touched,
        files: next.changes.length,
        of: next.files.size,
        regenerateMs,
        ms: performance.now() - startMs,
        changed,
        places,
      });
      if (hadContract) mock?.replace(routesOf(next.server));
    } catch (error) {
      // Sound as specs, and yet not to be served: a variable that is not set, say.
      tell({ event: "refused", message: error instanceof Error ? error.message : String(error), servedSince });
    }
  }

  /** A generated file was changed by hand, or by a tool: what is served stands in memory and stays as it is. */
  function restore(): void {
    const { files, obstacles } = regeneration.restore();
    if (files.length > 0) tell({ event: "restored", files: files.map((file) => portable(cwd, file)) });
    const text = JSON.stringify([[], obstacles]);
    if (obstacles.length > 0 && text !== told)
      tell({ event: "problems", diagnostics: [], sources: new Map(), touched: [], obstacles, servedSince });
    if (obstacles.length > 0) told = text;
  }

  const turns = createTurns(
    async (everything) => {
      if (everything || regeneration.look()) await update({ everything });
      else restore();
      if (watchingGenerated.folder !== made.folder) watchGenerated();
    },
    (error) => tell({ event: "refused", message: error instanceof Error ? error.message : String(error), servedSince }),
  );
  const watching: Watch = watchFolder(resolve(cwd, options.specs), {
    poll: options.poll,
    onChange: () => void turns.take(false),
  });
  let watchingGenerated: { readonly folder: string; readonly watch: Watch };
  function watchGenerated(): void {
    watchingGenerated?.watch.close();
    const watch = watchFolder(made.folder, { poll: options.poll, onChange: () => void turns.take(false) });
    watchingGenerated = { folder: made.folder, watch };
  }
  watchGenerated();
  tell({
    event: "ready",
    server: made.server,
    mcp,
    console,
    access,
    operator,
    upstream: upstream ?? made.server.upstream.url,
    isMock: mock !== undefined,
    specs: options.specs,
    isStdio: options.stdio,
  });
  if (first.diagnostics.length > 0) tell({ event: "problems", ...problemsOf(first), servedSince });
  if (watching.polls !== undefined) tell({ event: "polling", why: watching.polls });
  // What was saved while this was starting.
  void turns.take(false);
  // Needed with the first edit of a tool, and slow to load: while nobody waits.
  void import("../emit/well-formed.ts");
  return {
    server,
    regenerate: () => turns.take(true),
    async close() {
      watching.close();
      watchingGenerated.watch.close();
      await turns.ended();
      await server.close();
      await mock?.close();
    },
  };
}

interface Start {
  readonly made: Made;
  readonly evaluator: Evaluator;
  readonly mock: Mock | undefined;
  readonly upstream: string | undefined;
}

function serve({ made, evaluator, mock, upstream }: Start, options: DevOptions, world: DevWorld) {
  const { cwd, variables, runtime, streams = {} } = world;
  return runtime.serveForDevelopment({
    server: evaluator.evaluate(made.files),
    host: options.host,
    port: options.port,
    folder: join(cwd, ".toolspec", "dev", made.server.name),
    upstream: upstream === undefined ? undefined : { url: upstream, isMock: mock !== undefined },
    variables,
    stdio: options.stdio ? streams : undefined,
  });
}

/** A mock where one is asked for, and where nobody has said where the upstream is. */
async function startUpstream(
  server: ServerIr,
  options: DevOptions,
  { variables, tell }: DevWorld,
): Promise<Mock | undefined> {
  const names = [...server.upstream.url.matchAll(/\$\{([A-Za-z_]\w*)/g)].map(([, name = ""]) => name);
  const isUnset = names.some((name) => !variables[name]);
  if (options.upstream !== undefined || !(options.mock || isUnset)) return undefined;
  return await startMock(routesOf(server), {
    port: 0,
    seed: options.seed,
    delayMs: options.delay,
    failPercent: options.fail,
    onRequest: (seen) => tell({ event: "request", ...seen }),
  });
}

function problemsOf({ diagnostics, sources, obstacles, touched }: Regenerated) {
  return { diagnostics, sources, obstacles, touched };
}

/** One turn at a time; what is asked for meanwhile is done in one turn more. */
function createTurns(act: (everything: boolean) => Promise<void>, onError: (error: unknown) => void) {
  let running: Promise<void> | undefined;
  let wanted: { everything: boolean } | undefined;
  const go = async () => {
    for (let turn = wanted; turn !== undefined; turn = wanted) {
      wanted = undefined;
      await act(turn.everything).catch(onError);
    }
    running = undefined;
  };
  return {
    take(everything: boolean): Promise<void> {
      wanted = { everything: everything || (wanted?.everything ?? false) };
      running ??= go();
      return running;
    },
    ended: async () => await running,
  };
}
