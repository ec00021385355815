import type { Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { call, closeAll, dryRun, failed, reply, start, startRaw, tool, writeTool } from "./fixture.ts";

const drip = (socket: Socket) => {
  socket.write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n");
  const timer = setInterval(() => socket.write(" "), 5);
  socket.on("close", () => clearInterval(timer));
};
const endless = (socket: Socket) => {
  socket.write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n");
  const chunk = `10000\r\n${" ".repeat(65_536)}\r\n`;
  const pour = () => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on("drain", pour);
  pour();
};
const halfThen =
  (end: (socket: Socket) => void, extra = "") =>
  (socket: Socket) => {
    socket.write(`HTTP/1.1 200 OK\r\n${extra}content-type: application/json\r\ncontent-length: 100\r\n\r\n{"a":`, () =>
      end(socket),
    );
  };
const gzipped = gzipSync("{}");
const gzipReply = Buffer.concat([
  Buffer.from(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: ${gzipped.length}\r\n\r\n`,
  ),
  gzipped,
]);

const faults = (
  [
    ["hangs before headers", () => {}, "upstream_timeout"],
    ["hangs within headers", (socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-"), "upstream_timeout"],
    ["drips its body", drip, "upstream_timeout"],
    ["ends without a byte", (socket) => socket.end(), "upstream_reset"],
    ["resets without a byte", (socket) => socket.resetAndDestroy(), "upstream_reset"],
    ["resets within the body", halfThen((socket) => setTimeout(() => socket.resetAndDestroy(), 20)), "upstream_reset"],
    ["ends within the body", halfThen((socket) => socket.end()), "upstream_malformed"],
    [
      "ends within the body as announced",
      halfThen((socket) => socket.end(), "connection: close\r\n"),
      "upstream_malformed",
    ],
    [
      "ends within a chunk",
      (socket) =>
        socket.end("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nff\r\n{"),
      "upstream_malformed",
    ],
    ["says less than its length", reply(200, '{"a":1}', { "content-length": "3" }), "upstream_invalid_json"],
    ["talks garbage", "SSH-2.0-OpenSSH_9.6\r\n\r\n", "upstream_malformed"],
    ["gives two lengths", reply(200, {}, { "Content-Length": "5" }), "upstream_malformed"],
    ["gives length and chunks", reply(200, {}, { "transfer-encoding": "chunked" }), "upstream_malformed"],
    ["gives a bad header", "HTTP/1.1 200 OK\r\nbad header\r\n\r\n", "upstream_malformed"],
    [
      "floods with interim replies",
      (socket) => socket.write("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(1000)),
      "upstream_malformed",
    ],
    [
      "sends headers without end",
      (socket) => socket.write(`HTTP/1.1 200 OK\r\n${"a: bbbbbbbbbbbbbbbbbbbb\r\n".repeat(2000)}`),
      "upstream_too_large",
    ],
    ["sends a body without end", endless, "upstream_too_large"],
    ["sends a huge body", reply(200, `"${" ".repeat(1_100_000)}"`), "upstream_too_large"],
    ["nests without end", reply(200, "[".repeat(5000) + "]".repeat(5000)), "upstream_too_large"],
    ["answers HTML", reply(200, "<html>", { "content-type": "text/html" }), "upstream_media_type"],
    ["answers without a media type", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}", "upstream_media_type"],
    [
      "answers in another charset",
      reply(200, {}, { "content-type": "application/json; charset=utf-16" }),
      "upstream_media_type",
    ],
    ["compresses", gzipReply, "upstream_media_type"],
    ["answers broken JSON", reply(200, '{"a":'), "upstream_invalid_json"],
    [
      "answers broken UTF-8",
      Buffer.from('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 4\r\n\r\n"\xff\xfe"', "latin1"),
      "upstream_invalid_json",
    ],
  ] as readonly (readonly [name: string, answer: string | Buffer | ((socket: Socket) => void), code: string])[]
).map(([name, answer, code]) => ({ name, answer, code }));

/** Milliseconds given to a faulty upstream, and within which the call must have ended. */
const [patienceMs, boundMs] = [150, 650];

describe("an upstream that", () => {
  it.each(faults)("$name costs a read one send and ends in $code", async ({ answer, code }) => {
    const { url, requests } = await startRaw(answer);
    const { send, log } = start(url);
    const startedMs = performance.now();
    const outcome = await send(call({ tool: tool({ timeoutMs: patienceMs }) }));
    expect(performance.now() - startedMs).toBeLessThan(boundMs);
    expect(failed(outcome).code).toBe(code);
    expect(outcome).toMatchObject({ exchange: { method: "GET", target: "/v1/x" } });
    expect(failed(outcome).message).not.toMatch(/undici|socket|terminated|UND_ERR|HPE_|ECONN|SyntaxError/i);
    expect(requests).toHaveLength(1);
    expect(log).toHaveLength(1);
  });

  it.each(faults)("$name leaves the outcome of a write unknown after one send", async ({ answer, code }) => {
    const { url, requests } = await startRaw(answer);
    const startedMs = performance.now();
    const error = failed(await start(url).send(call({ tool: writeTool({ timeoutMs: patienceMs }) })));
    expect(performance.now() - startedMs).toBeLessThan(boundMs);
    expect(error).toMatchObject({ code: "outcome_unknown", meta: { cause: code, retryable: false } });
    expect(requests).toHaveLength(1);
  });

  it.each(faults)("$name does not spoil the calls that follow", async ({ answer }) => {
    let isFaulty = true;
    const { url } = await startRaw((socket) => {
      if (!isFaulty) socket.write(reply(200, { fine: true }));
      else if (typeof answer === "function") answer(socket);
      else socket.write(answer);
    });
    const { send } = start(url, { limits: { connectionsMax: 1 } });
    await send(call({ tool: tool({ timeoutMs: 50 }) }));
    isFaulty = false;
    expect(await send(call())).toMatchObject({ kind: "succeeded", text: '{"fine":true}' });
  });

  it("does not listen is told apart: nothing was sent, so even a write may be repeated", async () => {
    const { url } = await startRaw("");
    await closeAll();
    const error = failed(await start(url).send(call({ tool: writeTool() })));
    expect(error.code).toBe("upstream_unreachable");
    expect(error.message).toContain("nothing was sent");
  });

  it("fails a dry run of a write is named as for a read, because nothing can have happened", async () => {
    const { url } = await startRaw((socket) => socket.end());
    expect(failed(await start(url).send(call({ tool: writeTool(), decision: dryRun }))).code).toBe("upstream_reset");
  });
});
