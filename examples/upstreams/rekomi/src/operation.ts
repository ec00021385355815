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

/** One endpoint under `/api/v1`. */
export type Operation = AnyOperation<Context>;

/** What an operation asks, takes and does. The parts of the request arrive as one input; their names never clash. */
interface Definition<Path extends Fields, Query extends Fields, Body extends Fields> {
  readonly method: Method;
  readonly path: string;
  readonly access?: Access;
  readonly params?: Path;
  readonly query?: Query;
  readonly body?: Body;
  run(context: Context, input: Values<Path> & Values<Query> & Values<Body>): Reply;
}

type None = Record<never, never>;

/** State one endpoint. Who may not call learns nothing of its fields; all but a GET runs in one transaction. */
export function operation<Path extends Fields = None, Query extends Fields = None, Body extends Fields = None>(
  definition: Definition<Path, Query, Body>,
): Operation {
  const { method, path, params = {}, query = {}, body, access = {} } = definition;
  const needed: Access = { ...(method === "GET" ? {} : { role: "admin" }), ...access };
  return {
    method,
    path,
    hasBody: body !== undefined,
    run(context, request) {
      requireAccess(context, needed);
      const input = readRequest({ path: params, query, body: body ?? {} }, request);
      const run = () => definition.run(context, input as Values<Path> & Values<Query> & Values<Body>);
      return method === "GET" ? run() : context.database.transaction(run, { keep: true });
    },
  };
}
