import { createHash, createHmac } from "node:crypto";
import type { Node } from "@toolspec/example-http/testing";
import { expect } from "vitest";
import type { TokenRegistration } from "../identity.ts";
import type { RekomiOptions } from "../rekomi.ts";
import { type RunningRekomi, startRekomi } from "../start.ts";
import { breachesOf, operationOf } from "./contract.ts";

export const RELAY_SECRET = "relay-secret-of-the-tests-32-byte";

/** Noon, so that an hour more or less stays on the same day. */
export const START_MS = Date.UTC(2026, 4, 20, 12);

/** A reply as a client sees it. `body` is parsed JSON of whatever shape: tests read it as they know it. */
export interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Node;
}

export type Send = (method: string, target: string, body?: unknown) => Promise<Received>;

export interface Harness extends RunningRekomi {
  /** Set to move time. */
  readonly clock: { nowMs: number; now(): number };
  /** Requests of an organisation through the relay, as its owner unless told otherwise. Every reply is held against the contract. */
  as(organization: string, token?: Partial<TokenRegistration>): Send;
  /** Requests with a direct API key: no relay, and no contract. */
  direct(organization: string): Send;
  /** The headers that the relay adds to one request with the token of {@link as}. */
  headersFor(organization: string, request: { method: string; path: string; body: string }): Record<string, string>;
}

/** A running API with a clock of its own. Use with `await using`. */
export async function startHarness(options: Partial<RekomiOptions> = {}): Promise<Harness & AsyncDisposable> {
  const clock = { nowMs: START_MS, now: () => clock.nowMs };
  // Each request of a test counts as sent a moment apart, so that equal ones do not look replayed.
  let signedSeconds = 0;
  const running = await startRekomi({
    port: 0,
    relaySecrets: [{ secret: RELAY_SECRET }],
    clock,
    relayClock: { now: () => START_MS },
    rateLimit: false,
    ...options,
  });
  const know = (organization: string, token: string, fields: Partial<TokenRegistration> = {}) => {
    const plain = { role: "owner", emailVerified: true, name: "test" } as const;
    running.registerToken({ ...plain, credential: { token }, organization, ...fields });
    return token;
  };
  const tokenOf = (organization: string, fields?: Partial<TokenRegistration>) =>
    know(
      organization,
      `rk_mcp_${createHash("sha256")
        .update(JSON.stringify([organization, fields]))
        .digest("base64url")}`,
      fields,
    );
  const relayHeaders = (token: string, request: SignedParts) => ({
    authorization: `Bearer ${token}`,
    "x-rekomi-mcp-identity": signRelay(request, START_MS / 1000 - 300 + (signedSeconds++ % 600)),
  });
  const sendWith =
    (headersOf: (request: SignedParts) => Record<string, string>, read: typeof receive): Send =>
    async (method, target, body) => {
      const text = body === undefined ? "" : JSON.stringify(body);
      const content = body === undefined ? {} : { "content-type": "application/json" };
      const response = await fetch(running.url + target, {
        method,
        headers: { ...headersOf({ method, path: target, body: text }), ...content },
        ...(body === undefined ? {} : { body: text }),
      });
      return read(method, target, response);
    };
  return {
    ...running,
    clock,
    headersFor: (organization, request) => relayHeaders(tokenOf(organization), request),
    as(organization, fields) {
      const token = tokenOf(organization, fields);
      return sendWith((request) => relayHeaders(token, request), receive);
    },
    direct(organization) {
      const token = know(organization, `rk_live_${organization}`);
      return sendWith(() => ({ authorization: `Bearer ${token}` }), readReply);
    },
    [Symbol.asyncDispose]: () => running.close(),
  };
}

interface SignedParts {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** Sign a request as the relay does. `t` is Unix seconds. */
export function signRelay({ method, path, body }: SignedParts, t: number, secret = RELAY_SECRET): string {
  const hash = createHash("sha256").update(body).digest("hex");
  return `t=${t},v1=${createHmac("sha256", secret).update(`${t}.${method}.${path}.${hash}`).digest("hex")}`;
}

/** Read a reply and hold it against the contract. */
export async function receive(method: string, target: string, response: Response): Promise<Received> {
  const received = await readReply(method, target, response);
  const operation = operationOf(method, target);
  if (operation) expect(breachesOf(operation, received.status, received.body)).toEqual([]);
  return received;
}

async function readReply(_method: string, _target: string, response: Response): Promise<Received> {
  return { status: response.status, headers: response.headers, body: await response.json() };
}
