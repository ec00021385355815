import {
  type Operation as AnyOperation,
  type Fields,
  type Method,
  type Reply,
  readRequest,
  type Values,
} from "@toolspec/example-http";
import { type Access, requireAccess } from "./access.ts";
import type { Context } from "./context.ts";

/** One endpoint under `/v1`. */
export type Operation = AnyOperation<Context>;

/** What an operation asks, takes and does. The parts of the request arrive as one input; their names never clash. */
interface Definition<Path extends Fields, Query extends Fields, Body extends Fields> {
  readonly method: Method;
  readonly path: string;
  readonly access: Access;
  readonly params?: Path;
  readonly query?: Query;
  readonly body?: Body;
  /** False where the operation makes transactions of its own. Default: true. */
  readonly transaction?: boolean;
  run(context: Context, input: Values<Path> & Values<Query> & Values<Body>): Reply;
}

type None = Record<never, never>;

/** State one endpoint. Who may not call learns nothing of its fields; a write is done whole or not at all. */
export function operation<Path extends Fields = None, Query extends Fields = None, Body extends Fields = None>(
  definition: Definition<Path, Query, Body>,
): Operation {
  const { method, path, params = {}, query = {}, body, access, transaction = true } = definition;
  return {
    method,
    path,
    hasBody: body !== undefined,
    run(context, request) {
      requireAccess(context.caller, access);
      const input = readRequest({ path: params, query, body: body ?? {} }, request);
      const run = () => definition.run(context, input as Values<Path> & Values<Query> & Values<Body>);
      return access === "write" && transaction ? context.database.transaction(run, { keep: true }) : run();
    },
  };
}
