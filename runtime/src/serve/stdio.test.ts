import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import type { Outcome, ReceivedCall } from "../call.ts";
import { fakeCaller, fakeGateway, fakePorts, legacy, modern, succeeded } from "./fixture.ts";
import { serveStdio } from "./stdio.ts";

function start(answer?: (call: ReceivedCall) => Outcome | Promise<Outcome>, drainTimeoutMs = 1_000) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const gateway = fakeGateway(answer);
  const server = serveStdio(gateway, { caller: fakeCaller(), input, output, drainTimeoutMs, ...fakePorts() });
  const send = (message: object | string) =>
    input.write(`${typeof message === "string" ? message : JSON.stringify(message)}\n`);
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever stands there
  const lines = (): any[] =>
    ((output.read() as Buffer | null)?.toString() ?? "")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  /** End the input, and read all that was written. */
  const finish = async () => {
    input.end();
    await server.closed;
    return lines();
  };
  return { server, gateway, input, send, finish };
}

const request = (id: number, method: string, params: object = {}) => ({ ...(legacy(method, params)[0] as object), id });

describe("on stdio", () => {
  it.each([
    ["broken JSON", "{", -32700, null],
    ["a batch", `[${JSON.stringify(request(1, "ping"))}]`, -32600, null],
    ["no JSON-RPC message", '{"id":4,"method":7}', -32600, null],
    [
      "too deep",
      `{"jsonrpc":"2.0","id":4,"method":"ping","params":${'{"a":'.repeat(100)}1${"}".repeat(100)}}`,
      -32600,
      4,
    ],
    [
      "longer than 1 MiB",
      `{"jsonrpc":"2.0","id":4,"method":"ping","params":{"a":"${"x".repeat(1024 * 1024)}"}}`,
      -32600,
      null,
    ],
  ])("a line that is %s gets its error, and the next is heard", async (_what, line, code, id) => {
    const { send, finish } = start();
    send(line);
    send(request(5, "ping"));
    const [error, next] = await finish();
    expect(error).toMatchObject({ jsonrpc: "2.0", id, error: { code } });
    expect(next).toEqual({ jsonrpc: "2.0", id: 5, result: {} });
  });

  it("bytes that are not UTF-8 get an error", async () => {
    const { input, finish } = start();
    input.write(Buffer.from([0x22, 0xff, 0x22, 0x0a]));
    expect((await finish())[0]).toMatchObject({ id: null, error: { code: -32700 } });
  });

  it("a legacy connection initializes, lists and calls, and its calls know the client", async () => {
    const { gateway, send, finish } = start();
    send(
      request(1, "initialize", {
        protocolVersion: "2025-11-25",
        capabilities: {},
        clientInfo: { name: "old", version: "3" },
      }),
    );
    send({ jsonrpc: "2.0", method: "notifications/initialized" });
    send(request(2, "tools/list"));
    send(request(3, "tools/call", { name: "get_voucher", arguments: { code: "A" } }));
    const replies = await finish();
    expect(replies.map((reply) => reply.id)).toEqual([1, 2, 3]);
    expect(replies[1].result.tools).toHaveLength(2);
    expect(replies[2].result.structuredContent).toEqual({ code: "SUMMER20" });
    expect(gateway.calls[0]).toMatchObject({
      era: "legacy",
      caller: { id: "key-1" },
      client: { name: "old", version: "3", protocolVersion: "2025-11-25" },
    });
  });

  it("a modern connection discovers and calls", async () => {
    const { gateway, send, finish } = start();
    send({ ...modern("server/discover")[0], id: 1 });
    send({ ...modern("tools/call", { name: "get_voucher" })[0], id: 2 });
    const replies = await finish();
    expect(replies[0].result.supportedVersions).toEqual(["2026-07-28"]);
    expect(replies[1].result).toMatchObject({ resultType: "complete", structuredContent: { code: "SUMMER20" } });
    expect(gateway.calls[0]).toMatchObject({ era: "modern", client: { name: "test", protocolVersion: "2026-07-28" } });
  });

  it("messages may come in any pieces", async () => {
    const { input, finish } = start();
    const bytes = Buffer.from(`${JSON.stringify(request(1, "ping"))}\r\n\n${JSON.stringify(request(2, "ping"))}\n`);
    for (const byte of bytes) input.write(Buffer.from([byte]));
    expect((await finish()).map((reply) => reply.id)).toEqual([1, 2]);
  });

  it("the end of input lets a running call end and be answered", async () => {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const begun = Promise.withResolvers<void>();
    const { input, send, finish } = start(() => {
      begun.resolve();
      return promise;
    });
    send(request(1, "tools/call", { name: "get_voucher" }));
    await begun.promise;
    const finished = finish();
    await new Promise((ended) => input.once("end", ended));
    await new Promise((later) => setImmediate(later));
    resolve(succeeded({ code: "LATE" }));
    expect((await finished)[0].result.structuredContent).toEqual({ code: "LATE" });
  });

  it("the end of input stops a call that does not end in time", async () => {
    const begun = Promise.withResolvers<AbortSignal>();
    const { send, finish } = start(({ signal }) => {
      begun.resolve(signal);
      return new Promise(() => {});
    }, 20);
    send(request(1, "tools/call", { name: "get_voucher" }));
    const signal = await begun.promise;
    expect(await finish()).toEqual([]);
    expect(signal.aborted).toBe(true);
  });

  it("an open stream does not hold the end of input, and is ended with it", async () => {
    const { send, finish } = start(undefined, 60_000);
    send({ ...modern("subscriptions/listen", { notifications: {} })[0], id: 1 });
    const replies = await finish();
    expect(replies).toMatchObject([{ method: "notifications/subscriptions/acknowledged" }, { id: 1, result: {} }]);
  });

  it("a cancelled call is stopped and not answered", async () => {
    const begun = Promise.withResolvers<AbortSignal>();
    const { send, finish } = start(({ signal }) => {
      begun.resolve(signal);
      return new Promise(() => {});
    }, 60_000);
    send(request(1, "tools/call", { name: "get_voucher" }));
    const signal = await begun.promise;
    send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } });
    expect(await finish()).toEqual([]);
    expect(signal.aborted).toBe(true);
  });

  it("closing ends the connection and leaves no signal handler behind", async () => {
    const before = process.listenerCount("SIGTERM");
    const { server } = start();
    expect(process.listenerCount("SIGTERM")).toBe(before + 1);
    await server.close();
    await server.closed;
    expect(process.listenerCount("SIGTERM")).toBe(before);
  });
});
