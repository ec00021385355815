import { describe, expect, it } from "vitest";
import type { AuditEntry } from "../ports.ts";
import { createGroupCommit } from "./group-commit.ts";

const entry = (callId: string) => ({ callId }) as AuditEntry;
const namesOf = (entries: readonly AuditEntry[]) => entries.map(({ callId }) => callId).join("");

/** A disk whose writes end when the test says so. */
function slowDisk() {
  const batches: { names: string; end: () => void; fail: (error: unknown) => void }[] = [];
  const write = (entries: readonly AuditEntry[]) =>
    new Promise<void>((end, fail) => batches.push({ names: namesOf(entries), end, fail }));
  return { batches, write };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("group commit", () => {
  it("rejects everyone whose batch failed, and nobody else", async () => {
    const disk = slowDisk();
    const group = createGroupCommit({ write: disk.write, windowMs: 0 });
    const first = Promise.allSettled([group.add(entry("a")), group.add(entry("b"))]);
    await turn();
    const second = group.add(entry("c"));
    disk.batches[0]?.fail(new Error("disk full"));
    expect((await first).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await expect.poll(() => disk.batches.length).toBe(2);
    disk.batches[1]?.end();
    await expect(second).resolves.toBeUndefined();
  });

  it("refuses entries once it is closed, but writes those that waited", async () => {
    const disk = slowDisk();
    const group = createGroupCommit({ write: disk.write, windowMs: 60_000 });
    const waiting = group.add(entry("a"));
    const closed = group.close();
    await expect(group.add(entry("b"))).rejects.toMatchObject({ reason: "closed" });
    await turn();
    disk.batches[0]?.end();
    await Promise.all([waiting, closed]);
    expect(disk.batches.map(({ names }) => names)).toEqual(["a"]);
  });

  it("refuses entries when too many wait for a disk that has stopped", async () => {
    const group = createGroupCommit({ write: slowDisk().write });
    for (let count = 0; count < 20_000; count++) void group.add(entry("a"));
    await expect(group.add(entry("b"))).rejects.toMatchObject({ reason: "busy" });
  });

  it("does not say done before the write has ended", async () => {
    const disk = slowDisk();
    const group = createGroupCommit({ write: disk.write });
    let isDone = false;
    const done = group.add(entry("a")).then(() => {
      isDone = true;
    });
    await turn();
    await turn();
    expect([disk.batches.length, isDone]).toEqual([1, false]);
    disk.batches[0]?.end();
    await done;
  });

  it("shares one write among entries that arrive together, in their order", async () => {
    const disk = slowDisk();
    const group = createGroupCommit({ write: disk.write });
    const done = Promise.all([..."abcd"].map((name) => group.add(entry(name))));
    await turn();
    disk.batches[0]?.end();
    await done;
    expect(disk.batches.map(({ names }) => names)).toEqual(["abcd"]);
    expect(group.commits).toBe(1);
  });

  it("writes one batch at a time and gathers meanwhile", async () => {
    const disk = slowDisk();
    const group = createGroupCommit({ write: disk.write, windowMs: 0 });
    const all = [group.add(entry("a"))];
    await turn();
    all.push(group.add(entry("b")));
    await turn();
    all.push(group.add(entry("c")));
    await turn();
    expect(disk.batches.map(({ names }) => names)).toEqual(["a"]);
    disk.batches[0]?.end();
    await expect.poll(() => disk.batches.length).toBe(2);
    disk.batches[1]?.end();
    await Promise.all(all);
    expect(disk.batches.map(({ names }) => names)).toEqual(["a", "bc"]);
  });
});
