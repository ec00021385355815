import { describe, expect, it } from "vitest";
import type { Logger } from "../ports.ts";
import { createRefusalLog } from "./refusal-log.ts";

function setUp() {
  const lines: unknown[] = [];
  const keep = (_message: string, fields?: unknown) => void lines.push(fields);
  const logger: Logger = { debug: keep, info: keep, warn: keep, error: keep };
  const told: unknown[] = [];
  const time = { nowMs: 0 };
  return {
    lines,
    told,
    time,
    log: createRefusalLog({ logger, clock: { monotonic: () => time.nowMs }, listener: (...heard) => told.push(heard) }),
  };
}

describe("the log of refusals", () => {
  it("does not fill the disk while somebody guesses", () => {
    const { lines, told, log, time } = setUp();
    for (let count = 0; count < 10_000; count++) log({ reason: "unknown" });
    time.nowMs = 60_000;
    log({ reason: "unknown" });
    expect(lines).toEqual([{ reason: "unknown" }, { reason: "unknown", moreSinceLast: 9_999 }]);
    expect(told).toEqual([
      [{ reason: "unknown" }, 0],
      [{ reason: "unknown" }, 9_999],
    ]);
  });

  it("names each reason and each key on a line of its own", () => {
    const { lines, log } = setUp();
    log({ reason: "revoked", keyId: "k-1" });
    log({ reason: "revoked", keyId: "k-2" });
    log({ reason: "expired", keyId: "k-1" });
    expect(lines).toEqual([
      { reason: "revoked", keyId: "k-1" },
      { reason: "revoked", keyId: "k-2" },
      { reason: "expired", keyId: "k-1" },
    ]);
  });

  it("remembers a bounded number of keys", () => {
    const { lines, log } = setUp();
    for (let count = 0; count < 1001; count++) log({ reason: "revoked", keyId: `k-${count}` });
    log({ reason: "revoked", keyId: "k-0" });
    expect(lines.length).toBe(1002);
  });
});
