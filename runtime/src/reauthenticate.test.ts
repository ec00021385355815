import { describe, expect, it } from "vitest";
import type { ReceivedCall } from "./call.ts";
import { GatewayError } from "./errors.ts";
import { reauthenticate } from "./reauthenticate.ts";
import { fakeCaller, fakeGateway, key } from "./serve/fixture.ts";

const call: ReceivedCall = {
  id: "call-1",
  atMs: 0,
  caller: fakeCaller(),
  era: "modern",
  client: {},
  toolName: "get_voucher",
  arguments: {},
  canAsk: false,
  signal: new AbortController().signal,
};

describe("a caller that stays", () => {
  it("is refused from the call on that comes after its credential has ended", async () => {
    const gateway = fakeGateway();
    const headers = { "x-api-key": key };
    const { call: run } = reauthenticate(gateway, headers);
    expect((await run(call)).kind).toBe("succeeded");
    headers["x-api-key"] = "revoked";
    expect(await run(call)).toMatchObject({ kind: "failed", error: { code: "unauthenticated" } });
    expect(gateway.calls).toHaveLength(1);
  });

  it("is told when the store is away, and a broken invariant is not hidden", async () => {
    const gateway = fakeGateway();
    expect(await reauthenticate(gateway, { "x-api-key": "down" }).call(call)).toMatchObject({
      error: expect.any(GatewayError),
    });
    const broken = { ...gateway, authenticate: () => Promise.reject(new Error("broken")) };
    await expect(reauthenticate(broken, {}).call(call)).rejects.toThrow("broken");
  });

  it("calls with what it may do now", async () => {
    const gateway = fakeGateway();
    const scopes = new Set(["STALE"]);
    await reauthenticate(gateway, { "x-api-key": key }).call({ ...call, caller: { ...fakeCaller(), scopes } });
    expect(gateway.calls[0]?.caller.scopes).toEqual(new Set(["VOUCHER_READ"]));
  });

  it.each(["findApproval", "findParked", "withdrawApproval"] as const)(
    "asks %s as who it is now, or not at all",
    async (ask) => {
      const gateway = fakeGateway();
      const seen: unknown[] = [];
      const noted = async (...given: unknown[]) => void seen.push(given);
      const headers = { "x-api-key": key };
      const stays = reauthenticate({ ...gateway, [ask]: noted }, headers);
      await stays[ask]({ ...fakeCaller(), tenant: "stale" }, "a");
      expect(seen).toEqual([[expect.objectContaining({ tenant: "t1" }), "a"]]);
      headers["x-api-key"] = "revoked";
      await expect(stays[ask](fakeCaller(), "a")).rejects.toMatchObject({ code: "unauthenticated" });
      expect(seen).toHaveLength(1);
    },
  );
});
