import { describe, expect, it } from "vitest";
import type { Caller, Outcome } from "../call.ts";
import type { TokenAuth } from "../codegen.ts";
import { type ErrorCode, GatewayError } from "../errors.ts";
import type { Logger } from "../ports.ts";
import { type CredentialStore, createAuthenticator } from "./authenticator.ts";
import type { Refusal } from "./refusal.ts";

const scheme: TokenAuth = { kind: "token", prefix: "rk_mcp_", validation: "delegated", grants: ["read_write"] };

/** Nothing of a delegated token may be asked of the store. */
const store: CredentialStore = {
  keys: { findByHash: () => Promise.reject(new Error("asked")) },
  tokens: { findByHash: () => Promise.reject(new Error("asked")), recordUse: async () => undefined },
  tenants: { find: () => Promise.reject(new Error("asked")) },
  changes: { version: () => 0 },
};
const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {} };

function setUp() {
  const time = { nowMs: 5_000 };
  const clock = { now: () => time.nowMs, monotonic: () => time.nowMs };
  const { authenticate, noteOutcome } = createAuthenticator({
    server: { auth: [scheme], scopes: {} },
    store,
    clock,
    logger: quiet,
  });
  return { time, noteOutcome, by: (text: string) => authenticate({ authorization: `Bearer ${text}` }) };
}

const tokenOf = (name: string) => `rk_mcp_${name.padEnd(43, "-")}`;

/** The end of a call that the upstream has answered. */
function answered(status: number, meta: Record<string, unknown> = {}, code: ErrorCode = "upstream_rejected"): Outcome {
  const error = new GatewayError(code, "no", { meta: { status, ...meta } });
  return { kind: "failed", error, exchange: { method: "GET", target: "/", status, durationMs: 1 } };
}

async function reasonOf(promise: Promise<Caller>): Promise<string> {
  return promise.then(
    () => "accepted",
    (error: GatewayError) => (error.cause as Refusal).reason,
  );
}

describe("a token that the upstream validates", () => {
  it.each([
    ["is too short to be one", "rk_mcp_0123456789012345678"],
    ["has characters that no token has", `rk_mcp_${"a".repeat(30)}+/=`],
    ["has a path in it", "rk_mcp_../../../../../../etc/passwd"],
  ])("is refused without asking anybody if it %s", async (_name, text) => {
    expect(await reasonOf(setUp().by(text))).toBe("malformed");
  });

  it("is refused if it is endless", async () => {
    expect(await reasonOf(setUp().by(`rk_mcp_${"a".repeat(506)}`))).toBe("unreadable");
    expect(await reasonOf(setUp().by(`rk_mcp_${"a".repeat(505)}`))).toBe("accepted");
  });

  it("becomes a caller named by its hash, with what the scheme grants", async () => {
    const { by } = setUp();
    const caller = await by(tokenOf("a"));
    expect(caller).toMatchObject({
      tenant: "delegated",
      kind: "token",
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      scopes: new Set(["read_write"]),
      bypasses: new Set(),
    });
    expect(caller.credential.reveal()).toBe(tokenOf("a"));
    expect((await by(tokenOf("b"))).id).not.toBe(caller.id);
    expect(JSON.stringify(caller)).not.toContain("rk_mcp_");
  });

  it("is refused at the door for a second after the upstream has refused it, and then asked about again", async () => {
    const { by, noteOutcome, time } = setUp();
    noteOutcome(await by(tokenOf("a")), answered(401, { upstreamCode: "unauthorized" }));
    time.nowMs += 999;
    const refusal = await by(tokenOf("a")).catch((error: GatewayError) => error);
    expect(refusal).toMatchObject({
      code: "unauthenticated",
      message: expect.stringMatching(/^This connection token is not accepted/),
    });
    expect(await reasonOf(by(tokenOf("a")))).toBe("upstream_refused");
    expect(await reasonOf(by(tokenOf("b")))).toBe("accepted");
    time.nowMs += 1;
    expect(await reasonOf(by(tokenOf("a")))).toBe("accepted");
  });

  it.each<[string, Outcome]>([
    [
      "a success",
      { kind: "succeeded", text: "{}", value: {}, exchange: { method: "GET", target: "/", durationMs: 1 } },
    ],
    ["a missing right", answered(403)],
    ["a missing plan", answered(402, { upstreamCode: "plan_tier_required" })],
    [
      "a co-signature that the upstream does not take",
      answered(401, { upstreamCode: "mcp_relay_invalid" }, "upstream_unauthorized"),
    ],
    ["a 401 that was not about the caller", answered(401, {}, "upstream_unauthorized" as "upstream_rejected")],
    ["a failure before anything was sent", { kind: "failed", error: new GatewayError("upstream_rejected", "no") }],
  ])("is not refused after %s", async (_name, outcome) => {
    const { by, noteOutcome } = setUp();
    noteOutcome(await by(tokenOf("a")), outcome);
    expect(await reasonOf(by(tokenOf("a")))).toBe("accepted");
  });

  it("is remembered as refused among a bounded number", async () => {
    const { by, noteOutcome } = setUp();
    for (let count = 0; count <= 10_000; count++) noteOutcome(await by(tokenOf(`${count}`)), answered(401));
    expect(await reasonOf(by(tokenOf("0")))).toBe("accepted");
    expect(await reasonOf(by(tokenOf("1")))).toBe("upstream_refused");
  });
});
