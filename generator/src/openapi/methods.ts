import type { HttpMethod } from "../ir/tool.ts";

/** Methods that a tool can have, as OpenAPI writes them. */
export const methods: readonly HttpMethod[] = ["get", "head", "post", "put", "patch", "delete"];

export function isMethod(name: string): name is HttpMethod {
  return (methods as readonly string[]).includes(name);
}
