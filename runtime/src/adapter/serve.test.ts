import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import type { Forward } from "./forward.ts";
import { errorLine } from "./message.ts";
import { serve } from "./serve.ts";

/** A forward that answers when it is told to, and what reached it. */
function start(drainTimeoutMs = 5_000) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const stop = new AbortController();
  const forwarded: { text: string; signal: AbortSignal; answer: () => Promise<void> }[] = [];
  const forwardTo = (deliver: (line: string) => Promise<void>): Forward => {
    return ({ text, id }, signal) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      signal.addEventListener("abort", () => resolve());
      const answer = async () => {
        await deliver(errorLine(id ?? null, "answered"));
        resolve();
      };
      forwarded.push({ text, signal, answer });
      return promise;
    };
  };
  const served = serve({ input, output, forwardTo, stop: stop.signal, drainTimeoutMs });
  const send = (...messages: readonly (object | string)[]) =>
    input.write(
      messages.map((message) => `${typeof message === "string" ? message : JSON.stringify(message)}\n`).join(""),
    );
  const lines = () =>
    String(output.read() ?? "")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  return { input, output, stop, forwarded, served, send, lines };
}

const request = (id: number | string, method = "ping", params: object = {}) => ({ jsonrpc: "2.0", id, method, params });
const cancelled = (requestId: unknown) => ({
  jsonrpc: "2.0",
  method: "notifications/cancelled",
  params: { requestId },
});
const modern = { _meta: { "io.modelcontextprotocol/protocolVersion": "2026-07-28" } };

describe("the adapter at a client's stdin", () => {
  it("forwards without waiting for what it forwarded before, and answers as answers come", async () => {
    const { forwarded, send, lines, input, served } = start();
    send(request(1), request(2));
    await expect.poll(() => forwarded).toHaveLength(2);
    await forwarded[1]?.answer();
    await forwarded[0]?.answer();
    expect(lines().map(({ id }) => id)).toEqual([2, 1]);
    input.end();
    await served;
  });

  it("answers what is no message, passes blank lines over, and goes on", async () => {
    const { forwarded, send, lines, input, served } = start();
    send("{", "", "  \r", "[]", request(1));
    await expect.poll(() => forwarded).toHaveLength(1);
    expect(lines().map(({ id, error }) => [id, error.code])).toEqual([
      [null, -32700],
      [null, -32600],
    ]);
    await forwarded[0]?.answer();
    input.end();
    await served;
  });

  it("aborts a request that the client cancelled, and tells an endpoint of the older era", async () => {
    const { forwarded, send, input, served, lines } = start();
    send(request(1), request("1"), cancelled(1));
    await expect.poll(() => forwarded).toHaveLength(3);
    expect(forwarded.map(({ signal }) => signal.aborted)).toEqual([true, false, false]);
    expect(JSON.parse(forwarded[2]?.text ?? "")).toEqual(cancelled(1));
    await Promise.all(forwarded.slice(1).map(({ answer }) => answer()));
    lines();
    input.end();
    await served;
  });

  it("aborts a request of the era of 2026-07-28, where the closed connection says it all", async () => {
    const { forwarded, send, input, served } = start();
    send(request(1, "tools/call", modern), cancelled(1), cancelled(undefined), cancelled(9));
    await expect.poll(() => forwarded[0]?.signal.aborted).toBe(true);
    input.end();
    await served;
    expect(forwarded).toHaveLength(1);
  });

  it("lets what runs finish when the input ends, but does not wait for a subscription", async () => {
    const { forwarded, send, lines, input, served } = start();
    send(request(1), request(2, "subscriptions/listen", modern));
    await expect.poll(() => forwarded).toHaveLength(2);
    input.end();
    const isOver = await Promise.race([
      served.then(() => true),
      new Promise((resolve) => setTimeout(resolve, 50, false)),
    ]);
    expect(isOver).toBe(false);
    await forwarded[0]?.answer();
    await served;
    expect(lines().map(({ id }) => id)).toEqual([1]);
    expect(forwarded[1]?.signal.aborted).toBe(true);
  });

  it("waits no longer than it may, and aborts the rest", async () => {
    const { forwarded, send, input, served } = start(30);
    send(request(1));
    await expect.poll(() => forwarded).toHaveLength(1);
    input.end();
    await served;
    expect(forwarded[0]?.signal.aborted).toBe(true);
  });

  it.each([
    ["a signal", ({ stop }: ReturnType<typeof start>) => stop.abort()],
    ["a client that is gone", ({ output }: ReturnType<typeof start>) => output.destroy(new Error("EPIPE"))],
    ["an input that fails", ({ input }: ReturnType<typeof start>) => input.destroy(new Error("EIO"))],
  ])("ends with %s as with the end of the input", async (_what, end) => {
    const started = start();
    end(started);
    await started.served;
  });
});
