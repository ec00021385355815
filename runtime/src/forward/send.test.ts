import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createSender, defaultSendLimits, type OutgoingRequest, type Sender, type Sent } from "./send.ts";

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

interface Received {
  readonly head: string;
  readonly body: string;
  /** Of the connection, from 1. */
  readonly connection: number;
  /** On its connection, from 1. */
  readonly turn: number;
}

/** A server that does to each request what the test says. Bytes in, bytes out: no HTTP library that would tidy up. */
async function startRaw(answer: (socket: Socket, request: Received) => void) {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    const connection = ++connections;
    let turn = 0;
    let text = "";
    sockets.add(socket.on("close", () => sockets.delete(socket)).on("error", () => {}));
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      const end = text.indexOf("\r\n\r\n");
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (end === -1 || text.length < end + 4 + length) return;
      const request = { head: text.slice(0, end), body: text.slice(end + 4), connection, turn: ++turn };
      text = "";
      received.push(request);
      answer(socket, request);
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  open.push(close);
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received, sockets, close };
}

/** With one connection, so that the second request of a test goes over the connection of the first. */
function start(origin: string): Sender {
  const sender = createSender(origin, { ...defaultSendLimits, connectionsMax: 1 });
  open.push(() => sender.close());
  return sender;
}

function get(changes: Partial<OutgoingRequest> = {}): OutgoingRequest {
  const signal = new AbortController().signal;
  return {
    method: "GET",
    target: "/x",
    headers: [],
    timeoutMs: 2000,
    signal,
    isEffect: false,
    isRepeatable: true,
    ...changes,
  };
}

const post = (changes: Partial<OutgoingRequest> = {}) =>
  get({ method: "POST", body: Buffer.from("{}"), isEffect: true, isRepeatable: false, ...changes });
const ok = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
const lost = (sent: Sent) => (sent.kind === "lost" ? { code: sent.code, dispatched: sent.dispatched } : sent.status);

describe("nothing is sent", () => {
  it("when no one listens", async () => {
    const { origin, close } = await startRaw(() => {});
    await close();
    expect(lost(await start(origin).send(post()))).toEqual({ code: "upstream_unreachable", dispatched: false });
  });

  it("when the client had gone before", async () => {
    const { origin, received } = await startRaw((socket) => socket.write(ok));
    expect(lost(await start(origin).send(post({ signal: AbortSignal.abort() })))).toEqual({
      code: "cancelled",
      dispatched: false,
    });
    expect(received).toHaveLength(0);
  });

  it("when the client goes while the connection is being made", async () => {
    const { origin, received } = await startRaw((socket) => socket.write(ok));
    const client = new AbortController();
    const sender = start(origin);
    const sending = sender.send(post({ signal: client.signal }));
    client.abort();
    expect(lost(await sending)).toEqual({ code: "cancelled", dispatched: false });
    expect(lost(await sender.send(get({ target: "/next" })))).toBe(200);
    expect(received.map(({ head }) => head.split("\r\n")[0])).toEqual(["GET /next HTTP/1.1"]);
  });

  it("after the sender was closed", async () => {
    const { origin, received } = await startRaw((socket) => socket.write(ok));
    const sender = start(origin);
    await sender.close();
    expect(lost(await sender.send(post()))).toEqual({ code: "upstream_unreachable", dispatched: false });
    expect(received).toHaveLength(0);
  });
});

describe("a client that goes after dispatch", () => {
  it("ends a read and its connection", async () => {
    const client = new AbortController();
    const { origin, sockets } = await startRaw((socket) => {
      socket.once("close", () => closed());
      client.abort();
    });
    let closed = () => {};
    const ended = new Promise<void>((resolve) => {
      closed = resolve;
    });
    expect(lost(await start(origin).send(get({ signal: client.signal })))).toEqual({
      code: "cancelled",
      dispatched: true,
    });
    await ended;
    expect(sockets.size).toBe(0);
  });

  it("does not end a write", async () => {
    const client = new AbortController();
    const { origin } = await startRaw((socket) => {
      client.abort();
      setImmediate(() => socket.write(ok));
    });
    expect(lost(await start(origin).send(post({ signal: client.signal })))).toBe(200);
  });

  it("leaves no listener behind", async () => {
    const { origin } = await startRaw((socket) => socket.write(ok));
    const { signal } = new AbortController();
    let listeners = 0;
    signal.addEventListener = () => void listeners++;
    signal.removeEventListener = () => void listeners--;
    await start(origin).send(get({ signal }));
    expect(listeners).toBe(0);
  });
});

