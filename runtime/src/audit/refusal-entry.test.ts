import { describe, expect, it } from "vitest";
import { adminEntry } from "./admin-entry.ts";
import { refusalEntry } from "./refusal-entry.ts";

const server = { name: "rekomi", version: "1.2.3" };

describe("an entry that is about no call", () => {
  it("says why credentials were refused, of whom if that is known, and how many more there were", () => {
    const refused = { reason: "revoked", keyId: "t-1", tenant: "acme" };
    expect(refusalEntry({ refused, more: 9, server, id: "e-1", nowMs: 5 })).toMatchObject({
      type: "refusal",
      actorType: "mcp",
      callId: "e-1",
      atMs: 5,
      tenant: "acme",
      callerId: "t-1",
      why: "revoked",
      arguments: { more: 9 },
      outcome: "unauthenticated",
    });
    expect(refusalEntry({ refused: { reason: "unknown" }, more: 0, server, id: "e", nowMs: 5 })).toMatchObject({
      tenant: "",
      callerId: "",
    });
  });

  it("says who changed what by command", () => {
    const done = { action: "tokens.rotate", tenant: "acme", arguments: { id: "t-1" } };
    expect(adminEntry({ done, server, user: "ada", id: "e-1", nowMs: 5 })).toMatchObject({
      type: "admin",
      actorType: "admin",
      tenant: "acme",
      callerId: "ada",
      tool: "tokens.rotate",
      era: undefined,
      outcome: "ok",
    });
  });
});
