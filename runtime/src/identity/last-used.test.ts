import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Logger } from "../ports.ts";
import { createLastUsed } from "./last-used.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp() {
  const written: [string, number][][] = [];
  const warnings: string[] = [];
  const state = { nowMs: 1, isDown: false };
  const logger: Logger = { debug() {}, info() {}, warn: (message) => warnings.push(message), error() {} };
  const tokens = {
    async recordUse(uses: ReadonlyMap<string, number>) {
      if (state.isDown) throw new Error("disk full");
      written.push([...uses]);
    },
  };
  return { written, warnings, state, ...createLastUsed({ tokens, clock: { now: () => state.nowMs }, logger }) };
}

describe("noting when tokens were last used", () => {
  it("keeps what could not be written for the next batch, and fails nothing", async () => {
    const { written, warnings, state, note, close } = setUp();
    state.isDown = true;
    note("t-1");
    note("t-2");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(warnings).toEqual(["the last use of tokens could not be written"]);
    state.isDown = false;
    state.nowMs = 2;
    note("t-1");
    await close();
    expect(written).toEqual([
      [
        ["t-1", 2],
        ["t-2", 1],
      ],
    ]);
  });

  it("writes one batch a minute, however often a token is used", async () => {
    const { written, state, note } = setUp();
    for (let count = 0; count < 1_000; count++) {
      state.nowMs = count;
      note("t-1");
    }
    await vi.advanceTimersByTimeAsync(59_999);
    expect(written).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(written).toEqual([[["t-1", 999]]]);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(written).toHaveLength(1);
  });

  it("writes early rather than growing without bound", async () => {
    const { written, note } = setUp();
    for (let count = 0; count < 10_000; count++) note(`t-${count}`);
    await vi.advanceTimersByTimeAsync(0);
    expect(written[0]).toHaveLength(10_000);
  });

  it("notes nothing more once it is closed", async () => {
    const { written, note, close } = setUp();
    await close();
    note("t-1");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(written).toEqual([[]]);
  });
});
