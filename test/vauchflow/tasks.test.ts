/** Calls that wait for an operator, as clients of the tasks extension meet them: on the wire, by the SDK's client, by the extension's own. */
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { createTaskSessionFromClient, resultFromTaskOutcome } from "@modelcontextprotocol/ext-tasks/client";
import {
  CallToolResultV2Schema,
  CancelTaskResultV2Schema,
  CreateTaskResultV2Schema,
  GetTaskResultV2Schema,
} from "@modelcontextprotocol/ext-tasks/core/v2";
import { serveStdio } from "@toolspec/runtime/stdio";
import { describe, expect, it, onTestFinished } from "vitest";
import * as z from "zod";
import { batch, start } from "./queue.ts";
import { allScopes, approvals, generated as server } from "./system.ts";

type System = Awaited<ReturnType<typeof start>>;

const extension = "io.modelcontextprotocol/tasks";
const capabilities = { extensions: { [extension]: {} } };
const me = { name: "interop", version: "1" };
const bob = { name: "bob" };

const meta = (declared: object = capabilities) => ({
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientCapabilities": declared,
  "io.modelcontextprotocol/clientInfo": me,
});

/** One message of a client that declares what it is told to. */
async function ask(
  system: System,
  method: string,
  params: Record<string, unknown>,
  { key = system.agent, declared = capabilities as object } = {},
) {
  return await system.post(
    { jsonrpc: "2.0", id: 1, method, params: { ...params, _meta: meta(declared) } },
    {
      "x-api-key": key,
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": method,
      "mcp-name": String(params.name ?? params.taskId),
    },
  );
}

async function park(system: System, count = 150) {
  const { json } = await ask(system, "tools/call", { name: "create_voucher", arguments: batch(count) });
  return json.result;
}

async function get(system: System, taskId: string) {
  const { json } = await ask(system, "tasks/get", { taskId });
  GetTaskResultV2Schema.parse(json.result);
  return json.result;
}

