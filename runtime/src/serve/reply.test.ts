import { ProtocolError } from "@modelcontextprotocol/server";
import { describe, expect, it } from "vitest";
import type { ServerDefinition } from "../codegen.ts";
import { failed, fakeGateway, succeeded } from "./fixture.ts";
import { errorMaxBytes, type Settled, toToolResult } from "./reply.ts";

const { server } = fakeGateway();
const thrownBy = (outcome: Settled): ProtocolError => {
  try {
    toToolResult(outcome, server);
  } catch (error) {
    return error as ProtocolError;
  }
  throw new Error("nothing was thrown");
};
const errorIn = (outcome: Settled) =>
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

describe("a refusal of the upstream", () => {
  const rejected = (meta: object) => failed("upstream_rejected", "No.", { meta: { retryable: false, ...meta } });
  const read = (outcome: Settled, errors: ServerDefinition["errors"], plan?: string) =>
    JSON.parse((toToolResult(outcome, { ...server, errors }, plan).content[0] as { text: string }).text).error;

  it("carries the upstream's code, and ours beside it", () => {
    expect(read(rejected({ status: 409, upstreamCode: "slug_already_taken" }), {})).toEqual({
      code: "slug_already_taken",
      message: "No.",
      status: 409,
      retryable: false,
      gatewayCode: "upstream_rejected",
    });
  });

  it("keeps our code where the upstream failed, whose code is a detail", () => {
    const outcome = failed("upstream_failed", "It failed.", { meta: { status: 500, upstreamCode: "db_down" } });
    expect(read(outcome, {})).toMatchObject({ code: "upstream_failed", upstreamCode: "db_down" });
    expect(read(outcome, {})).not.toHaveProperty("gatewayCode");
  });

  it("says of a 402 which plan is needed, and that no other token will help", () => {
    const fix = "This needs the Growth plan: upgrade the account. Another token or key will not help.";
    expect(read(rejected({ status: 402, plan: "Growth" }), {})).toMatchObject({ fix, plan: "Growth" });
    expect(read(rejected({ status: 402 }), {}, "Growth")).toMatchObject({ fix, plan: "Growth" });
    expect(read(rejected({ status: 402 }), {}).fix).toBe(
      "This needs a higher plan: upgrade the account. Another token or key will not help.",
    );
  });

  it("takes the fix from the upstream's code, else the status, else our code", () => {
    const errors = {
      plan_tier_required: { fix: "Upgrade to the {plan} plan, really {plan}." },
      "402": { fix: "Pay." },
      upstream_rejected: { fix: "Ask." },
    };
    const upstreamCode = "plan_tier_required";
    expect(read(rejected({ status: 402, upstreamCode, plan: "$& Pro" }), errors).fix).toBe(
      "Upgrade to the $& Pro plan, really $& Pro.",
    );
    expect(read(rejected({ status: 403, upstreamCode }), errors, "Growth")).toMatchObject({
      fix: "Upgrade to the Growth plan, really Growth.",
      plan: "Growth",
    });
    expect(read(rejected({ status: 402, upstreamCode }), errors).fix).toBe(
      "Upgrade to a higher plan, really a higher.",
    );
    expect(read(rejected({ status: 402, upstreamCode: "other" }), errors).fix).toBe("Pay.");
    expect(read(rejected({ status: 409 }), errors, "Growth")).toMatchObject({ fix: "Ask." });
    expect(read(rejected({ status: 409 }), errors, "Growth")).not.toHaveProperty("plan");
  });

  it.each(["constructor", "__proto__", "toString", "hasOwnProperty"])("may have the code %s", (upstreamCode) => {
    expect(read(rejected({ status: 409, upstreamCode }), {})).toEqual({
      code: upstreamCode,
      message: "No.",
      status: 409,
      retryable: false,
      gatewayCode: "upstream_rejected",
    });
  });

  it.each(["unknown_tool", "404"])("cannot pass for what server.yaml says of %s", (upstreamCode) => {
    const errors = { unknown_tool: { rpc: -32601 }, "404": { rpc: -32603 } };
    expect(read(rejected({ status: 409, upstreamCode }), errors).gatewayCode).toBe("upstream_rejected");
  });

  it("takes each of number, message and fix from the most particular entry that gives one", () => {
    const errors = {
      gone_for_good: { fix: "Look in the archive." },
      "404": { rpc: -32603 },
      upstream_rejected: { rpc: -1, message: "Refused." },
    };
    const outcome = rejected({ status: 404, upstreamCode: "gone_for_good" });
    expect(() => toToolResult(outcome, { ...server, errors })).toThrow(
      expect.objectContaining({
        code: -32603,
        message: "Refused.",
        data: {
          code: "upstream_rejected",
          error: {
            code: "upstream_rejected",
            message: "No.",
            meta: { status: 404, retryable: false, upstreamCode: "gone_for_good", fix: "Look in the archive." },
          },
        },
      }),
    );
  });

  it("is told in the vendor's words and still a result where server.yaml gives no number", () => {
    expect(read(rejected({ status: 404 }), { "404": { message: "Not found for this tenant." } }).message).toBe(
      "Not found for this tenant.",
    );
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
