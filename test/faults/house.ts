/** Store, forwarder, desk and executor as the server puts them together, with seams where a fault can be let in. */
import * as z from "zod";
import { type ApprovalHouse, createApprovalHouse } from "../../runtime/src/approvals.ts";
import { type Caller, type ParsedCall, Secret } from "../../runtime/src/call.ts";
import { type Approvals, defineTool, type ServerDefinition } from "../../runtime/src/codegen.ts";
import { createForwarder } from "../../runtime/src/forward/forwarder.ts";
import { toUpstream } from "../../runtime/src/forward/upstream.ts";
import type { ApprovalStore, Clock } from "../../runtime/src/ports.ts";
import { openStore, type Store, type StoreLocation } from "../../runtime/src/store/open.ts";
import { systemClock, systemRandom } from "../../runtime/src/system.ts";

/** `make_once` is not repeatable; the upstream tells repetitions of `make_again` by their `Idempotency-Key`. */
export type ToolName = "make_once" | "make_again";

export const toolNames: readonly ToolName[] = ["make_once", "make_again"];

/** Calls of one caller that may wait are 50, so that every so many calls have a caller of their own. */
const callsPerCaller = 40;

export interface HouseOptions {
  /** A SQLite file, or the address of a PostgreSQL database. */
  readonly data: string;
  /** Of the queue: a house looks after the approvals of its own server only. */
  readonly serverName: string;
  readonly upstreamUrl: string;
  readonly timeoutMs?: number;
  readonly limits?: { readonly sweepEveryMs?: number; readonly leaseLeastMs?: number; readonly leaseMarginMs?: number };
  /** Milliseconds that this house's clock is ahead: others' leases are over for it. */
  readonly aheadMs?: number;
  readonly wrapStore?: (store: ApprovalStore) => ApprovalStore;
  /** Before the forwarder is asked to send. */
  readonly beforeSend?: (id: string) => Promise<void>;
}

export interface FaultHouse {
  readonly house: ApprovalHouse;
  readonly store: Store;
  /** Park the call of a tool under this id. */
  park(id: string, toolName: ToolName, index: number): Promise<void>;
  /** Resolves when nothing is approved or executing any more. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

export async function openHouse(options: HouseOptions): Promise<FaultHouse> {
  const { aheadMs = 0, limits = {} } = options;
  const clock: Clock = { now: () => systemClock.now() + aheadMs, monotonic: systemClock.monotonic };
  const logger = {
    debug: () => {},
    info: () => {},
    warn: () => {},
    error: (...line: unknown[]) => console.error(...line),
  };
  const server = toServer(options);
  const store = await openStore({ ...toLocation(options.data), clock, random: systemRandom });
  const upstream = toUpstream(server.upstream as Parameters<typeof toUpstream>[0]);
  const forwarder = createForwarder({ server, upstream, clock, random: systemRandom, logger });
  const house = createApprovalHouse({
    server,
    store: options.wrapStore?.(store.approvals) ?? store.approvals,
    forwarder: {
      plan: forwarder.plan,
      async send(call) {
        await options.beforeSend?.(call.id);
        return forwarder.send(call);
      },
    },
    recheck: async ({ requester }) => toCaller(requester.id),
    clock,
    logger,
    limits,
  });
  return {
    house,
    store,
    async park(id, toolName, index) {
      const { outcome } = await house.park(toCall(server, { id, toolName, index, atMs: clock.now() }), "for a test");
      if (outcome.kind !== "parked") throw new Error(`${id} was not parked`);
    },
    async idle() {
      for (;;) {
        const { approved = 0, executing = 0 } = await store.approvals.count({ server: server.name });
        if (approved + executing === 0) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    async close() {
      await house.close();
      await forwarder.close();
      await store.close();
    },
  };
}

function toLocation(data: string): StoreLocation {
  return data.startsWith("postgresql:") ? { databaseUrl: new Secret(data) } : { file: data };
}

function toCaller(id: string): Caller {
  const credential = new Secret("");
  return { tenant: id, kind: "agent", id, name: id, scopes: new Set(), bypasses: new Set(), credential };
}

function toCall(
  { tools }: ServerDefinition,
  { id, toolName, index, atMs }: { id: string; toolName: ToolName; index: number; atMs: number },
): ParsedCall {
  const tool = tools.find(({ name }) => name === toolName);
  const input = { thing: `thing ${id}` };
  return {
    id,
    atMs,
    caller: toCaller(`caller-${Math.floor(index / callsPerCaller)}`),
    era: "modern",
    client: {},
    toolName,
    arguments: input,
    canAsk: false,
    signal: new AbortController().signal,
    tool,
    input,
    controls: { dryRun: false, confirm: false },
  } as unknown as ParsedCall;
}

function toServer({ serverName, upstreamUrl, timeoutMs = 10_000 }: HouseOptions) {
  const toTool = (name: ToolName) =>
    defineTool<{ thing: string }>({
      name,
      title: "Make a thing",
      description: "Makes a thing.",
      access: "write",
      disposition: "approval",
      dryRun: "plan",
      ...(name === "make_again" && { idempotencyHeader: "Idempotency-Key" }),
      input: z.strictObject({ thing: z.string() }),
      handler: ({ thing }) => ({ method: "post", path: "/things", body: { thing } }) as never,
    });
  const inputSchema = { type: "object", properties: { thing: { type: "string" } }, required: ["thing"] } as const;
  return {
    toolspec: 1,
    name: serverName,
    title: "Faults",
    version: "1.0.0",
    description: "Things that are made once.",
    mcp: { path: "/mcp" },
    upstream: { url: upstreamUrl, credentials: { kind: "none" }, timeoutMs },
    auth: [],
    scopes: {},
    errors: {},
    approvals: { expiresInMs: 86_400_000, pollPath: "/approvals/{id}", events: "agent.action", approvers: 1 },
    manifest: new URL("file:///nowhere"),
    tools: toolNames.map(toTool),
    advertised: Object.fromEntries(toolNames.map((name) => [name, { inputSchema }])),
  } as unknown as ServerDefinition & { readonly approvals: Approvals };
}
