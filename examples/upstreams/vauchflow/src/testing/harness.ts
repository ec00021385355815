import type { Node } from "@toolspec/example-http/testing";
import { expect } from "vitest";
import { signIdentity } from "../identity.ts";
import { type RunningVauchflow, startVauchflow } from "../start.ts";
import type { VauchflowOptions } from "../vauchflow.ts";
import { breachesOf, operationOf } from "./contract.ts";

export const SERVICE_KEY = "service-key-of-the-tests";
export const IDENTITY_SECRET = "identity-secret-of-the-tests";

/** Noon, so that an hour more or less stays on the same day. */
export const START_MS = Date.UTC(2026, 4, 20, 12);

/** A reply as a client sees it. `body` is parsed JSON of whatever shape: tests read it as they know it. */
export interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Node;
}

export type Send = (method: string, target: string, body?: unknown) => Promise<Received>;

export interface Harness extends RunningVauchflow {
  /** Set to move time. */
  readonly clock: { nowMs: number; now(): number };
  /** Requests of one tenant. Every reply is held against the contract. */
  as(tenant: string): Send;
  /** The headers that the gateway adds. */
  headersFor(tenant: string): Record<string, string>;
}

/** A running API with a clock of its own. Use with `await using`. */
export async function startHarness(options: Partial<VauchflowOptions> = {}): Promise<Harness & AsyncDisposable> {
  const clock = { nowMs: START_MS, now: () => clock.nowMs };
  const running = await startVauchflow({
    port: 0,
    serviceKey: SERVICE_KEY,
    identitySecret: IDENTITY_SECRET,
    clock,
    identityClock: clock,
    rateLimit: false,
    ...options,
  });
  const headersFor = (tenant: string) => ({
    "x-api-key": SERVICE_KEY,
    "x-vauchflow-identity": identityOf(tenant, clock.nowMs),
  });
  return {
    ...running,
    clock,
    headersFor,
    as: (tenant) => async (method, target, body) => {
      const content = body === undefined ? {} : { "content-type": "application/json" };
      const response = await fetch(running.url + target, {
        method,
        headers: { ...headersFor(tenant), ...content },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return receive(method, target, response);
    },
    [Symbol.asyncDispose]: () => running.close(),
  };
}

/** Read a reply and hold it against the contract. */
export async function receive(method: string, target: string, response: Response): Promise<Received> {
  const body: Node = await response.json();
  const operation = operationOf(method, target);
  if (operation) expect(breachesOf(operation, response.status, body)).toEqual([]);
  return { status: response.status, headers: response.headers, body };
}

function identityOf(tenant: string, nowMs: number): string {
  const iat = Math.floor(nowMs / 1000);
  const claims = {
    iss: "vauchflow",
    sub: "key_1",
    tenant,
    scopes: ["CAMPAIGN_READ"],
    iat,
    exp: iat + 60,
    jti: "call_1",
  };
  return signIdentity(claims, IDENTITY_SECRET);
}
