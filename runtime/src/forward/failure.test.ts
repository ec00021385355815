import { errors } from "undici";
import { describe, expect, it } from "vitest";
import { type LossCode, toLossCode, toLossError } from "./failure.ts";

const failure = (code: string) => Object.assign(new Error("text that no one may read"), { code });
const read = { toolName: "get_x", isEffect: false, isIdempotent: false, timeoutMs: 10_000, replyMaxBytes: 1000 };

describe("the code of a loss", () => {
  it.each([
    "ECONNREFUSED",
    "ENOTFOUND",
    "EAI_AGAIN",
    "UND_ERR_CONNECT_TIMEOUT",
    "ECONNRESET",
    "CERT_HAS_EXPIRED",
    "UND_ERR_CLOSED",
    "?",
  ])("is upstream_unreachable for %s before dispatch", (code) => {
    expect(toLossCode(failure(code), { dispatched: false, answered: false })).toBe("upstream_unreachable");
  });

  it.each([
    ["UND_ERR_HEADERS_TIMEOUT", "upstream_timeout"],
    ["UND_ERR_BODY_TIMEOUT", "upstream_timeout"],
    ["ETIMEDOUT", "upstream_timeout"],
    ["ECONNRESET", "upstream_reset"],
    ["EPIPE", "upstream_reset"],
    ["UND_ERR_SOCKET", "upstream_reset"],
    ["UND_ERR_DESTROYED", "upstream_reset"],
    ["something new", "upstream_reset"],
    ["UND_ERR_RES_CONTENT_LENGTH_MISMATCH", "upstream_malformed"],
    ["UND_ERR_HEADERS_OVERFLOW", "upstream_too_large"],
    ["UND_ERR_INVALID_ARG", "internal"],
  ])("is made from %s after dispatch: %s", (code, expected) => {
    expect(toLossCode(failure(code), { dispatched: true, answered: false })).toBe(expected);
  });

  it("is upstream_malformed for whatever the parser refuses", () => {
    const error = new errors.HTTPParserError("Response does not match the HTTP/1.1 protocol");
    expect(toLossCode(error, { dispatched: true, answered: false })).toBe("upstream_malformed");
  });

  it("tells an end within a reply from an end before it", () => {
    expect(toLossCode(failure("UND_ERR_SOCKET"), { dispatched: true, answered: true })).toBe("upstream_malformed");
  });
});

describe("the error of a loss", () => {
  const codes: readonly LossCode[] = [
    "upstream_timeout",
    "upstream_reset",
    "upstream_malformed",
    "upstream_too_large",
    "upstream_invalid_json",
  ];

  it.each(codes)("is %s for a read, with nothing of the library's text", (code) => {
    const error = toLossError({ code, dispatched: true, cause: failure("X") }, read);
    expect(error.code).toBe(code);
    expect(error.message).not.toContain("no one may read");
    expect(error.message).toMatch(/\.$/);
  });

  it.each(codes)("is outcome_unknown for a write that was dispatched, and names %s", (code) => {
    const error = toLossError({ code, dispatched: true }, { ...read, isEffect: true });
    expect(error).toMatchObject({ code: "outcome_unknown", meta: { cause: code, retryable: false } });
    expect(error.message).toContain("Find out with a read");
  });

  it("says that an idempotent write may be repeated", () => {
    const error = toLossError(
      { code: "upstream_reset", dispatched: true },
      { ...read, isEffect: true, isIdempotent: true },
    );
    expect(error).toMatchObject({ code: "outcome_unknown", meta: { retryable: true } });
  });

  it("is the loss itself for a write that was never dispatched", () => {
    const error = toLossError({ code: "upstream_unreachable", dispatched: false }, { ...read, isEffect: true });
    expect(error.code).toBe("upstream_unreachable");
    expect(error.message).toContain("nothing was sent");
  });
});
