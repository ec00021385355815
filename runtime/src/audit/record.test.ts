import { describe, expect, it } from "vitest";
import { type Caller, type ClearedCall, type Outcome, type ReceivedCall, Secret, type ToolCall } from "../call.ts";
import { defineTool } from "../codegen.ts";
import { GatewayError } from "../errors.ts";
import { intentEntry, outcomeEntry } from "./record.ts";

const key = "vf_ak_9f8a7s6d5f4a3s2d1f";
const server = { name: "vauchflow", version: "1.2.0" };

const caller: Caller = {
  tenant: "acme",
  kind: "agent",
  id: "k-1",
  name: "Claude",
  scopes: new Set(["WEBHOOK_WRITE"]),
  bypasses: new Set(),
  credential: new Secret(key),
};

const tool = defineTool({
  name: "create_webhook",
  title: "Create a webhook",
  description: "Register an endpoint.",
  access: "write",
  disposition: "auto",
  dryRun: "forward",
  sensitive: ["secret"],
  input: { safeParse: (value: unknown) => ({ success: true, data: value }) },
  handler: () => ({ method: "post", path: "/v1/webhooks" }),
});

const received = (changes: Partial<ReceivedCall> = {}): ReceivedCall => ({
  id: "c-1",
  atMs: 1_700_000_000_000,
  caller,
  era: "modern",
  client: { name: "claude-code", version: "2.1", protocolVersion: "2026-07-28" },
  toolName: "create_webhook",
  arguments: { url: "https://example.com/hook", secret: "whsec_0123456789" },
  canAsk: false,
  signal: new AbortController().signal,
  ...changes,
});

const toolCall = (): ToolCall => ({ ...received(), tool });

function clearedCall(dryRun = false): ClearedCall {
  const call = {
    ...toolCall(),
    input: received().arguments,
    controls: { dryRun },
    decision: { kind: "run", why: "create_webhook is auto" },
    request: { method: "post", path: "/v1/webhooks/{kind}" },
  };
  return call as unknown as ClearedCall;
}

const succeeded: Outcome = {
  kind: "succeeded",
  text: "{}",
  value: {},
  exchange: { method: "POST", target: "/v1/webhooks", status: 201, durationMs: 12.34567 },
};

const end = { server, nowMs: 1_700_000_000_100, totalMs: 15 };

