import type { Contract } from "../openapi/contract.ts";
import { findOperation, type Operation } from "../openapi/operation.ts";
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
  if (contentType === undefined) problems.push(unknownContentType(spec, operation));
  const request: RequestIr = {
    ...line,
    constants: { query: long.query ?? {}, headers: long.headers ?? {}, body: long.body ?? {} },
    contentType: contentType ?? "application/json",
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

type ContentType = RequestIr["contentType"];

const contentTypes: readonly ContentType[] = [
  "application/json",
  "application/x-www-form-urlencoded",
  "multipart/form-data",
];

/** As written, else the first that the operation takes, else JSON. Nothing where the operation takes none of them. */
function contentTypeOf(written: ContentType | undefined, operation: Operation | undefined): ContentType | undefined {
  const known = operation?.bodies;
  if (known === undefined || known.size === 0) return written ?? "application/json";
  if (written !== undefined) return known.has(written) ? written : undefined;
  return contentTypes.find((type) => known.has(type));
}

function unknownContentType(spec: ToolSpec["request"], operation: Operation | undefined): Problem {
  const known = [...(operation?.bodies.keys() ?? [])].join(", ");
  const supported = contentTypes.filter((type) => operation?.bodies.has(type));
  return {
    rule: "content-type",
    path: pathOf(spec, "contentType"),
    message: `the operation takes ${known}`,
    mend: supported.length > 0 ? `write contentType: ${supported[0]}` : `only ${contentTypes.join(", ")} can be sent`,
  };
}

function refused(problem: Problem): LoweredRequest {
  return { request: undefined, operation: undefined, problems: [problem] };
}
