import { describe, expect, it } from "vitest";
import { createConcurrencyLimit } from "./concurrency.ts";

describe("the concurrency limiter", () => {
  it("refuses a caller's 65th call and lets others in", () => {
    const { enter } = createConcurrencyLimit();
    for (let count = 0; count < 64; count++) expect(enter("k-1")).toBeTypeOf("function");
    expect(enter("k-1")).toBeUndefined();
    expect(enter("k-2")).toBeTypeOf("function");
  });

  it("refuses everybody when 1,024 calls are under way", () => {
    const { enter } = createConcurrencyLimit();
    for (let count = 0; count < 1024; count++) expect(enter(`k-${count}`)).toBeTypeOf("function");
    expect(enter("k-new")).toBeUndefined();
  });

  it("lets the next one in when a call has ended", () => {
    const { enter } = createConcurrencyLimit({ perCaller: 1 });
    const leave = enter("k-1");
    expect(enter("k-1")).toBeUndefined();
    leave?.();
    expect(enter("k-1")).toBeTypeOf("function");
  });

  it("does not give a place back twice", () => {
    const { enter } = createConcurrencyLimit({ perCaller: 2, total: 2 });
    const leave = enter("k-1");
    enter("k-1");
    leave?.();
    leave?.();
    expect(enter("k-1")).toBeTypeOf("function");
    expect(enter("k-1")).toBeUndefined();
    expect(enter("k-2")).toBeUndefined();
  });
});
