import { describe, expect, it } from "vitest";
import { Secret } from "../call.ts";
import { GatewayError } from "../errors.ts";
import { createLogger, type LogLevel } from "./log.ts";

const key = "vf_ak_9f8a7s6d5f4a3s2d1f";
const clock = { now: () => Date.UTC(2026, 8, 1, 12, 30, 15, 250) };

function setUp(options: { level?: LogLevel; format?: "json" | "pretty"; secrets?: readonly Secret[] } = {}) {
  const lines: string[] = [];
  const logger = createLogger({ level: "info", format: "json", clock, write: (line) => lines.push(line), ...options });
  return { lines, logger };
}

/** The one line that a call of `info` with these fields leaves, parsed. */
function logged(fields: Record<string, unknown>, options: Parameters<typeof setUp>[0] = {}) {
  const { lines, logger } = setUp(options);
  logger.info("m", fields);
  return JSON.parse(lines[0] ?? "null") as Record<string, unknown>;
}

describe("the logger", () => {
  it.each([
    ["a Secret", { value: new Secret(key) }],
    ["a Secret deep inside", { call: { caller: { value: [new Secret(key)] } } }],
    ["an authorization header", { headers: { Authorization: `Bearer ${key}` } }],
    ["an X-API-Key header", { headers: { "x-api-key": key } }],
    ["a cookie", { "Set-Cookie": key }],
    ["a token in camel case", { refreshToken: key }],
    ["a password", { db_password: key }],
    ["a client secret", { clientSecret: { nested: key } }],
    ["headers in a map", { headers: new Map([["authorization", key]]) }],
  ])("does not print %s", (_name, fields) => {
    for (const format of ["json", "pretty"] as const) {
      const { lines, logger } = setUp({ format });
      logger.error("m", fields);
      expect(lines[0]).toContain("[secret]");
      expect(lines[0]).not.toContain(key.slice(6, 16));
    }
  });

  it("does not print a known secret wherever it stands", () => {
    const { lines, logger } = setUp({ secrets: [new Secret(key)] });
    logger.error(`cannot use ${key}`, { error: new Error(`bad header ${key}`), url: `https://x/?k=${key}`, [key]: 1 });
    expect(lines[0]).not.toContain(key);
  });

  it("does not print half of a known secret at a cut", () => {
    expect(JSON.stringify(logged({ text: "x".repeat(1990) + key }, { secrets: [new Secret(key)] }))).not.toContain(
      key.slice(0, 8),
    );
    expect(JSON.stringify(logged({ text: "x".repeat(7990) + key }, { secrets: [new Secret(key)] }))).not.toContain(
      key.slice(0, 8),
    );
  });

  it.each([
    ["a line feed", "a\nlevel=error forged"],
    ["a carriage return", "a\rforged"],
    ["an escape sequence", "a\u001b[31mred"],
    ["a C1 control", "a\u009b31mred"],
    ["a line separator", "a\u2028forged"],
    ["a turn of direction", "a\u202eforged"],
    ["a tag character", "a\u{e0041}b"],
  ])("lets no value forge a line with %s", (_name, text) => {
    for (const format of ["json", "pretty"] as const) {
      const { lines, logger } = setUp({ format });
      logger.info(text, { [text]: text, list: [text] });
      expect(lines.length).toBe(1);
      expect(lines[0]?.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }
  });

  it("keeps in JSON what it escapes", () => {
    expect(logged({ text: "a\n\u2028\u{e0041}" }).text).toBe("a\n\u2028\u{e0041}");
  });

  it("never throws, whatever it is given", () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const bad = {
      circular,
      big: 10n ** 30n,
      symbol: Symbol("s"),
      nothing: undefined,
      infinite: Number.POSITIVE_INFINITY,
      fn: () => 1,
      date: new Date(Number.NaN),
      get trap() {
        throw new Error("trap");
      },
    };
    const { lines, logger } = setUp();
    logger.info("m", { bad });
    logger.info("m", {
      ...{
        a: new Proxy(
          {},
          {
            ownKeys: () => {
              throw new Error("proxy");
            },
          },
        ),
      },
    });
    logger.info("m", { circular, big: bad.big, symbol: bad.symbol, infinite: bad.infinite });
    expect(lines.length).toBe(3);
    expect(JSON.parse(lines[2] ?? "")).toMatchObject({
      circular: { self: "[circular]" },
      big: `1${"0".repeat(30)}`,
      infinite: "Infinity",
    });
  });

  it("does not let a closed pipe end a call", () => {
    const write = () => {
      throw new Error("EPIPE");
    };
    expect(() => createLogger({ level: "info", format: "json", clock, write }).error("m")).not.toThrow();
  });

  it("cuts long texts, lists and lines and still writes JSON", () => {
    const fields = logged({ text: "x".repeat(1_000_000), list: Array.from({ length: 500 }, () => 1) });
    expect(fields.text).toBe(`${"x".repeat(2000)}… [1000000 characters]`);
    expect((fields.list as unknown[]).at(-1)).toBe("[500 items]");
    const wide = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`k${n}`, "x".repeat(1500)]));
    expect(logged({ ...wide, callId: "c-1" })).toMatchObject({ k0: "[too long]", callId: "c-1" });
  });

  it("does not follow nesting without end", () => {
    let deep: unknown = 1;
    for (let level = 0; level < 50_000; level++) deep = { deep };
    expect(JSON.stringify(logged({ deep }))).toContain("[deeper]");
  });

  it("does not let a field take the place of time, level or message", () => {
    expect(logged({ level: "debug", message: "forged", time: 1 })).toEqual({
      time: "2026-09-01T12:30:15.250Z",
      level: "info",
      message: "m",
      level_: "debug",
      message_: "forged",
      time_: 1,
    });
  });

  it("prints an error's name, code, message and cause, and its stack to those who debug", () => {
    const error = new GatewayError("audit_unavailable", "Try again later.", { cause: new Error("disk full") });
    expect(logged({ error })).toMatchObject({
      error: {
        name: "GatewayError",
        code: "audit_unavailable",
        message: "Try again later.",
        cause: { message: "disk full" },
      },
    });
    expect(logged({ error }).error).not.toHaveProperty("stack");
    expect(logged({ error }, { level: "debug" }).error).toHaveProperty("stack");
  });

  it.each<[LogLevel, string]>([
    ["debug", "debug info warn error"],
    ["info", "info warn error"],
    ["warn", "warn error"],
    ["error", "error"],
  ])("at level %s writes %s", (level, expected) => {
    const { lines, logger } = setUp({ level });
    logger.debug("m");
    logger.info("m");
    logger.warn("m");
    logger.error("m");
    expect(lines.map((line) => JSON.parse(line).level).join(" ")).toBe(expected);
  });

  it("writes pretty lines for people", () => {
    const { lines, logger } = setUp({ format: "pretty" });
    logger.warn("upstream is slow", { tool: "list_campaigns", ms: 1200, note: "two words" });
    expect(lines).toEqual(['12:30:15.250 warn  upstream is slow tool=list_campaigns ms=1200 note="two words"\n']);
  });
});
