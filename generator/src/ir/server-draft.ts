import type { ServerSpec } from "../spec/server-shape.ts";
import type { SpecFile } from "../spec/spec-file.ts";

/** A server.yaml between spec and IR: what fits its shape, and which keys do not. */
export interface ServerDraft {
  readonly file: SpecFile;
  readonly spec: Partial<ServerSpec>;
  readonly broken: ReadonlySet<string>;
}
