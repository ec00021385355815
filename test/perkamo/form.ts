/** Calls of a client that can show a person a form (MCP 2026-07-28, "Elicitation"), as the wire has them. */
import type { Reply } from "../wire.ts";
import type { System } from "./system.ts";

/** How a person leaves a form. */
export const yes = { action: "accept", content: { confirm: true } } as const;
export const no = { action: "decline" } as const;

export interface FormCall {
  /** Whose token. Default: the owner's. */
  readonly key?: string;
  /** What comes back to the form of an earlier call: its state, and the answers by the names of the requests. */
  readonly answer?: { readonly requestState: string; readonly inputResponses: Readonly<Record<string, unknown>> };
  /** What the client declares of elicitation. Default: that it shows forms. */
  readonly elicitation?: unknown;
}

/** Call a tool. */
export function callWithForm(
  system: System,
  name: string,
  given: Readonly<Record<string, unknown>>,
  { key = system.owner, answer, elicitation = { form: {} } }: FormCall = {},
): Promise<Reply> {
  const meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": { elicitation },
    "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
  };
  return system.post(
    {
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name, arguments: given, ...answer, _meta: meta },
    },
    {
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": "tools/call",
      "mcp-name": name,
      authorization: `Bearer ${key}`,
    },
  );
}

/** What a server asks, out of its reply; undefined where it does not ask. */
export function asked(
  reply: Reply,
): { readonly message: string; readonly requestState: string; readonly id: string } | undefined {
  const { resultType, inputRequests, requestState } = reply.json?.result ?? {};
  if (resultType !== "input_required") return undefined;
  const [[id, request] = ["", undefined]] = Object.entries<{ params: { message: string } }>(inputRequests);
  return { id, requestState, message: request?.params.message ?? "" };
}

/** Whether a call was made: neither refused nor asked about. */
export function hasRun({ json }: Reply): boolean {
  const { result } = json;
  return result !== undefined && result.isError !== true && result.resultType !== "input_required";
}

/** Call a tool, have the person leave the form so, and call it again with what they said; perhaps with other arguments. */
export async function callAndAnswer(
  system: System,
  name: string,
  given: Readonly<Record<string, unknown>>,
  person: unknown,
  again: FormCall & { readonly given?: Readonly<Record<string, unknown>>; readonly name?: string } = {},
): Promise<Reply> {
  const first = await callWithForm(system, name, given, { ...(again.key !== undefined && { key: again.key }) });
  const form = asked(first);
  if (form === undefined) throw new Error(`${name} was not asked about: ${first.text}`);
  const answer = { requestState: form.requestState, inputResponses: { [form.id]: person } };
  return callWithForm(system, again.name ?? name, again.given ?? given, { ...again, answer });
}
