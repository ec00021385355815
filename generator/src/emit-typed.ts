import type { Diagnostic } from "./diagnostics.ts";
import { emitServer } from "./emit/emit.ts";
import type { ServerIr } from "./ir/tool.ts";
import type { TimedServer } from "./load-all.ts";
import { UnreadableContract, upstreamTypes } from "./openapi/types.ts";
import { withoutTypes } from "./openapi/untyped.ts";
import { visible } from "./spec/problem.ts";

/** Paths that types are given up for, one by one; then all of them are. */
const untypedPathsMax = 8;

export interface Emitted {
  readonly server: ServerIr;
  readonly files: ReadonlyMap<string, string>;
  /** A warning for each path whose tools are not typed. */
  readonly untyped: readonly Diagnostic[];
}

/**
 * Make a server's files. Types are a check beside others: what openapi-typescript cannot read costs the tools of one path their
 * types, and nothing else.
 */
export async function emitTyped(timed: TimedServer, existing: (path: string) => string | undefined): Promise<Emitted> {
  let { server } = timed;
  const untyped: Diagnostic[] = [];
  for (;;) {
    try {
      return { server, files: await emitServer(server, { existing, upstreamTypes }), untyped };
    } catch (error) {
      if (!(error instanceof UnreadableContract) || server.contract === undefined) throw error;
      const at = untyped.length < untypedPathsMax ? error.at : [];
      untyped.push(untypedProblem(error, timed));
      server = withoutTypes(server, at);
    }
  }
}

/** The contract is sound, but no types can be made of a part of it. */
function untypedProblem({ message, at }: UnreadableContract, { contractAt }: TimedServer): Diagnostic {
  return {
    rule: "untyped-operation",
    severity: "warning",
    message: `tools of ${at.join(" ")} are not typed, because openapi-typescript cannot read it: ${visible(message)}`,
    span: contractAt(at),
    mend: "compare it with the OpenAPI specification",
  };
}
