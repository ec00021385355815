import type { ServerIr, ToolIr } from "../ir/tool.ts";
import type { Change, Told } from "./change.ts";

/** One tool in both versions, and how a change of it is told. */
export interface ToolPair {
  readonly before: ToolIr;
  readonly after: ToolIr;
  readonly servers: { readonly before: ServerIr; readonly after: ServerIr };
  readonly told: (change: Omit<Told, "place" | "subject"> & { readonly path?: Told["place"]["path"] }) => Change;
}
