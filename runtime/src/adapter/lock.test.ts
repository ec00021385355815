import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporary } from "./fixture.ts";
import { withLock } from "./lock.ts";

const fresh = () => join(temporary(), "folder", "grant.lock");
const options = { waitMs: 5_000, staleMs: 60_000 };
const holder = (pid: number, host = hostname()) => JSON.stringify({ pid, host, nonce: "x" });
const done = async () => "done";

/** A number that no process has any more. */
const endedPid = () => spawnSync(process.execPath, ["-e", ""]).pid;

describe("a lock", () => {
  it("lets one in at a time, and the next when the work ends or fails", async () => {
    const file = fresh();
    const inside: string[] = [];
    const work = (name: string) =>
      withLock(file, options, async () => {
        inside.push(`${name} in`);
        await new Promise((resolve) => setTimeout(resolve, 20));
        inside.push(`${name} out`);
        if (name === "b") throw new Error("b failed");
        return name;
      });
    const ends = await Promise.allSettled([work("a"), work("b"), work("c")]);
    expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    for (let at = 0; at < 6; at += 2) expect(inside[at + 1]).toBe(inside[at]?.replace("in", "out"));
    expect(existsSync(file)).toBe(false);
  });

  it("of a process that ended is taken over at once", async () => {
    const file = fresh();
    await withLock(file, options, done);
    writeFileSync(file, holder(endedPid()));
    expect(await withLock(file, { ...options, waitMs: 0 }, done)).toBe("done");
  });

  it.each([
    ["another process holds", () => holder(process.pid)],
    ["a process on another machine holds", () => holder(endedPid(), "elsewhere")],
    ["nobody has signed yet", () => ""],
  ])("that %s is waited for, and not longer than asked", async (_what, make) => {
    const file = fresh();
    await withLock(file, options, done);
    const content = make();
    writeFileSync(file, content);
    await expect(withLock(file, { ...options, waitMs: 120 }, done)).rejects.toThrow("is held by another adapter");
    expect(readFileSync(file, "utf8")).toBe(content);
  });

  it("that is older than any work may take is taken over", async () => {
    const file = fresh();
    await withLock(file, options, done);
    writeFileSync(file, holder(process.pid));
    const old = new Date(Date.now() - 61_000);
    utimesSync(file, old, old);
    expect(await withLock(file, { ...options, waitMs: 0 }, done)).toBe("done");
  });

  it("that somebody took over meanwhile is theirs to release", async () => {
    const file = fresh();
    await withLock(file, options, async () => writeFileSync(file, holder(1)));
    expect(readFileSync(file, "utf8")).toBe(holder(1));
  });

  it("is not waited for once nobody wants it", async () => {
    const file = fresh();
    await withLock(file, options, done);
    writeFileSync(file, holder(process.pid));
    await expect(withLock(file, { ...options, signal: AbortSignal.abort() }, done)).rejects.toThrow();
  });
});
