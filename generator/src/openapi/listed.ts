import type { HttpMethod } from "../ir/tool.ts";
import type { Operation } from "./operation.ts";

/** One operation of a contract, as a person chooses among them, and what import needs to know of it. */
export interface ListedOperation {
  readonly method: HttpMethod;
  /** As the contract writes it. */
  readonly path: string;
  readonly operationId: string | undefined;
  readonly tags: readonly string[];
  readonly summary: string | undefined;
  readonly description: string | undefined;
  readonly deprecated: boolean;
  /**
   * What a caller needs, by alternatives: each is a map of security scheme to the scopes that are asked for (all of them). The
   * operation's own, else the document's. Empty: nothing is needed.
   */
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  /** What can be said of its parameters and bodies; absent where no tool can be made of it, and `reason` says why. */
  readonly operation: Operation | undefined;
  readonly reason: string | undefined;
}
