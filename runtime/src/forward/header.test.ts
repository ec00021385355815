import { describe, expect, it } from "vitest";
import { GatewayError } from "../errors.ts";
import { checkHeaderName, encodeCookies, encodeHeaderValue } from "./header.ts";

describe("a header value", () => {
  it.each([
    "a\r\nX-Evil: 1",
    "a\nb",
    "a\rb",
    "a\u0000b",
    "a\tb",
    "é",
    "\u0085",
    "😀",
    "\ud800",
    "x".repeat(1025),
    { a: {} },
    { "a,b": 1 },
    null,
    undefined,
    ["a,b"],
  ])("is refused as %j", (value) => {
    expect(() => encodeHeaderValue("X-Note", value)).toThrow(GatewayError);
    expect(() => encodeHeaderValue("X-Note", value)).toThrow(/^X-Note must/);
  });

  it("is trimmed, and otherwise sent as it is", () => {
    expect(encodeHeaderValue("X-Note", '  a b; c="d"  ')).toBe('a b; c="d"');
    expect(encodeHeaderValue("X-Note", 5)).toBe("5");
    expect(encodeHeaderValue("X-Note", ["a", 1, true])).toBe("a,1,true");
    expect(encodeHeaderValue("X-Note", "x".repeat(1024))).toHaveLength(1024);
  });
});

describe("a header name", () => {
  it.each([
    "Host",
    "content-length",
    "Content-Type",
    "Transfer-Encoding",
    "Connection",
    "Authorization",
    "Cookie",
    "X-API-Key",
    "X Y",
    "X\r\nY",
    "",
  ])("is not a tool's to set: %j", (name) => {
    expect(() => checkHeaderName(name, new Set(["x-api-key"]))).toThrow("must not set the header");
  });

  it("may be any other token", () => {
    expect(() => checkHeaderName("X-Note", new Set(["x-api-key"]))).not.toThrow();
  });
});

describe("cookies", () => {
  it.each(["a;b=c", "a,b", 'a"b', "a\\b", "a b", "a\r\nb", "é"])("are refused as %j", (value) => {
    expect(() => encodeCookies({ session: value })).toThrow(/^session must/);
  });

  it("go into one header, without those that were not given", () => {
    expect(encodeCookies({ a: "x=1", b: undefined, c: 2 })).toBe("a=x=1; c=2");
    expect(encodeCookies({ b: undefined })).toBeUndefined();
  });
});