async function settled(system: System, taskId: string) {
  for (let tries = 0; tries < 200; tries++) {
    const task = await get(system, taskId);
    if (task.status !== "working") return task;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the task did not end");
}

describe("a client that declares tasks", () => {
  it("gets a task instead of the pending answer, and in the end the very result", async () => {
    const system = await start();
    const { json } = await ask(system, "tools/call", { name: "create_voucher", arguments: batch(150) });
    CreateTaskResultV2Schema.parse(json.result);
    const { _meta, ...created } = json.result;
    expect(created).toEqual({
      resultType: "task",
      taskId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      status: "working",
      statusMessage: "This action requires operator approval before execution.",
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      lastUpdatedAt: created.createdAt,
      ttlMs: null,
      pollIntervalMs: 5_000,
    });
    expect(await get(system, created.taskId)).toMatchObject({ ...created, resultType: "complete" });
    await system.desk.approve(created.taskId, bob);
    const task = await settled(system, created.taskId);
    expect(task).toMatchObject({ status: "completed", result: { structuredContent: { codes: expect.any(Array) } } });
    expect(task.result.structuredContent.codes).toHaveLength(150);
    expect(JSON.parse(task.result.content[0].text)).toEqual(task.result.structuredContent);
    expect(Date.parse(task.lastUpdatedAt)).toBeGreaterThanOrEqual(Date.parse(task.createdAt));
    CallToolResultV2Schema.parse(task.result);
    expect(task.result.isError).toBeUndefined();
  });

  it("gets the same task for the same call, and an ordinary result where nothing waits", async () => {
    const system = await start();
    expect((await park(system)).taskId).toBe((await park(system)).taskId);
    const { json } = await ask(system, "tools/call", { name: "create_voucher", arguments: batch(1) });
    expect(json.result).toMatchObject({ resultType: "complete", structuredContent: { codes: [expect.any(String)] } });
  });

  it("reads why an operator said no, as a tool's own error", async () => {
    const system = await start();
    const { taskId } = await park(system);
    await system.desk.reject(taskId, bob, "Too many for one week.");
    const task = await get(system, taskId);
    expect(task).toMatchObject({ status: "completed", result: { isError: true } });
    const { error } = JSON.parse(task.result.content[0].text);
    expect(error).toMatchObject({ code: "approval_rejected", retryable: false });
    expect(error.message).toContain("Too many for one week.");
    expect(JSON.stringify(task)).not.toContain("bob");
  });

  it("learns that nobody decided in time", async () => {
    const system = await start({ approvals: { ...approvals, expiresInMs: 200 } });
    const { taskId } = await park(system);
    const task = await settled(system, taskId);
    expect(JSON.parse(task.result.content[0].text).error.code).toBe("approval_expired");
    expect(system.upstream.requests()).toHaveLength(0);
  });

  it("gets the upstream's refusal as the call itself would have had it", async () => {
    const system = await start();
    const wrong = { ...batch(150), discount_value: 20, campaign_id: "00000000-0000-4000-8000-000000000000" };
    const { json } = await ask(system, "tools/call", { name: "create_voucher", arguments: wrong });
    await system.desk.approve(json.result.taskId, bob);
    const task = await settled(system, json.result.taskId);
    const small = await ask(system, "tools/call", { name: "create_voucher", arguments: { ...wrong, count: 1 } });
    // Vauchflow maps 404 to a JSON-RPC error: those alone are `failed`.
    expect(small.json.error.code).toBe(-32603);
    expect(task).toMatchObject({
      status: "failed",
      statusMessage: expect.stringContaining("There is no campaign"),
      error: { code: -32603, message: small.json.error.message, data: { code: "upstream_rejected" } },
    });
  });

  it("takes a call back with tasks/cancel, once and only while it waits", async () => {
    const system = await start();
    const { taskId } = await park(system);
    const { json } = await ask(system, "tasks/cancel", { taskId });
    CancelTaskResultV2Schema.parse(json.result);
    expect(await get(system, taskId)).toMatchObject({ status: "cancelled" });
    await expect(system.desk.approve(taskId, bob)).rejects.toMatchObject({ reason: "too_late" });
    expect((await ask(system, "tasks/cancel", { taskId })).json.result.resultType).toBe("complete");
    expect(system.upstream.requests()).toHaveLength(0);
    expect((await park(system)).taskId).not.toBe(taskId);
  });

  it("may cancel too late: it is acknowledged, and runs on", async () => {
    const system = await start();
    const { taskId } = await park(system);
    await system.desk.approve(taskId, bob);
    expect((await ask(system, "tasks/cancel", { taskId })).json.result.resultType).toBe("complete");
    expect((await settled(system, taskId)).status).toBe("completed");
  });

  it("has nothing to bring: tasks/update is acknowledged and changes nothing", async () => {
    const system = await start();
    const { taskId } = await park(system);
    const { json } = await ask(system, "tasks/update", { taskId, inputResponses: { name: { action: "accept" } } });
    expect(json.result.resultType).toBe("complete");
    expect((await get(system, taskId)).status).toBe("working");
  });
});

describe("tasks are kept apart", () => {
  it.each(["tasks/get", "tasks/update", "tasks/cancel"])("%s knows the caller's own alone", async (method) => {
    const system = await start();
    const { taskId } = await park(system);
    const absent = await ask(system, method, { taskId: "00000000-0000-4000-8000-000000000000" });
    expect(absent.json.error.code).toBe(-32602);
    const strangers = [
      await system.keyFor("agent", allScopes),
      await system.keyFor("agent", allScopes, "globex"),
      await system.keyFor("secret"),
    ];
    for (const key of strangers)
      expect((await ask(system, method, { taskId }, { key })).json.error).toEqual(absent.json.error);
    expect((await ask(system, method, { taskId: "../x" })).json.error).toEqual(absent.json.error);
    expect((await get(system, taskId)).status).toBe("working");
  });

  it.each(["tasks/get", "tasks/update", "tasks/cancel"])(
    "%s refuses a client that does not declare them",
    async (method) => {
      const system = await start();
      const { taskId } = await park(system);
      for (const declared of [{}, { extensions: {} }, { elicitation: {} }]) {
        const { status, json } = await ask(system, method, { taskId }, { declared });
        expect(status).toBe(400);
        expect(json.error).toMatchObject({ code: -32021, data: { requiredCapabilities: capabilities } });
      }
    },
  );

  it("nor may such a client listen to tasks, and one that declares them hears that it is told of none", async () => {
    const system = await start();
    const { taskId } = await park(system);
    const params = { notifications: { taskIds: [taskId] } };
    const { status, json } = await ask(system, "subscriptions/listen", params, { declared: {} });
    expect(status).toBe(400);
    expect(json.error).toMatchObject({ code: -32021, data: { requiredCapabilities: capabilities } });
    const response = await fetch(system.url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-api-key": system.agent,
        "mcp-protocol-version": "2026-07-28",
        "mcp-method": "subscriptions/listen",
      },
      body: JSON.stringify({
        jsonrpc: "2.0",
        id: 1,
        method: "subscriptions/listen",
        params: { ...params, _meta: meta() },
      }),
    });
    const { value } = (await response.body?.getReader().read()) ?? {};
    const acknowledged = Buffer.from(value ?? []).toString();
    expect(acknowledged).toContain("notifications/subscriptions/acknowledged");
    expect(acknowledged).not.toContain(taskId);
  });

  it("a client that does not declare them is never given one", async () => {
    const system = await start();
    const reply = await system.call("create_voucher", batch(150), { era: "2026-07-28" });
    expect(reply.json.result.resultType).toBe("complete");
    expect(reply.inner.status).toBe("pending_approval");
  });

  it("the older era has none, whatever is declared", async () => {
    const system = await start();
    const asked = { protocolVersion: "2025-11-25", capabilities, clientInfo: me };
    const { json } = await system.request("initialize", asked);
    expect(json.result.capabilities).toEqual({ tools: {} });
    const { inner } = await system.call("create_voucher", batch(150));
    expect(inner.status).toBe("pending_approval");
    const got = await system.request("tasks/get", { taskId: inner.approval_id });
    expect(got.json.error.code).toBe(-32601);
  });

  it("looking counts like calling", async () => {
    const system = await start({ callsPerMinute: 60 });
    const { taskId } = await park(system);
    const replies = [];
    for (let tries = 0; tries < 80; tries++) replies.push(await ask(system, "tasks/get", { taskId }));
    const refused = replies.map(({ json }) => json.error?.data.code);
    expect(refused.at(-1)).toBe("limit_exceeded");
    expect(refused[0]).toBeUndefined();
  });
});

