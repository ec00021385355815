/** Calls by what they come to: what a call answers, or why it is refused. The person's yes goes with every write. */
import { expect } from "vitest";
import type { AskOptions } from "../wire.ts";
import { confirmed } from "./calls.ts";
import type { System } from "./system.ts";

type Given = Readonly<Record<string, unknown>>;

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever a tool answers
type Answer = any;

/** Call a tool that must succeed. */
export async function ask(system: System, tool: string, given: Given = {}, options: AskOptions = {}): Promise<Answer> {
  const { json, inner, text } = await system.call(tool, confirmed(tool, given), options);
  expect(json.result, `${tool}: ${text}`).toBeDefined();
  expect(json.result.isError, `${tool}: ${text}`).not.toBe(true);
  return inner;
}

/** Call a tool that must be refused: its `error`. */
export async function refusal(
  system: System,
  tool: string,
  given: Given = {},
  options: AskOptions = {},
): Promise<Answer> {
  const { json, inner, text } = await system.call(tool, confirmed(tool, given), options);
  expect(json.result?.isError, `${tool}: ${text}`).toBe(true);
  return inner.error;
}

/** What a customer has in a wallet. */
export async function holdings(system: System, userId: string, wallet = "points"): Promise<Answer> {
  const { wallets } = await ask(system, "get_customer", { userId });
  return wallets.find((each: { wallet: string }) => each.wallet === wallet);
}
