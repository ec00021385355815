import type { HttpMethod, OpenApiDocument, ServerIr, ToolIr } from "../ir/tool.ts";
import { entries, isObject, type Located, member } from "../openapi/contract.ts";
import { findOperation, type Operation } from "../openapi/operation.ts";
import { followed } from "../openapi/resolve.ts";
import { type MockContract, toMockContract } from "./mock-contract.ts";
import { type MockReply, replyOf } from "./replies.ts";
import { sample } from "./sample.ts";

/** One method of one path. */
export interface Route {
  readonly method: HttpMethod;
  /** With `{placeholders}`. */
  readonly path: string;
  readonly contract: MockContract | undefined;
  /** What a request must be; absent where no contract says it. */
  readonly operation: Operation | undefined;
  /** Ways to say who is calling, of which one is enough; none: nobody is asked. */
  readonly security: readonly Readonly<Record<string, unknown>>[];
  reply(seed: number): MockReply;
}

const methods: readonly HttpMethod[] = ["get", "head", "post", "put", "patch", "delete"];

/** All that the upstream of a server can be asked: its contract's operations, and what tools ask beyond those. */
export function routesOf(server: Pick<ServerIr, "contract" | "tools" | "schemas">): readonly Route[] {
  const routes = server.contract === undefined ? [] : contractRoutes(server.contract);
  const known = new Set(routes.map(({ method, path }) => `${method} ${path}`));
  const others = server.tools.flatMap((tool) => {
    const { request } = tool;
    return request === undefined || known.has(`${request.method} ${request.path}`)
      ? []
      : [toolRoute(tool, request, server.schemas)];
  });
  return [...routes, ...others];
}

/** A route for each operation of a document. */
export function contractRoutes(document: OpenApiDocument): readonly Route[] {
  const contract = toMockContract(document);
  return entries({ value: document.paths, at: ["paths"] }).flatMap(([path, part]) => {
    const item = followed(contract, part);
    if (item === undefined) return [];
    return methods.flatMap((method) => {
      const operation = member(item, method);
      return operation === undefined ? [] : contractRoute(contract, { method, path, operation });
    });
  });
}

function contractRoute(
  contract: MockContract,
  { method, path, operation }: { readonly method: HttpMethod; readonly path: string; readonly operation: Located },
): Route[] {
  const found = findOperation(contract, method, path);
  if (!("operation" in found)) return [];
  const own = isObject(operation.value) ? operation.value.security : undefined;
  const security = own ?? contract.document.security;
  return [
    {
      method,
      path,
      contract,
      operation: found.operation,
      security: Array.isArray(security) ? security.filter(isObject) : [],
      reply: (seed) => replyOf(contract, operation, seed),
    },
  ];
}

function toolRoute(
  tool: ToolIr,
  { method, path }: { readonly method: HttpMethod; readonly path: string },
  definitions: ServerIr["schemas"],
): Route {
  const isEmpty = tool.output === undefined && method === "delete";
  return {
    method,
    path,
    contract: undefined,
    operation: undefined,
    security: [],
    reply(seed) {
      if (isEmpty) return { status: 204, contentType: undefined, body: undefined };
      const value = tool.output === undefined ? {} : sample(tool.output, { definitions, seed });
      const status = method === "post" ? 201 : 200;
      return {
        status,
        contentType: "application/json",
        body: JSON.stringify(value),
        json: { value, schema: tool.output },
      };
    },
  };
}
