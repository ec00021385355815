/** A server of two tools that need a person's yes, for tests of confirmation over the wire. */
import { randomBytes, randomUUID } from "node:crypto";
import { expect, onTestFinished } from "vitest";
import * as z from "zod";
import { type Caller, type ClearedCall, Secret } from "../call.ts";
import { type Advertised, defineTool, type ServerDefinition } from "../codegen.ts";
import { createConfirmation } from "../confirmation/confirmation.ts";
import { GatewayError } from "../errors.ts";
import { createGateway, type Gateway } from "../gateway.ts";
import type { AuditEntry } from "../ports.ts";
import { openStore, type Store } from "../store/open.ts";
import { fakeGateway, modern, post } from "./fixture.ts";
import { serveHttp } from "./http.ts";

const tool = (name: string, title: string) =>
  defineTool<{ to: string; points: number }>({
    name,
    title,
    description: "Points are spent at once.",
    access: "write",
    disposition: "confirm",
    dryRun: "plan",
    input: z.strictObject({ to: z.string(), points: z.int().default(10) }),
    handler: (input) => ({ method: "post", path: "/gifts", body: input }),
  });

const advertised: Advertised = {
  inputSchema: {
    type: "object",
    properties: {
      to: { type: "string" },
      points: { type: "integer", default: 10 },
      dry_run: { type: "boolean" },
      confirm: { type: "boolean" },
    },
    required: ["to"],
    additionalProperties: false,
  },
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
};

const definition: ServerDefinition = {
  ...fakeGateway().server,
  name: "gifts",
  title: "Gifts",
  errors: {},
  tools: [tool("give_points", "Give points"), tool("take_points", "Take points")],
  advertised: { give_points: advertised, take_points: advertised },
};

export const people: Readonly<Record<string, Caller>> = Object.fromEntries(
  ["ada", "bo"].map((id) => [
    id,
    {
      tenant: "acme",
      kind: "agent",
      id,
      name: id,
      scopes: new Set<string>(),
      bypasses: new Set<never>(),
      credential: new Secret(id),
    },
  ]),
);

export interface House {
  readonly gateway: Gateway;
  readonly sent: unknown[];
  readonly entries: AuditEntry[];
  readonly ports: { readonly clock: { nowMs: number }; readonly store: Store };
  /** Where its replicas listen. */
  readonly urls: readonly string[];
}

/** Two servers on one store, and an upstream that notes what it is sent. */
export async function build(): Promise<House> {
  const time = { nowMs: 1_790_000_000_000 };
  const clock = { now: () => time.nowMs, monotonic: () => time.nowMs };
  const random = { uuid: () => randomUUID(), bytes: (length: number) => randomBytes(length) };
  const quiet = () => undefined;
  const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  const store = await openStore({ file: ":memory:", clock, random });
  const sent: unknown[] = [];
  const entries: AuditEntry[] = [];
  const replica = () =>
    createGateway({
      server: definition,
      identity: {
        async authenticate(headers) {
          const caller = people[String(headers["x-api-key"])];
          if (caller === undefined) throw new GatewayError("unauthenticated", "send a key");
          return caller;
        },
      },
      rate: { take: () => ({ allowed: true }) },
      concurrency: { enter: () => quiet },
      forwarder: {
        plan: () => ({ kind: "planned", text: "{}", value: {} }),
        async send({ request }: ClearedCall) {
          sent.push(request.body);
          return {
            kind: "succeeded",
            text: '{"given":true}',
            value: { given: true },
            exchange: { method: "POST", target: "/gifts", status: 200, durationMs: 0 },
          };
        },
      },
      confirmation: createConfirmation({ server: definition, store: store.confirmations, clock, random, logger }),
      audit: { append: async (entry) => void entries.push(entry) },
      clock,
      logger,
    });
  const gateways = [replica(), replica()];
  const doors = await Promise.all(gateways.map((each) => serveHttp(each, { port: 0, clock, random, logger })));
  onTestFinished(async () => {
    await Promise.all(doors.map((door) => door.close()));
    await store.close();
  });
  const urls = doors.map(({ url }) => url);
  return { gateway: gateways[0] as Gateway, sent, entries, ports: { clock: time, store }, urls };
}

export const give = { name: "give_points", arguments: { to: "bo" } };
export const errorIn = (result: unknown) =>
  JSON.parse((result as { content: { text: string }[] }).content[0]?.text ?? "").error;

export const accepted = { action: "accept", content: { confirm: true } };

/** A hand-made message of a client that can show forms. */
export function message(params: Record<string, unknown>, elicitation: unknown = {}) {
  const [body, headers] = modern("tools/call", { ...give, ...params });
  const { params: whole } = body as { params: { _meta: Record<string, unknown> } };
  whole._meta["io.modelcontextprotocol/clientCapabilities"] = elicitation === undefined ? {} : { elicitation };
  return { body, headers };
}

export async function send(
  url: string | undefined,
  params: Record<string, unknown>,
  { by = "ada", elicitation = {} as unknown } = {},
) {
  const { body, headers } = message(params, elicitation);
  const { status, json } = await post(url ?? "", body, { ...headers, "x-api-key": by });
  return { status, result: json.result, error: json.error };
}

export async function ask(url: string | undefined): Promise<{ readonly requestState: string }> {
  const { result } = await send(url, {});
  expect(result).toMatchObject({ resultType: "input_required", requestState: expect.stringMatching(/^[\w-]{202}$/) });
  return result;
}
