import { listOf, optional, rule, scalarsByName, text } from "@toolspec/example-http";
import { newId, publish } from "../context.ts";
import { type Operation, operation } from "../http/operation.ts";
import { requireChange } from "../http/patch.ts";
import { type CustomerRow, customerId, findByExternalRef, findCustomer, saveCustomer, toCustomer } from "./customer.ts";

const EMAIL_MAX_CHARACTERS = 254;

const email = rule("must be an e-mail address", (value) => {
  if (typeof value !== "string" || value.length > EMAIL_MAX_CHARACTERS) return undefined;
  return /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(value) ? { value } : undefined;
});
const tags = listOf(text({ min: 1, max: 60 }), { max: 50 });
const metadata = scalarsByName({ max: 50, textMax: 500 });

const createCustomer = operation({
  method: "POST",
  path: "/v1/customers",
  dryRun: true,
  body: {
    external_ref: text({ min: 1, max: 128 }),
    name: optional(text({ min: 1, max: 120 })),
    email: optional(email),
    tags: optional(tags, []),
    metadata: optional(metadata, {}),
  },
  run(context, input) {
    const existing = findByExternalRef(context, input.external_ref);
    if (existing) return { status: 200, body: toCustomer(existing) };
    const id = newId(context);
    const row: CustomerRow = {
      tenant: context.tenant,
      id: context.dryRun ? id : `cust_${id.replaceAll("-", "")}`,
      external_ref: input.external_ref,
      name: input.name ?? null,
      email: input.email ?? null,
      tags: JSON.stringify(input.tags),
      metadata: JSON.stringify(withoutNulls(input.metadata)),
      created_at: context.nowMs,
      updated_at: context.nowMs,
    };
    saveCustomer(context, row);
    publish(context, "customer.created", row.id);
    return { status: context.dryRun ? 200 : 201, body: toCustomer(row) };
  },
});

const updateCustomer = operation({
  method: "PATCH",
  path: "/v1/customers/{customer_id}",
  params: { customer_id: customerId },
  dryRun: true,
  body: { tags: optional(tags), metadata: optional(metadata) },
  run(context, { customer_id, tags, metadata }) {
    requireChange({ tags, metadata });
    const before = findCustomer(context, customer_id);
    const facts = withoutNulls({ ...JSON.parse(before.metadata), ...metadata });
    const row: CustomerRow = {
      ...before,
      tags: tags === undefined ? before.tags : JSON.stringify(tags),
      metadata: JSON.stringify(facts),
      updated_at: context.nowMs,
    };
    saveCustomer(context, row);
    publish(context, "customer.updated", row.id);
    return { status: 200, body: toCustomer(row) };
  },
});

export const customerOperations: readonly Operation[] = [createCustomer, updateCustomer];

/** Null removes a fact (RFC 7396, one level deep). */
function withoutNulls(facts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== null));
}
