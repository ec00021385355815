import { integer, oneOf, optional, rule, text } from "@toolspec/example-http";
import { operation } from "../operation.ts";
import { activeProgram } from "../program/versions.ts";
import type { CustomerRow } from "./customer.ts";
import { toSummary } from "./view.ts";

const fields = ["any", "userId", "email", "name", "externalId"] as const;

/** Find customers of the Space, by userId. */
export const searchCustomers = operation({
  method: "GET",
  path: "/v1/customers",
  access: "read",
  query: {
    query: text({ min: 2, max: 254 }),
    field: optional(oneOf(fields), "any"),
    limit: optional(integer({ min: 1, max: 100 }), 20),
    cursor: optional(rule("must be nextCursor of the page before", fromCursor)),
  },
  run(context, { query, field, limit, cursor }) {
    const wanted = fold(query);
    // SQLite knows the small letters of ASCII only, so the texts are compared here.
    const rows = context.database
      .all<CustomerRow>("select * from customers where space = :space and user_id > :after order by user_id", {
        space: context.space.id,
        after: cursor ?? "",
      })
      .filter((row) => matches(row, field, wanted));
    const shown = rows.slice(0, limit);
    const program = activeProgram(context);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    const nextCursor = last ? Buffer.from(last.user_id).toString("base64url") : null;
    return { status: 200, body: { customers: shown.map((row) => toSummary(context, program, row)), nextCursor } };
  },
});

/** Ids and addresses match from their beginning, names anywhere. */
function matches(row: CustomerRow, field: (typeof fields)[number], wanted: string): boolean {
  const begins = (text: string | null) => text !== null && fold(text).startsWith(wanted);
  const found = {
    userId: () => begins(row.user_id),
    email: () => begins(row.email),
    name: () => row.name !== null && fold(row.name).includes(wanted),
    externalId: () => begins(row.external_id),
  };
  return field === "any" ? Object.values(found).some((test) => test()) : found[field]();
}

/** One form for upper and lower case, and for letters with marks however they are composed. */
function fold(text: string): string {
  return text.normalize("NFC").toLowerCase();
}

/** A cursor is a position, not a count: customers that are added meanwhile neither repeat nor hide others. */
function fromCursor(value: unknown): { value: string } | undefined {
  if (typeof value !== "string" || !/^[A-Za-z0-9_-]{1,512}$/.test(value)) return undefined;
  const userId = Buffer.from(value, "base64url").toString("utf8");
  return /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}$/.test(userId) ? { value: userId } : undefined;
}