describe("a kept connection that the upstream gave up", () => {
  const diesOnReuse = (socket: Socket, { turn }: Received) => (turn === 1 ? socket.write(ok) : socket.destroy());
  const resetsOnReuse = (socket: Socket, { turn }: Received) =>
    turn === 1 ? socket.write(ok) : socket.resetAndDestroy();

  it.each([
    ["ended", diesOnReuse],
    ["reset", resetsOnReuse],
  ])("lets a read be sent once more, when %s", async (_how, answer) => {
    const { origin, received } = await startRaw(answer);
    const sender = start(origin);
    expect(lost(await sender.send(get()))).toBe(200);
    expect(lost(await sender.send(get()))).toBe(200);
    expect(received.map(({ connection }) => connection)).toEqual([1, 1, 2]);
  });

  it("lets a write be sent once more only when it says that it may be", async () => {
    const { origin, received } = await startRaw(diesOnReuse);
    const sender = start(origin);
    await sender.send(get());
    expect(lost(await sender.send(post()))).toEqual({ code: "upstream_reset", dispatched: true });
    expect(received).toHaveLength(2);
    await sender.send(get());
    expect(lost(await sender.send(post({ isRepeatable: true })))).toBe(200);
    expect(received).toHaveLength(5);
  });

  it("does not let a read be sent once more after a byte of the reply", async () => {
    const { origin, received } = await startRaw((socket, { turn }) =>
      turn === 1 ? socket.write(ok) : socket.end("HTTP/1.1 2"),
    );
    const sender = start(origin);
    await sender.send(get());
    expect(lost(await sender.send(get()))).toEqual({ code: "upstream_reset", dispatched: true });
    expect(received).toHaveLength(2);
  });

  it("does not let anything be sent a third time, even when the second connection was stale too", async () => {
    const { origin, received } = await startRaw(diesOnReuse);
    const sender = start(origin);
    await sender.send(get());
    // The call that waits takes the fresh connection first, so that the repeated one finds it used.
    const sent = await Promise.all([
      sender.send(get({ target: "/repeated" })),
      sender.send(get({ target: "/waiting" })),
    ]);
    expect(sent.map(lost)).toEqual([{ code: "upstream_reset", dispatched: true }, 200]);
    expect(received.map(({ head }) => head.split(" ")[1])).toEqual(["/x", "/repeated", "/waiting", "/repeated"]);
  });

  it("lets even a write be sent when it had not been handed over yet", async () => {
    const { origin, received, sockets } = await startRaw((socket) => socket.write(ok));
    const sender = start(origin);
    await sender.send(get());
    for (const socket of sockets) socket.resetAndDestroy();
    expect(lost(await sender.send(post()))).toBe(200);
    expect(received.map(({ connection }) => connection)).toEqual([1, 2]);
  });

  it("says that the upstream is gone when the second attempt finds no one", async () => {
    const { origin, received, close } = await startRaw((socket, { turn }) => {
      if (turn === 1) socket.write(ok);
      else void close();
    });
    const sender = start(origin);
    await sender.send(get());
    expect(lost(await sender.send(get()))).toEqual({ code: "upstream_unreachable", dispatched: true });
    expect(received).toHaveLength(2);
  });
});

describe("a fresh connection that dies", () => {
  it("is not tried again, not even for a read", async () => {
    const { origin, received } = await startRaw((socket) => socket.destroy());
    expect(lost(await start(origin).send(get()))).toEqual({ code: "upstream_reset", dispatched: true });
    expect(received).toHaveLength(1);
  });
});

describe("the deadline", () => {
  it("covers both attempts together", async () => {
    const { origin } = await startRaw((socket, { connection, turn }) => {
      if (connection === 1) turn === 1 ? socket.write(ok) : setTimeout(() => socket.destroy(), 100);
    });
    const sender = start(origin);
    await sender.send(get());
    const startedMs = performance.now();
    expect(lost(await sender.send(get({ timeoutMs: 150 })))).toEqual({ code: "upstream_timeout", dispatched: true });
    expect(performance.now() - startedMs).toBeLessThan(240);
  });

  it("ends a call that waits for a connection, and says that nothing was sent", async () => {
    const { origin, received } = await startRaw(() => {});
    const sender = start(origin);
    const holder = sender.send(get({ timeoutMs: 200 }));
    expect(lost(await sender.send(post({ timeoutMs: 50 })))).toEqual({
      code: "upstream_unreachable",
      dispatched: false,
    });
    await holder;
    expect(received.filter(({ head }) => head.startsWith("POST"))).toHaveLength(0);
  });
});

describe("what is sent", () => {
  it("is the target byte for byte, and the body with its length", async () => {
    const { origin, received } = await startRaw((socket) => socket.write(ok));
    const target = "/v1/%2E%2e/a%2Fb//c;d?x=%zz&y=..&z";
    await start(origin).send(post({ target, body: Buffer.from('{"a":"é"}'), headers: ["x-note", "a b"] }));
    const [request] = received;
    expect(request?.head.split("\r\n")[0]).toBe(`POST ${target} HTTP/1.1`);
    expect(request?.head).toContain("\r\nx-note: a b");
    expect(request?.head).toContain("\r\ncontent-length: 10");
    expect(Buffer.from(request?.body ?? "", "latin1").toString("utf8")).toBe('{"a":"é"}');
  });

  it("goes to the fixed origin even when the target looks like another", async () => {
    const { origin, received } = await startRaw((socket) => socket.write(ok));
    await start(origin).send(get({ target: "//evil.example/x" }));
    expect(received[0]?.head).toContain(`host: ${origin.slice("http://".length)}`);
  });
});
