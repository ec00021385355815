import { ApiError, invalidRequest, optional, scalarsByName, text } from "@toolspec/example-http";
import type { Context } from "../context.ts";
import { email, FACTS_MAX, name, userId } from "../fields.ts";
import { record } from "../history.ts";
import { type Operation, operation } from "../operation.ts";
import { adjustCustomer } from "./adjust.ts";
import { type CustomerRow, customerIfAny, findCustomer, saveCustomer } from "./customer.ts";
import { searchCustomers } from "./search.ts";
import { toCustomer } from "./view.ts";

const getCustomer = operation({
  method: "GET",
  path: "/v1/customers/{userId}",
  access: "read",
  params: { userId: userId() },
  run: (context, input) => ({ status: 200, body: toCustomer(context, findCustomer(context, input.userId)) }),
});

const identifyCustomer = operation({
  method: "PUT",
  path: "/v1/customers/{userId}",
  access: "write",
  params: { userId: userId() },
  body: {
    email: optional(email()),
    name: optional(name()),
    externalId: optional(text({ min: 1, max: 128 })),
    traits: optional(scalarsByName(FACTS_MAX)),
  },
  run(context, { userId, ...given }) {
    const names = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [name]));
    if (names.length === 0) {
      throw invalidRequest([{ field: "body", message: "must have email, name, externalId or traits" }]);
    }
    const known = customerIfAny(context, userId);
    if (given.externalId !== undefined) requireFreeExternalId(context, userId, given.externalId);
    const row: CustomerRow = {
      space: context.space.id,
      user_id: userId,
      external_id: given.externalId ?? known?.external_id ?? null,
      email: given.email ?? known?.email ?? null,
      name: given.name ?? known?.name ?? null,
      traits: JSON.stringify(mergeTraits(known?.traits ?? "{}", given.traits ?? {})),
      created_at: known?.created_at ?? context.nowMs,
      updated_at: context.nowMs,
    };
    saveCustomer(context.database, row);
    record(context, known ? "customer.changed" : "customer.created", userId, { fields: names });
    return { status: known ? 200 : 201, body: toCustomer(context, row) };
  },
});

/** Every endpoint of customers. */
export const customerOperations: readonly Operation[] = [
  searchCustomers,
  getCustomer,
  identifyCustomer,
  adjustCustomer,
];

/** @throws ApiError 409 `external_id_taken`. */
function requireFreeExternalId({ database, space }: Context, userId: string, externalId: string): void {
  const other = database.get(
    "select user_id from customers where space = :space and external_id = :external and user_id <> :user",
    { space: space.id, external: externalId, user: userId },
  );
  if (!other) return;
  const message = `Another customer has the externalId ${externalId}. Search for it, and see which of the two it is.`;
  throw new ApiError(409, "external_id_taken", message);
}

/** Traits that were, with those given; null removes one. */
function mergeTraits(before: string, given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const merged: [string, unknown][] = Object.entries({ ...JSON.parse(before), ...given });
  const kept = merged.filter(([, value]) => value !== null);
  if (kept.length > FACTS_MAX.max) {
    const message = `would be ${kept.length} together with those that are there; at most ${FACTS_MAX.max} are kept`;
    throw invalidRequest([{ field: "body.traits", message }]);
  }
  return Object.fromEntries(kept);
}
