import type { HttpMethod } from "../ir/tool.ts";

/** Options of `import openapi`, as commander has them. */
export interface ImportFlags {
  readonly name?: string;
  readonly into?: string;
  readonly tag: readonly string[];
  readonly path: readonly string[];
  readonly method: readonly HttpMethod[];
  readonly id: readonly string[];
  readonly exclude: readonly string[];
  readonly reads?: boolean;
  readonly allowRemote?: boolean;
  readonly allowHost: readonly string[];
  readonly merge?: boolean;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly format: "pretty" | "json";
}
