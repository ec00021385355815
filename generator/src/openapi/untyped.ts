import type { ServerIr } from "../ir/tool.ts";
import { isObject } from "./contract.ts";

/**
 * The server without types for one part of its contract: tools of that path are only checked to be requests at all.
 *
 * `at` leads to what openapi-typescript stumbled over. Where that is no path, no tool of the server is typed.
 */
export function withoutTypes(server: ServerIr, at: readonly string[]): ServerIr {
  const [root, path] = at;
  const paths = server.contract?.paths;
  const isPath = root === "paths" && path !== undefined && isObject(paths) && Object.hasOwn(paths, path);
  const tools = server.tools.map((tool) =>
    tool.request !== undefined && (!isPath || tool.request.path === path)
      ? { ...tool, request: { ...tool.request, typed: false } }
      : tool,
  );
  if (!isPath) return { ...server, tools, contract: undefined };
  const rest = Object.fromEntries(Object.entries(paths).filter(([name]) => name !== path));
  return { ...server, tools, contract: { ...server.contract, paths: rest } };
}
