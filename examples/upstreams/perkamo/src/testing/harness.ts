import type { Node } from "@toolspec/example-http/testing";
import { expect } from "vitest";
import { type Identity, signIdentity } from "../identity.ts";
import { createPerkamo, type PerkamoOptions } from "../perkamo.ts";
import { seedSpaces } from "../seed/ids.ts";
import { type RunningPerkamo, startPerkamo } from "../start.ts";
import { breachesOf, operationOf } from "./contract.ts";

export const SERVICE_KEY = "service-key-of-the-tests";
const IDENTITY_SECRET = "identity-secret-of-the-tests-32-by";

/** Noon, so that an hour more or less stays on the same day. */
export const START_MS = Date.UTC(2026, 4, 20, 12);

/** A reply as a client sees it. `body` is parsed JSON of whatever shape: tests read it as they know it. */
export interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Node;
}

/** Send a request to a path. */
export type Send = (method: string, target: string, body?: unknown) => Promise<Received>;

export interface Harness extends RunningPerkamo {
  /** Set to move time. */
  readonly clock: { nowMs: number; now(): number };
  /** Requests in a Space, as its owner with every scope unless told otherwise. Every reply is held against the contract. */
  as(space: string, claims?: Partial<Identity>): Send;
  /** The same with whatever headers. */
  with(headers: Readonly<Record<string, string>>): Send;
}

/** The demo data at that noon, made for the first test that needs them. */
let demo: Uint8Array | undefined;

function demoData(): Uint8Array {
  const clock = { now: () => START_MS };
  const perkamo = createPerkamo({ serviceKey: SERVICE_KEY, identitySecret: IDENTITY_SECRET, clock });
  const data = perkamo.save();
  perkamo.close();
  return data;
}

/** A running API with a clock of its own. Use with `await using`. */
export async function startHarness(options: Partial<PerkamoOptions> = {}): Promise<Harness & AsyncDisposable> {
  const clock = { nowMs: START_MS, now: () => clock.nowMs };
  const isDemo = options.seed !== false && options.clock === undefined;
  if (isDemo) demo ??= demoData();
  const running = await startPerkamo({
    port: 0,
    serviceKey: SERVICE_KEY,
    identitySecret: IDENTITY_SECRET,
    clock,
    identityClock: { now: () => START_MS },
    rateLimit: false,
    ...(isDemo && demo !== undefined && { saved: demo }),
    ...options,
  });
  const sendWith = (headers: Readonly<Record<string, string>>): Send => {
    return async (method, target, body) => {
      const content = body === undefined ? {} : { "content-type": "application/json" };
      const response = await fetch(`${running.url}${target}`, {
        method,
        headers: { ...headers, ...content },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return receive(method, target, response);
    };
  };
  return {
    ...running,
    clock,
    with: sendWith,
    as: (space, claims) => sendWith(headersFor(space, claims)),
    [Symbol.asyncDispose]: () => running.close(),
  };
}

/** The headers that the MCP server sends. */
export function headersFor(space: string = seedSpaces.acmeTest, claims: Partial<Identity> = {}) {
  const now = START_MS / 1000;
  const identity: Identity = {
    iss: "perkamo",
    sub: "ada",
    tenant: space,
    role: "owner",
    scopes: ["mcp:read", "mcp:write"],
    iat: now,
    exp: now + 60,
    jti: "call_1",
    ...claims,
  };
  return {
    "x-perkamo-service-key": SERVICE_KEY,
    "x-perkamo-identity": signIdentity(identity, IDENTITY_SECRET),
  };
}

/** Read a reply and hold it against the contract. */
export async function receive(method: string, target: string, response: Response): Promise<Received> {
  const body = await response.json();
  const operation = operationOf(method, target);
  if (operation) expect(breachesOf(operation, response.status, body)).toEqual([]);
  return { status: response.status, headers: response.headers, body };
}
