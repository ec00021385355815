import { ProtocolError } from "@modelcontextprotocol/server";
import { describe, expect, it } from "vitest";
import type { Outcome } from "../call.ts";
import { failed, fakeGateway, succeeded } from "./fixture.ts";
import { errorMaxBytes, toToolResult } from "./reply.ts";

const { server } = fakeGateway();
const thrownBy = (outcome: Outcome): ProtocolError => {
  try {
    toToolResult(outcome, server);
  } catch (error) {
    return error as ProtocolError;
  }
  throw new Error("nothing was thrown");
};
const errorIn = (outcome: Outcome) =>
  JSON.parse((toToolResult(outcome, server).content[0] as { text: string }).text).error;

describe("a failure", () => {
  it("leaves as a tool result with code, message and whether to try again, where the table says so", () => {
    const result = toToolResult(failed("upstream_rejected", "no such voucher", { meta: { status: 409 } }), server);
    expect(result).toEqual({ isError: true, content: [{ type: "text", text: expect.any(String) }] });
    expect(errorIn(failed("upstream_rejected", "no such voucher", { meta: { status: 409 } }))).toEqual({
      code: "upstream_rejected",
      message: "no such voucher",
      status: 409,
      retryable: false,
    });
  });

  it("has no structuredContent, which would break the advertised outputSchema", () => {
    expect(toToolResult(failed("upstream_timeout", "too slow"), server)).not.toHaveProperty("structuredContent");
  });

  it("leaves as the number that the vendor promised for its code, in the vendor's envelope", () => {
    const error = thrownBy(failed("scope_required", "needs CAMPAIGN_READ", { meta: { required: ["CAMPAIGN_READ"] } }));
    expect(error).toBeInstanceOf(ProtocolError);
    expect(error).toMatchObject({ code: -32004, message: "needs CAMPAIGN_READ" });
    expect(error.data).toEqual({
      code: "scope_required",
      error: { code: "scope_required", message: "needs CAMPAIGN_READ", meta: { required: ["CAMPAIGN_READ"] } },
    });
  });

  it("leaves as the number promised for its upstream status before that of its code", () => {
    expect(thrownBy(failed("upstream_rejected", "gone", { meta: { status: 404 } }))).toMatchObject({
      code: -32603,
      message: "gone",
    });
  });

  it("takes the vendor's words where it gave some, and keeps its own beside them", () => {
    const worded = { ...server, errors: { "404": { rpc: -32603, message: "Not found for this tenant" } } };
    expect(() => toToolResult(failed("upstream_rejected", "gone", { meta: { status: 404 } }), worded)).toThrow(
      expect.objectContaining({
        message: "Not found for this tenant",
        data: { code: "upstream_rejected", error: expect.objectContaining({ message: "gone" }) },
      }),
    );
  });

  it("leaves as the table's number where no vendor promised one", () => {
    expect(() => toToolResult(failed("unknown_tool", "no such tool"), { ...server, errors: {} })).toThrow(
      expect.objectContaining({ code: -32602 }),
    );
  });

  it("is never longer than 64 KiB, whatever it carries", () => {
    const huge = { issues: Array.from({ length: 20_000 }, () => "seventeen letters") };
    const result = toToolResult(failed("invalid_argument", "x".repeat(100_000), { meta: huge }), server);
    const text = (result.content[0] as { text: string }).text;
    expect(Buffer.byteLength(text)).toBeLessThan(errorMaxBytes);
    expect(JSON.parse(text).error).toMatchObject({ code: "invalid_argument", truncated: true });
    expect(
      JSON.stringify(thrownBy(failed("scope_required", "x".repeat(100_000), { meta: huge })).data).length,
    ).toBeLessThan(errorMaxBytes);
  });

  it("keeps its code and message whatever stands in its details, and lets them say whether to try again", () => {
    const meta = { code: "E1", message: "other", retryable: true, fix: "use another code" };
    expect(errorIn(failed("upstream_rejected", "ours", { meta }))).toEqual({
      code: "upstream_rejected",
      message: "ours",
      retryable: true,
      fix: "use another code",
    });
  });
});

describe("a success", () => {
  it("carries the text as received and the value beside it", () => {
    const text = '{ "n": 1.10 }';
    expect(toToolResult(succeeded({ n: 1.1 }, text), server)).toEqual({
      content: [{ type: "text", text }],
      structuredContent: { n: 1.1 },
    });
  });

  it("without a value has no structuredContent", () => {
    expect(toToolResult(succeeded(undefined, ""), server)).toEqual({ content: [{ type: "text", text: "" }] });
  });

  it("may be a plan", () => {
    const plan = { kind: "planned" as const, text: '{"dry_run":true}', value: { dry_run: true } };
    expect(toToolResult(plan, server).structuredContent).toEqual({ dry_run: true });
  });
});