describe("outcomeEntry", () => {
  it("names the code of a refusal and has no upstream", () => {
    const error = new GatewayError("scope_required", "This tool needs the scope WEBHOOK_WRITE.");
    const entry = outcomeEntry({ ...end, call: toolCall(), outcome: { kind: "failed", error } });
    expect(entry).toMatchObject({
      outcome: "scope_required",
      decision: undefined,
      upstreamMethod: undefined,
      ownMs: 15,
    });
  });

  it("keeps the call of an unknown tool, its name cut and its arguments by name alone", () => {
    const error = new GatewayError("unknown_tool", "There is no such tool.");
    const call = received({ toolName: "x".repeat(5000), arguments: { password: "hunter2", count: 1 } });
    const entry = outcomeEntry({ ...end, call, outcome: { kind: "failed", error } });
    expect(entry.tool.length).toBe(128);
    expect(entry.arguments).toEqual({ password: "[not kept, unknown tool]", count: "[not kept, unknown tool]" });
  });

  it("holds neither sensitive inputs nor the credential, wherever they stand", () => {
    const call = {
      ...clearedCall(),
      arguments: { url: `https://example.com/?k=${key}`, secret: "whsec_0123456789" },
    } as ClearedCall;
    const exchange = { method: "GET", target: "/v1/hooks?secret=whsec_0123456789", status: 500, durationMs: 1 };
    const error = new GatewayError("upstream_failed", "The upstream failed.");
    const text = JSON.stringify(outcomeEntry({ ...end, call, outcome: { kind: "failed", error, exchange } }));
    expect(text).not.toContain(key);
    expect(text).not.toContain("whsec");
    expect(text).toContain("/v1/hooks?secret=[sensitive]");
  });

  it.each([
    ["is looked for in the target where it may stand there", { query: "rows" }, "/v1/hooks/[sensitive]"],
    ["is not looked for where it went into the body as it is", { body: "rows" }, "/v1/hooks/imports"],
  ])("a sensitive list %s", (_what, { query, body }: { query?: string; body?: string }, shown) => {
    const secret = ["imports"];
    const call = {
      ...clearedCall(),
      arguments: { secret },
      input: { secret },
      request: {
        method: "post",
        path: "/v1/hooks/imports",
        ...(query && { query: { [query]: secret } }),
        ...(body && { body: { [body]: secret } }),
      },
    } as unknown as ClearedCall;
    const exchange = { method: "POST", target: "/v1/hooks/imports", status: 200, durationMs: 1 };
    const outcome: Outcome = { kind: "succeeded", text: "{}", value: {}, exchange };
    expect(outcomeEntry({ ...end, call, outcome }).upstreamTarget).toBe(shown);
  });

  it("cuts what a client says of itself", () => {
    const call = received({
      client: { name: "n".repeat(1000), version: "v".repeat(1000), protocolVersion: "p".repeat(1000) },
    });
    const entry = outcomeEntry({ ...end, call, outcome: succeeded });
    expect([entry.clientName, entry.clientVersion, entry.protocolVersion].map((text) => text?.length)).toEqual([
      128, 128, 128,
    ]);
  });

  it("splits the time into the upstream's and ours", () => {
    const entry = outcomeEntry({ ...end, call: clearedCall(), outcome: succeeded });
    expect([entry.upstreamMs, entry.ownMs]).toEqual([12.346, 2.654]);
  });

  it("never gives a time of our own below zero", () => {
    expect(outcomeEntry({ ...end, totalMs: 12, call: clearedCall(), outcome: succeeded }).ownMs).toBe(0);
  });

  it("tells the whole story of a call that went well", () => {
    const decision = { kind: "run", why: "create_webhook is auto" };
    expect(outcomeEntry({ ...end, call: clearedCall(), decision, outcome: succeeded })).toEqual({
      type: "call",
      callId: "c-1",
      atMs: 1_700_000_000_100,
      server: "vauchflow",
      serverVersion: "1.2.0",
      actorType: "mcp",
      tenant: "acme",
      callerKind: "agent",
      callerId: "k-1",
      callerName: "Claude",
      clientName: "claude-code",
      clientVersion: "2.1",
      era: "modern",
      protocolVersion: "2026-07-28",
      tool: "create_webhook",
      arguments: { url: "https://example.com/hook", secret: "[sensitive]" },
      decision: "run",
      why: "create_webhook is auto",
      dryRun: false,
      upstreamMethod: "POST",
      upstreamTarget: "/v1/webhooks",
      upstreamStatus: 201,
      upstreamMs: 12.346,
      ownMs: 2.654,
      outcome: "ok",
    });
  });

  it("marks dry runs and plans", () => {
    const planned: Outcome = { kind: "planned", text: "{}", value: {} };
    expect(outcomeEntry({ ...end, call: clearedCall(true), outcome: planned })).toMatchObject({
      dryRun: true,
      outcome: "planned",
    });
    expect(outcomeEntry({ ...end, call: clearedCall(true), outcome: succeeded })).toMatchObject({
      dryRun: true,
      outcome: "ok",
    });
  });
});

describe("intentEntry", () => {
  it("says what is about to be sent, without an outcome or sensitive inputs", () => {
    expect(intentEntry({ call: clearedCall(), server, nowMs: 1_700_000_000_050 })).toMatchObject({
      type: "intent",
      callId: "c-1",
      atMs: 1_700_000_000_050,
      arguments: { url: "https://example.com/hook", secret: "[sensitive]" },
      decision: "run",
      why: "create_webhook is auto",
      upstreamMethod: "POST",
      upstreamTarget: "/v1/webhooks/{kind}",
      outcome: "intent",
    });
  });
});
