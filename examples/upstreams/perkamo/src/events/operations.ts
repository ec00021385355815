import { ApiError, instant, listOf, objectOf, optional, scalarsByName, type Values } from "@toolspec/example-http";
import type { Context } from "../context.ts";
import { findCustomer } from "../customers/customer.ts";
import { refuseComputedState } from "../engine/computed-state.ts";
import type { Effect } from "../engine/ledger.ts";
import { processEvent } from "../engine/process.ts";
import { once } from "../engine/transactions.ts";
import { eventName, FACTS_MAX, transactionId, userId } from "../fields.ts";
import { type Operation, operation } from "../operation.ts";

/** Milliseconds that an event may lie ahead: the clocks of the sender and of this API differ. */
const AHEAD_MAX_MS = 300_000;

/** Events of one batch. */
const BATCH_MAX = 100;

/** Characters of what a batch says of one event. */
const MESSAGE_MAX = 1000;

const newEvent = {
  userId: userId(),
  event: eventName(),
  transactionId: transactionId(),
  occurredAt: optional(instant()),
  context: optional(scalarsByName(FACTS_MAX)),
};

type NewEvent = Values<typeof newEvent>;

const emitEvent = operation({
  method: "POST",
  path: "/v1/events",
  access: "write",
  body: newEvent,
  run(context, input) {
    const { first, result } = takeIn(context, input);
    const status = first ? "processed" : "duplicate";
    return { status: first ? 201 : 200, body: { transactionId: input.transactionId, status, effects: result } };
  },
});

const batchEvents = operation({
  method: "POST",
  path: "/v1/events/batch",
  access: "write",
  body: { events: listOf(objectOf(newEvent), { min: 1, max: BATCH_MAX, repeats: true }) },
  transaction: false,
  run(context, { events }) {
    const results = events.map((event) => ({ transactionId: event.transactionId, ...takeInAlone(context, event) }));
    const count = (status: string) => results.filter((result) => result.status === status).length;
    const [processed, duplicates, rejected] = [count("processed"), count("duplicate"), count("rejected")];
    return { status: 200, body: { results, processed, duplicates, rejected } };
  },
});

/** Every endpoint of events. */
export const eventOperations: readonly Operation[] = [emitEvent, batchEvents];

/** @throws ApiError 404, 409 or 422 for what is not taken in. */
function takeIn(context: Context, input: NewEvent) {
  const { userId, event, transactionId, occurredAt, context: facts = {} } = input;
  refuseComputedState(facts);
  if (occurredAt !== undefined && occurredAt > context.nowMs + AHEAD_MAX_MS) throw ahead();
  const customer = findCustomer(context, userId);
  return once(context, { transactionId, kind: "event", content: input }, () => {
    const occurredAtMs = occurredAt ?? context.nowMs;
    return processEvent(context, customer, { event, transactionId, context: facts, occurredAtMs }).map(toWire);
  });
}

/** One event of a batch in a transaction of its own: what is refused leaves the others alone. */
function takeInAlone(context: Context, event: NewEvent) {
  try {
    const { first } = context.database.transaction(() => takeIn(context, event), { keep: true });
    return { status: first ? "processed" : "duplicate", error: null };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { status: "rejected", error: { code: error.code, message: error.message.slice(0, MESSAGE_MAX) } };
  }
}

function toWire({ type, item, wallet, amount }: Effect): Readonly<Record<string, unknown>> {
  return { type, id: item, wallet, amount };
}

function ahead(): ApiError {
  const message = "occurredAt is more than five minutes ahead. Send the instant at which it happened, with its offset.";
  const problems = [{ field: "body.occurredAt", message: "must be at most five minutes ahead" }];
  return new ApiError(422, "occurred_in_future", message, { meta: { problems } });
}
