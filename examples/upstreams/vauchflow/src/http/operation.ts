import { invalidRequest, type Problem } from "../api-error.ts";
import type { Context } from "../context.ts";
import { type Fields, flag, isObject, optional, readFields, type Values } from "./fields.ts";

export type Method = "GET" | "POST" | "PATCH" | "DELETE";

export interface Reply {
  readonly status: 200 | 201;
  readonly body: unknown;
}

/** A request whose parts are separated but not yet looked at. */
export interface RawRequest {
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** One endpoint. `path` is a template: `/v1/vouchers/{code}`. */
export interface Operation {
  readonly method: Method;
  readonly path: string;
  readonly hasBody: boolean;
  /** @throws ApiError 422 with every problem of the request, and what the operation itself refuses. */
  run(context: Omit<Context, "dryRun">, request: RawRequest): Reply;
}

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

/** @throws ApiError 422 with every problem. */
function readRequest(
  fields: { path: Fields; query: Fields; body: Fields },
  request: RawRequest,
): Record<string, unknown> {
  const problems: Problem[] = [];
  const path = readFields(fields.path, fromTexts(fields.path, request.path), "path", problems);
  const query = readFields(fields.query, fromTexts(fields.query, request.query), "query", problems);
  if (!isObject(request.body)) throw invalidRequest([...problems, { field: "body", message: "must be an object" }]);
  const body = readFields(fields.body, request.body, "body", problems);
  if (problems.length > 0) throw invalidRequest(problems);
  return { ...path, ...query, ...body };
}

function fromTexts(fields: Fields, texts: Readonly<Record<string, string>>): Record<string, unknown> {
  const values = Object.entries(texts).map(([name, text]) => {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    return [name, field?.fromText ? field.fromText(text) : text];
  });
  return Object.fromEntries(values);
}
