/** Vauchflow with its queue of approvals, for tests. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type StartOptions, startSystem } from "./system.ts";

/** A file that is not there yet, for a store that several processes share. */
export function temporaryFile(): string {
  return join(mkdtempSync(join(tmpdir(), "toolspec-queue-")), "toolspec.sqlite");
}

/** Arguments of a batch of vouchers: more than a hundred wait. */
export function batch(count: number) {
  return { discount_type: "PERCENTAGE", discount_value: 20, count, prefix: "SUMMER" };
}

/** Start it; `poll` asks as the page says, with the caller's own key. */
export async function start(options: StartOptions = {}) {
  const system = await startSystem(options);
  if (system.house.approvals === undefined) throw new Error("the house has no approvals");
  const { desk, executor } = system.house.approvals;

  async function poll(url: string, { key = system.agent, method = "GET" } = {}) {
    const response = await fetch(new URL(url, system.url), { method, headers: { "x-api-key": key } });
    const text = await response.text();
    return { status: response.status, json: text === "" ? undefined : JSON.parse(text) };
  }

  /** Poll as an agent would, more often than it should. */
  async function pollUntil(url: string, status: string) {
    for (let tries = 0; tries < 200; tries++) {
      const { json } = await poll(url);
      if (json.status === status) return json;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${url} did not become ${status}: ${JSON.stringify((await poll(url)).json)}`);
  }

  /** Ask for so many vouchers. */
  async function park(count = 150, key = system.agent): Promise<Record<string, string>> {
    return (await system.call("create_voucher", batch(count), { key })).inner;
  }

  return { ...system, desk, executor, poll, pollUntil, park };
}
