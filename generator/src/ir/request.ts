import type { Contract } from "../openapi/contract.ts";
import { bodyFor, findOperation, type Operation } from "../openapi/operation.ts";
import { type BodyKind, bodyKindOf, essenceOf, isMediaType } from "../spec/media-type.ts";
import type { Problem } from "../spec/problem.ts";
import { checkPath, parseRequestLine } from "../spec/request-line.ts";
import type { LongRequestSpec, ToolSpec } from "../spec/tool-shape.ts";
import type { HttpMethod, RequestIr } from "./tool.ts";

export interface LoweredRequest {
  readonly request: RequestIr | undefined;
  readonly operation: Operation | undefined;
  readonly problems: readonly Problem[];
}

/** Read a tool's request in either form, and find its operation in the contract. */
export function lowerRequest(spec: ToolSpec["request"] | undefined, contract: Contract | undefined): LoweredRequest {
  if (spec === undefined) return { request: undefined, operation: undefined, problems: [] };
  const line = typeof spec === "string" ? parseRequestLine(spec) : fromLongForm(spec);
  if ("message" in line) return refused({ rule: "invalid-request", path: pathOf(spec, "path"), ...line });

  const found = contract === undefined ? undefined : findOperation(contract, line.method, line.path);
  const operation = found !== undefined && "operation" in found ? found.operation : undefined;
  const problems: Problem[] = [];
  if (found !== undefined && "missing" in found) {
    const { missing, message, mend } = found;
    problems.push({ rule: `unknown-${missing}`, path: pathOf(spec, missing), message, mend });
  }
  if (found !== undefined && "unusable" in found) {
    const { message, mend } = found;
    problems.push({ rule: "unusable-operation", path: ["request"], message, mend });
  }
  const long: Partial<LongRequestSpec> = typeof spec === "string" ? {} : spec;
  const contentType = contentTypeOf(long.contentType, operation);
  if (contentType === undefined) problems.push(unknownContentType(spec, long.contentType, operation));
  const request: RequestIr = {
    ...line,
    constants: { query: long.query ?? {}, headers: long.headers ?? {}, body: long.body ?? {} },
    contentType: contentType ?? jsonType,
    typed: operation !== undefined,
  };
  return { request, operation, problems };
}

function fromLongForm({ method, path }: LongRequestSpec) {
  return checkPath(path) ?? { method: method.toLowerCase() as HttpMethod, path };
}

function pathOf(spec: ToolSpec["request"], key: string): readonly string[] {
  return typeof spec === "string" ? ["request"] : ["request", key];
}

/** What a model fills in best comes first. */
const preferred: readonly BodyKind[] = ["json", "urlencoded", "form-data", "text", "bytes"];

/** As written, else the operation's best, else JSON. Nothing where the operation takes no such type, or one that cannot be sent. */
function contentTypeOf(written: string | undefined, operation: Operation | undefined): string | undefined {
  const known = [...(operation?.bodies.keys() ?? [])];
  if (written !== undefined) {
    const isKnown = operation === undefined || known.length === 0 || bodyFor(operation, written) !== undefined;
    return isKnown && bodyKindOf(written) !== "multipart" ? normal(written) : undefined;
  }
  if (known.length === 0 || known.some(takesJson)) return jsonType;
  const plain = known.filter(isMediaType);
  return preferred.flatMap((kind) => plain.filter((type) => bodyKindOf(type) === kind))[0];
}

const jsonType = "application/json";

function takesJson(type: string): boolean {
  return type === jsonType || type === "application/*" || type === "*/*";
}

/** The type itself in lower case; a parameter may be told apart by case. */
function normal(mediaType: string): string {
  return essenceOf(mediaType) + mediaType.slice(mediaType.indexOf(";") < 0 ? mediaType.length : mediaType.indexOf(";"));
}

function unknownContentType(spec: ToolSpec["request"], written: string | undefined, operation: Operation | undefined) {
  const known = [...(operation?.bodies.keys() ?? [])];
  const [sendable] = known.filter((type) => isMediaType(type) && bodyKindOf(type) !== "multipart");
  const [range] = known.filter((type) => type.includes("*"));
  const problem = { rule: "content-type", path: pathOf(spec, "contentType") };
  if (written !== undefined && bodyKindOf(written) === "multipart") {
    const message = `${essenceOf(written)} cannot be sent: nothing here says what its parts are`;
    return { ...problem, message, mend: mendOf(sendable) };
  }
  const mend = range === undefined ? mendOf(sendable) : `write contentType: one of ${range}`;
  return { ...problem, message: `the operation takes ${known.join(", ")}`, mend };
}

function mendOf(sendable: string | undefined): string {
  return sendable === undefined
    ? "leave this operation out, or send multipart/form-data where the upstream takes it too"
    : `write contentType: ${sendable}`;
}

function refused(problem: Problem): LoweredRequest {
  return { request: undefined, operation: undefined, problems: [problem] };
}
