import { invalidRequest, type Problem } from "./api-error.ts";
import { type Fields, isObject, readFields } from "./fields.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** What an operation answers where nothing is refused. */
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

/** One endpoint. `path` is a template: `/v1/vouchers/{code}`; `Base` is what every request works with. */
export interface Operation<Base> {
  readonly method: Method;
  readonly path: string;
  readonly hasBody: boolean;
  /** @throws ApiError 422 with every problem of the request, and what the operation itself refuses. */
  run(base: Base, request: RawRequest): Reply;
}

/** The fields of a request, by the part in which they arrive. */
export interface RequestFields {
  readonly path: Fields;
  readonly query: Fields;
  readonly body: Fields;
}

/**
 * Read all parts of a request into one input; their names never clash.
 *
 * @throws ApiError 422 with every problem.
 */
export function readRequest(fields: RequestFields, request: RawRequest): Record<string, unknown> {
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
