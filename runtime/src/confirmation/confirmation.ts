import { createSecretKey, type KeyObject } from "node:crypto";
import type { ConfirmationAnswer, Outcome, ParsedCall } from "../call.ts";
import { canonical } from "../canonical.ts";
import type { AnyUpstreamRequest, ServerDefinition } from "../codegen.ts";
import { GatewayError } from "../errors.ts";
import type { Clock, ConfirmationStore, Logger, Random } from "../ports.ts";
import { readAnswer } from "./answer.ts";
import { writeForm } from "./form.ts";
import { type Refusal, type RefusalReason, refusal } from "./refusal.ts";
import { type Binding, lifetimeMinutes, nonceBytes, openState, sealState } from "./seal.ts";

/** Bytes of the key that states are sealed with: as many as the hash has (RFC 2104, section 3). */
const keyBytes = 32;

/** A form for a person, with the state that binds its answer. */
export type Asked = Extract<Outcome, { kind: "asked" }>;

/** Asks people, and judges what comes back. */
export interface Confirmation {
  /**
   * Write the form for a call, and seal its state: to this caller, this tool and version, these arguments, for five minutes.
   *
   * @throws GatewayError `confirmation_unavailable` when the store cannot be used.
   */
  ask(call: ParsedCall, request: AnyUpstreamRequest): Promise<Asked>;
  /**
   * Say why the answer does not let this call run; undefined when it does, which it can once, on any replica.
   *
   * Whatever a person said uses the form up, a no as well as a yes, so that no later answer to it turns one into the other.
   *
   * @throws GatewayError `confirmation_unavailable` when the store cannot be used: then the call must not run.
   */
  redeem(call: ParsedCall, answer: ConfirmationAnswer): Promise<Refusal | undefined>;
}

/** Ask for confirmations over a store that all replicas share. */
export function createConfirmation(options: {
  readonly server: ServerDefinition;
  readonly store: ConfirmationStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}): Confirmation {
  const { server, store, clock, random, logger } = options;
  let known: KeyObject | undefined;

  /** Of the store, whoever made it first; asked once by each process. */
  async function key(): Promise<KeyObject> {
    known ??= createSecretKey(await store.key({ candidate: random.bytes(keyBytes), atMs: clock.now() }));
    return known;
  }

  async function orUnavailable<Result>(call: ParsedCall, step: () => Promise<Result>): Promise<Result> {
    try {
      return await step();
    } catch (cause) {
      logger.error("confirmations cannot be kept, a call was refused", { callId: call.id, tool: call.toolName, cause });
      const message = "Confirmations cannot be recorded at the moment, so nothing was run. Try again later.";
      throw new GatewayError("confirmation_unavailable", message, { cause });
    }
  }

  async function judge(call: ParsedCall, answer: ConfirmationAnswer): Promise<RefusalReason | undefined> {
    const state = openState(await orUnavailable(call, key), answer.requestState);
    if (state === undefined) return "forged";
    const nowMs = clock.now();
    if (nowMs >= state.expiresAtMs) return "expired";
    const binding = bindingOf(call, server);
    if (!state.isFor("caller", binding.caller)) return "other_caller";
    if (!state.isFor("tool", binding.tool)) return "other_tool";
    if (!state.isFor("arguments", binding.arguments)) return "changed_arguments";
    const said = readAnswer(answer.response);
    // Nobody has said anything yet, so the form can still be answered.
    if (said === "unreadable") return said;
    const { nonce, expiresAtMs } = state;
    const isFirst = await orUnavailable(call, () => store.use({ nonce, expiresAtMs, nowMs }));
    if (!isFirst) return "used";
    return said === "yes" ? undefined : said;
  }

  return {
    async ask(call, request) {
      const sealing = await orUnavailable(call, key);
      const nonce = random.bytes(nonceBytes);
      const expiresAtMs = clock.now() + lifetimeMinutes * 60_000;
      const requestState = sealState(sealing, { binding: bindingOf(call, server), nonce, expiresAtMs });
      return { kind: "asked", form: writeForm(call, request, server), requestState };
    },
    async redeem(call, answer) {
      const reason = await judge(call, answer);
      return reason === undefined ? undefined : refusal(reason, call.toolName);
    },
  };
}

/** The parsed input, so that defaults count, and neither the order of members nor `confirm` itself does. */
function bindingOf({ caller, tool, input }: ParsedCall, server: ServerDefinition): Binding {
  return {
    caller: canonical([server.name, caller.tenant, caller.kind, caller.id]),
    tool: canonical([server.name, server.version, tool.name]),
    arguments: canonical(input),
  };
}
