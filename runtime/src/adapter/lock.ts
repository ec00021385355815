import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AdapterError } from "./adapter-error.ts";

/** Milliseconds between two looks at a lock that another process holds: a refresh takes some hundred. */
const pollMs = 50;

/** How patient to be. */
export interface LockOptions {
  /** Milliseconds to wait for another process. Longer than its work may take. */
  readonly waitMs: number;
  /** Milliseconds after which a lock is taken for a left-over even if a process of its number runs. */
  readonly staleMs: number;
  readonly signal?: AbortSignal;
}

/**
 * Do `work` while no other process that asks for the same lock does, and pass on what it returns.
 *
 * The lock is a file that names its holder. It is taken over when the holder no longer runs (on this machine), or when it is older
 * than `staleMs`.
 *
 * @throws AdapterError when the lock stays taken for `waitMs`; the signal's reason when that is aborted
 */
export async function withLock<T>(file: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const own = JSON.stringify({ pid: process.pid, host: hostname(), nonce: randomBytes(8).toString("hex") });
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  await acquire(file, own, options);
  try {
    return await work();
  } finally {
    // Not if somebody took it over in the meantime.
    if (holderOf(file) === own) rmSync(file, { force: true });
  }
}

async function acquire(file: string, own: string, { waitMs, staleMs, signal }: LockOptions): Promise<void> {
  const deadline = Date.now() + waitMs;
  while (!tryTake(file, own)) {
    const holder = holderOf(file);
    if (holder !== undefined && isStale(file, holder, staleMs)) clear(file, holder);
    else if (Date.now() >= deadline)
      throw new AdapterError("failed", `${file} is held by another adapter. If none is running, delete that file.`);
    else await sleep(pollMs, undefined, { signal });
  }
}

function tryTake(file: string, own: string): boolean {
  try {
    writeFileSync(file, own, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    throw new AdapterError("failed", `${file} cannot be written: ${code}. The folder must be yours and writable.`);
  }
}

function holderOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function isStale(file: string, holder: string, staleMs: number): boolean {
  const age = Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  if (age > staleMs) return true;
  try {
    const { pid, host } = JSON.parse(holder) as { pid: number; host: string };
    return host === hostname() && !isRunning(pid);
  } catch {
    // Created and not yet written: its age will tell.
    return false;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Take a left-over lock away. Renamed and looked at before it is deleted: two that found it stale would otherwise delete the lock
 * that the faster one took meanwhile.
 */
function clear(file: string, stale: string): void {
  const aside = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  try {
    renameSync(file, aside);
  } catch {
    // Somebody else cleared it.
    return;
  }
  try {
    if (holderOf(aside) !== stale) linkSync(aside, file);
  } catch {
    // A third has taken it: the one moved aside is lost, and its holder's work is done or fails by itself.
  } finally {
    rmSync(aside, { force: true });
  }
}