it("over stdio a task is given, got and taken back", async () => {
  const system = await start();
  const key = await system.keyFor("agent", allScopes);
  const caller = await system.house.gateway.authenticate({ "x-api-key": key });
  const [input, output] = [new PassThrough(), new PassThrough()];
  const { closed } = serveStdio(system.house.gateway, { ...system.house.ports, caller, input, output });
  const replies = createInterface({ input: output })[Symbol.asyncIterator]();
  const say = async (method: string, params: object, declared?: object) => {
    const message = { jsonrpc: "2.0", id: 1, method, params: { ...params, _meta: meta(declared) } };
    input.write(`${JSON.stringify(message)}\n`);
    return JSON.parse(String((await replies.next()).value));
  };
  const { result } = await say("tools/call", { name: "create_voucher", arguments: batch(150) });
  CreateTaskResultV2Schema.parse(result);
  expect(result.content).toBeUndefined();
  const { taskId } = result;
  expect((await say("tasks/get", { taskId })).result).toMatchObject({ taskId, status: "working" });
  expect((await say("tasks/cancel", { taskId })).result.resultType).toBe("complete");
  expect((await say("tasks/get", { taskId })).result.status).toBe("cancelled");
  const refused = await say("subscriptions/listen", { notifications: { taskIds: [taskId] } }, {});
  expect(refused.error).toMatchObject({ code: -32021, data: { requiredCapabilities: capabilities } });
  input.end();
  await closed;
});

describe("clients that nobody here wrote", () => {
  async function connect(system: System) {
    const client = new Client(me, { capabilities, versionNegotiation: { mode: { pin: "2026-07-28" } } });
    const requestInit = { headers: { "x-api-key": system.agent } };
    await client.connect(new StreamableHTTPClientTransport(new URL(system.url), { requestInit }));
    onTestFinished(() => client.close());
    return client;
  }

  it("the SDK's client sees the extension, and gets and cancels a task", async () => {
    const system = await start();
    const client = await connect(system);
    expect(client.getServerCapabilities()?.extensions).toEqual({ [extension]: {} });
    const { taskId } = await park(system);
    const got = await client.request({ method: "tasks/get", params: { taskId } }, z.looseObject({}));
    expect(got).toMatchObject({ taskId, status: "working" });
    await client.request({ method: "tasks/cancel", params: { taskId } }, z.looseObject({}));
    expect(await get(system, taskId)).toMatchObject({ status: "cancelled" });
  });

  /** The extension's own client: it checks every message against its schemas. */
  async function session(system: System) {
    const client = await connect(system);
    let id = 100;
    return createTaskSessionFromClient(client, {
      endpointId: "vauchflow",
      v2RequestFraming: { protocolVersion: "2026-07-28", clientInfo: me, clientCapabilities: {} },
      rawDispatch: async (message) => {
        const { method, params } = message as { method: string; params: Record<string, unknown> };
        const response = await fetch(system.url, {
          method: "POST",
          headers: {
            "content-type": "application/json",
            accept: "application/json, text/event-stream",
            "x-api-key": system.agent,
            "mcp-protocol-version": "2026-07-28",
            "mcp-method": method,
            "mcp-name": String(params.name ?? params.taskId),
          },
          body: JSON.stringify({ jsonrpc: "2.0", id: id++, method, params }),
        });
        return (await response.json()) as never;
      },
    });
  }

  it("the extension's client waits for the operator, and returns what the tool returned", async () => {
    const system = await start();
    const tasks = await session(system);
    const execution = await tasks.callTool("create_voucher", batch(150));
    const [waiting] = (await system.house.store.approvals.page({ server: server.name }, { limit: 1 })).approvals;
    await system.desk.approve(waiting?.id ?? "", bob);
    const { outcome } = await execution.settle();
    expect(resultFromTaskOutcome(outcome)).toMatchObject({ structuredContent: { codes: expect.any(Array) } });
    await tasks.close();
  });
});
