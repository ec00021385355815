import {
  type Operation as AnyOperation,
  type Fields,
  flag,
  type Method,
  optional,
  type Reply,
  readRequest,
  type Values,
} from "@toolspec/example-http";
import type { Context } from "../context.ts";

/** One endpoint. Whether it runs dry is for the request to say. */
export type Operation = AnyOperation<Omit<Context, "dryRun">>;

/** What an operation takes and does. The parts of the request arrive as one input; their names never clash. */
interface Definition<Path extends Fields, Query extends Fields, Body extends Fields> {
  readonly method: Method;
  readonly path: string;
  readonly params?: Path;
  readonly query?: Query;
  readonly body?: Body;
  /** Accepts `?dry_run=true`. */
  readonly dryRun?: boolean;
  run(context: Context, input: Values<Path> & Values<Query> & Values<Body>): Reply;
}

type None = Record<never, never>;

/** State one endpoint: its fields, and what it does once they are valid. Writes run in one transaction. */
export function operation<Path extends Fields = None, Query extends Fields = None, Body extends Fields = None>(
  definition: Definition<Path, Query, Body>,
): Operation {
  const { method, path, params, query, body } = definition;
  const controls: Fields = definition.dryRun ? { dry_run: optional(flag(), false) } : {};
  const fields = { path: params ?? {}, query: { ...query, ...controls }, body: body ?? {} };
  return {
    method,
    path,
    hasBody: body !== undefined,
    run(base, request) {
      const { dry_run: dryRun = false, ...input } = readRequest(fields, request);
      const context: Context = { ...base, dryRun: dryRun === true };
      const run = () => definition.run(context, input as Values<Path> & Values<Query> & Values<Body>);
      return method === "GET" ? run() : base.database.transaction(run, { keep: !context.dryRun });
    },
  };
}
