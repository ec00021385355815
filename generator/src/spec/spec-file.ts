import type { Span } from "../diagnostics.ts";
import type { Path } from "./positions.ts";

/** One YAML (or JSON) file as plain data that can tell where each value stands. */
export interface SpecFile {
  /** Relative to the working directory, forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly data: unknown;
  /** Where a value or its key stands; for a path that leads nowhere, the nearest key above. Default: the value. */
  at(path: Path, part?: "key" | "value"): Span;
}
