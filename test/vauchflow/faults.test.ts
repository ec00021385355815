import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { type Answer, json, raw, reply, startFaultyUpstream } from "../faulty-upstream.ts";
import { eras } from "../wire.ts";
import { startSystem } from "./system.ts";

/** One way for an upstream to fail, and what a caller is told when a read and when a write met it. */
interface Fault {
  readonly name: string;
  readonly answer: Answer;
  /** The stable code, and whether it is said that trying again may help. */
  readonly read: readonly [code: string, retryable: boolean];
  readonly write: readonly [code: string, retryable: boolean];
  /** More of the error, for reads and writes. */
  readonly also?: Readonly<Record<string, unknown>>;
}

const deadlineMs = 150;
const html = "<html><body>upstream-body-text</body></html>";
const typeJson = "content-type: application/json";
const lost = ["outcome_unknown", false] as const;

const faults: readonly Fault[] = [
  {
    name: "says nothing before the deadline",
    answer: () => {},
    read: ["upstream_timeout", true],
    write: lost,
  },
  {
    name: "stops in the middle of its reply",
    answer: (socket) => socket.write(`HTTP/1.1 200 OK\r\n${typeJson}\r\ncontent-length: 20\r\n\r\n{"a"`),
    read: ["upstream_timeout", true],
    write: lost,
  },
  {
    name: "resets the connection",
    answer: (socket) => socket.resetAndDestroy(),
    read: ["upstream_reset", true],
    write: lost,
  },
  {
    name: "sends less than it announced",
    answer: raw(["HTTP/1.1 200 OK", typeJson, "content-length: 100", "", "{}"]),
    read: ["upstream_malformed", true],
    write: lost,
  },
  {
    name: "sends more than it announced, so that what was announced is half a value",
    answer: raw(["HTTP/1.1 200 OK", typeJson, "content-length: 2", "", '{"upstream-body-text": 1}']),
    read: ["upstream_invalid_json", false],
    write: lost,
  },
  {
    name: "announces two lengths",
    answer: raw(["HTTP/1.1 200 OK", typeJson, "content-length: 2", "content-length: 3", "", "{} "]),
    read: ["upstream_malformed", true],
    write: lost,
  },
  {
    name: "does not speak HTTP",
    answer: raw(["220 upstream-body-text ESMTP", ""]),
    read: ["upstream_malformed", true],
    write: lost,
  },
  {
    name: "answers HTML",
    answer: reply("200 OK", ["content-type: text/html"], html),
    read: ["upstream_media_type", false],
    write: lost,
  },
  {
    name: "answers broken JSON",
    answer: json('{"upstream-body-text": '),
    read: ["upstream_invalid_json", false],
    write: lost,
  },
  {
    name: "answers 10 MB",
    answer: json(JSON.stringify({ text: "x".repeat(10_000_000) })),
    read: ["upstream_too_large", false],
    write: lost,
  },
  {
    name: "redirects",
    answer: reply("302 Found", ["location: http://169.254.169.254/upstream-body-text"], ""),
    read: ["upstream_redirect", false],
    write: ["upstream_redirect", false],
    also: { status: 302 },
  },
  {
    name: "refuses the gateway's credential",
    answer: reply("401 Unauthorized", [typeJson], '{"error":{"code":"no","message":"upstream-body-text"}}'),
    read: ["upstream_unauthorized", false],
    write: ["upstream_unauthorized", false],
    also: { status: 401 },
  },
  {
    name: "takes no more calls",
    answer: reply("429 Too Many Requests", [typeJson, "retry-after: 7"], '{"error":{"code":"slow_down"}}'),
    read: ["upstream_rate_limited", true],
    write: ["upstream_rate_limited", true],
    also: { status: 429, retryAfterSeconds: 7 },
  },
  {
    name: "fails with a page of HTML",
    answer: reply("500 Internal Server Error", ["content-type: text/html"], html),
    read: ["upstream_failed", true],
    write: ["upstream_failed", false],
    also: { status: 500 },
  },
];

