import type { Caller, Outcome, ReceivedCall } from "./call.ts";
import type { Advertised, ServerDefinition } from "./codegen.ts";

/** One entry of `tools/list`. */
export interface ListedTool extends Advertised {
  readonly name: string;
  readonly title: string;
  readonly description: string;
}

/** Request headers, lower-case names, as Node gives them. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What the doors (HTTP, stdio) need of the house. */
export interface Gateway {
  readonly server: ServerDefinition;
  /** @throws GatewayError `unauthenticated` or `auth_unavailable`. */
  authenticate(headers: RequestHeaders): Promise<Caller>;
  /** The tools this caller may use, in spec order; the same array for the same set of scopes. */
  listTools(caller: Caller): readonly ListedTool[];
  /** Walk one call from "find the tool" to its end. Never rejects: a broken invariant ends in `internal`. */
  call(call: ReceivedCall): Promise<Outcome>;
}
