import { describe, expect, it } from "vitest";
import { readUpstreamError } from "./upstream-error.ts";

describe("an upstream's error", () => {
  it.each([
    [undefined],
    [null],
    ["text"],
    [5],
    [[]],
    [{}],
    [{ error: null }],
    [{ error: {} }],
    [{ message: "  " }],
    [{ error: { message: { a: 1 } } }],
  ])("says nothing when it is %j", (body) => {
    expect(readUpstreamError(body, [])).toEqual({});
  });

  it.each([
    ["D5", { error: { code: "c", message: "m", meta: {} } }, { code: "c", message: "m" }],
    [
      "D5 with problems",
      { error: { code: "c", message: "m", meta: { p: [1] } } },
      { code: "c", message: "m", details: { p: [1] } },
    ],
    [
      "RFC 9457",
      { type: "https://e.example/out-of-credit", title: "t", detail: "d", status: 403 },
      { code: "https://e.example/out-of-credit", message: "d" },
    ],
    ["RFC 9457 without a type", { type: "about:blank", title: "t" }, { message: "t" }],
    ["a message", { message: "m" }, { message: "m" }],
    ["a code and a message", { code: 17, message: "m" }, { code: "17", message: "m" }],
    ["an error text", { error: "went wrong" }, { message: "went wrong" }],
    ["OAuth", { error: "invalid_grant", error_description: "m" }, { code: "invalid_grant", message: "m" }],
    [
      "a list",
      { errors: [{ code: "c", message: "m" }] },
      { code: "c", message: "m", details: [{ code: "c", message: "m" }] },
    ],
  ])("is found in %s", (_shape, body, expected) => {
    expect(readUpstreamError(body, [])).toEqual(expected);
  });

  it("is cut to a sane length, and details that are longer are left out", () => {
    const long = "x".repeat(10_000);
    const error = readUpstreamError(
      { error: { code: long, message: long, meta: { list: Array(500).fill("problem") } } },
      [],
    );
    expect(error.code).toHaveLength(100);
    expect(error.message).toHaveLength(1000);
    expect(error).not.toHaveProperty("details");
  });

  it("holds no secret, not even one that a cut would have split", () => {
    const secret = "a-secret-of-some-length";
    const body = {
      error: { code: `${"x".repeat(90)}${secret}`, message: `${"x".repeat(990)}${secret}`, meta: { [secret]: secret } },
    };
    expect(JSON.stringify(readUpstreamError(body, [secret]))).not.toContain("a-secret");
  });
});