const calls = {
  read: { tool: "list_campaigns", given: {} },
  write: { tool: "create_voucher", given: { discount_type: "PERCENTAGE", discount_value: 10 } },
} as const;

/** Words of libraries and of the upstream: callers get ours. */
const foreignWords =
  /undici|UND_ERR|HPE_|ECONN|socket|SyntaxError|JSON at position|node:|upstream-body-text|127\.0\.0\.1/i;

describe.each(eras)("an upstream that fails, over %s", (era) => {
  describe.each(["read", "write"] as const)("meets a %s", (access) => {
    const { tool, given } = calls[access];

    it.each(faults)("when it $name", async (fault) => {
      const upstream = await startFaultyUpstream();
      const system = await startSystem({ upstreamUrl: upstream.url, upstreamTimeoutMs: deadlineMs });
      upstream.answer = fault.answer;
      const failed = await system.call(tool, given, { era });
      const [code, retryable] = fault[access];
      expect(failed).toMatchObject({ status: 200, json: { result: { isError: true } } });
      expect(failed.inner.error).toMatchObject({ code, retryable, ...fault.also });
      expect(failed.json.result).not.toHaveProperty("structuredContent");
      expect(failed.text).not.toMatch(foreignWords);
      expect(upstream.requests).toHaveLength(1);

      upstream.answer = json('{"id":"c1"}');
      expect((await system.call(tool, given, { era })).inner).toEqual({ id: "c1" });
      const intent = access === "write" ? [`intent ${tool} intent`] : [];
      const entries = await system.house.store.audit.entries({});
      expect(entries.map((entry) => `${entry.type} ${entry.tool} ${entry.outcome}`)).toEqual([
        ...intent,
        `call ${tool} ${code}`,
        ...intent,
        `call ${tool} ok`,
      ]);
    });

    it("when nobody listens: nothing was sent, and it may be tried again", async () => {
      const system = await startSystem({ upstreamUrl: await unusedUrl() });
      const failed = await system.call(tool, given, { era });
      expect(failed.inner.error).toMatchObject({ code: "upstream_unreachable", retryable: true });
      expect(failed.text).not.toMatch(foreignWords);
      const outcomes = (await system.house.store.audit.entries({})).map((entry) => entry.outcome);
      expect(outcomes).toEqual(access === "write" ? ["intent", "upstream_unreachable"] : ["upstream_unreachable"]);
    });
  });
});

it("says that a write with an idempotency key may be tried again when its answer was lost", async () => {
  const upstream = await startFaultyUpstream();
  const system = await startSystem({ upstreamUrl: upstream.url });
  upstream.answer = (socket) => socket.resetAndDestroy();
  const given = { code: "SUMMER20", customer_id: "cust_abc123", idempotency_key: "k", order_value: 75 };
  const failed = await system.call("redeem_voucher", given);
  expect(failed.inner.error).toMatchObject({ code: "outcome_unknown", retryable: true, cause: "upstream_reset" });
  expect(upstream.requests).toHaveLength(1);
});

it("drops what comes after the announced end, so that it never answers the next call", async () => {
  const upstream = await startFaultyUpstream();
  const system = await startSystem({ upstreamUrl: upstream.url });
  const smuggled = `HTTP/1.1 200 OK\r\n${typeJson}\r\ncontent-length: 14\r\n\r\n{"smuggled":1}`;
  upstream.answer = (socket) =>
    socket.write(`HTTP/1.1 200 OK\r\n${typeJson}\r\ncontent-length: 2\r\n\r\n{}${smuggled}`);
  expect((await system.call("list_campaigns")).inner).toEqual({});
  upstream.answer = json('{"own":1}');
  expect((await system.call("list_campaigns")).inner).toEqual({ own: 1 });
});

/** The address of a port that was free a moment ago. */
async function unusedUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}
