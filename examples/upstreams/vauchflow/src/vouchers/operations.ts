import {
  ApiError,
  instant,
  integer,
  invalidRequest,
  number,
  oneOf,
  optional,
  type Problem,
  text,
  toInstant,
  uuid,
} from "@toolspec/example-http";
import { findCampaign } from "../campaigns/campaign.ts";
import { type Context, newId, publish } from "../context.ts";
import { customerId, findCustomer } from "../customers/customer.ts";
import { type Operation, operation } from "../http/operation.ts";
import { toAmount, toCents } from "../money.ts";
import { assess } from "./assess.ts";
import { makeCode } from "./codes.ts";
import { code, discountTypes, findVoucher, insertVoucher, remainingOf, toVoucher, type VoucherRow } from "./voucher.ts";

/** Tries to find a code that the tenant does not have. With 40 random bits the second is rarely needed. */
const CODE_TRIES_MAX = 20;

const getVoucher = operation({
  method: "GET",
  path: "/v1/vouchers/{code}",
  params: { code },
  run: (context, input) => ({ status: 200, body: toVoucher(context, findVoucher(context, input.code)) }),
});

const validateVoucher = operation({
  method: "POST",
  path: "/v1/vouchers/{code}/validate",
  params: { code },
  body: { customer_id: optional(customerId), order_value: optional(number({ min: 0, max: 10_000_000 })) },
  run(context, { code, customer_id, order_value }) {
    const voucher = findVoucher(context, code);
    if (customer_id !== undefined) findCustomer(context, customer_id);
    const cents = order_value === undefined ? undefined : toCents(order_value);
    const { refusal, discountCents } = assess(context, voucher, { customerId: customer_id, cents });
    const verdict = {
      valid: refusal === undefined,
      code,
      discountType: voucher.discount_type,
      discountValue: voucher.discount_value,
      discountAmount: toAmount(discountCents),
      remainingRedemptions: remainingOf(voucher),
    };
    return { status: 200, body: { ...verdict, ...refusal } };
  },
});

const createVouchers = operation({
  method: "POST",
  path: "/v1/vouchers",
  dryRun: true,
  body: {
    discount_type: oneOf(discountTypes),
    discount_value: number({ min: 0, above: true, max: 1_000_000 }),
    count: optional(integer({ min: 1, max: 10_000 }), 1),
    code: optional(code),
    prefix: optional(
      text({ max: 16, pattern: /^[A-Z0-9-]{1,16}$/, hint: "1 to 16 upper-case letters, digits or hyphens" }),
    ),
    campaign_id: optional(uuid()),
    max_redemptions: optional(integer({ min: 1, max: 1_000_000 })),
    min_order_value: optional(number({ min: 0, max: 10_000_000 })),
    expires_at: optional(instant()),
  },
  run(context, input) {
    requireConsistent(context, input);
    if (input.campaign_id !== undefined) findCampaign(context, input.campaign_id);
    const template: Omit<VoucherRow, "code" | "id"> = {
      tenant: context.tenant,
      campaign_id: input.campaign_id ?? null,
      status: "ACTIVE",
      discount_type: input.discount_type,
      discount_value: input.discount_value,
      min_order_cents: input.min_order_value === undefined ? null : toCents(input.min_order_value),
      max_redemptions: input.max_redemptions ?? null,
      redemptions: 0,
      expires_at: input.expires_at ?? null,
      created_at: context.nowMs,
    };
    const rows = Array.from({ length: input.count }, () => createOne(context, template, input));
    return { status: context.dryRun ? 200 : 201, body: toBatch(context, rows) };
  },
});

export const voucherOperations: readonly Operation[] = [getVoucher, validateVoucher, createVouchers];

interface NewVouchers {
  readonly discount_type: string;
  readonly discount_value: number;
  readonly count: number;
  readonly code?: string | undefined;
  readonly prefix?: string | undefined;
  readonly expires_at?: number | undefined;
}

/** @throws ApiError 422 for fields that are valid alone and not together. */
function requireConsistent(context: Context, input: NewVouchers): void {
  const problems: Problem[] = [];
  if (input.discount_type === "PERCENTAGE" && input.discount_value > 100) {
    problems.push({
      field: "body.discount_value",
      message: `must be at most 100 percent, got ${input.discount_value}`,
    });
  }
  if (input.code !== undefined && input.count > 1) {
    problems.push({ field: "body.code", message: "may be given only when count is 1; use prefix for a batch" });
  }
  if (input.code !== undefined && input.prefix !== undefined) {
    problems.push({ field: "body.prefix", message: "may not be given together with code" });
  }
  if (input.expires_at !== undefined && input.expires_at <= context.nowMs) {
    problems.push({ field: "body.expires_at", message: "must lie in the future" });
  }
  if (problems.length > 0) throw invalidRequest(problems);
}

function createOne(context: Context, template: Omit<VoucherRow, "code" | "id">, input: NewVouchers): VoucherRow {
  const tries = input.code === undefined ? CODE_TRIES_MAX : 1;
  for (let attempt = 0; attempt < tries; attempt++) {
    const row: VoucherRow = { ...template, id: newId(context), code: input.code ?? makeCode(input.prefix) };
    if (!insertVoucher(context, row)) continue;
    publish(context, "voucher.created", row.code);
    return row;
  }
  throw new ApiError(
    409,
    "code_taken",
    `There is a voucher ${input.code ?? input.prefix ?? ""} already. Choose another.`,
  );
}

function toBatch(context: Context, rows: readonly VoucherRow[]): Readonly<Record<string, unknown>> {
  const [first] = rows as [VoucherRow];
  return {
    id: rows.length === 1 ? first.id : newId(context),
    code: first.code,
    codes: rows.map((row) => row.code),
    count: rows.length,
    status: first.status,
    campaignId: first.campaign_id,
    discountType: first.discount_type,
    discountValue: first.discount_value,
    minOrderValue: toAmount(first.min_order_cents),
    maxRedemptions: first.max_redemptions,
    expiresAt: toInstant(first.expires_at),
    createdAt: toInstant(first.created_at),
  };
}
