import { createHash, randomBytes } from "node:crypto";
import { type Field, flag, integer, listOf, optional, text, toInstant } from "@toolspec/example-http";
import { record } from "../audit/audit.ts";
import { conflict, newId } from "../context.ts";
import { key } from "../fields.ts";
import { operation } from "../operation.ts";
import { findAffiliate } from "./affiliate.ts";

const HOUR_MS = 3_600_000;

const origin = text({ max: 300, pattern: /^https?:\/\/[^/?#@\s]+\/?$/u, hint: "an origin, e.g. https://example.com" });
const origins = listOf(origin, { min: 1, max: 20, repeats: true });

/** One origin, or a list of them; without the slash at the end. */
const allowedOrigins: Field<readonly string[]> = {
  read(value, at, problems) {
    const list = Array.isArray(value) ? origins.read(value, at, problems) : [origin.read(value, at, problems)];
    return list?.map((entry) => entry?.replace(/\/$/, ""));
  },
};

/** Issue a token for one affiliate's dashboard. Only its SHA-256 is kept. */
export const mintEmbedToken = operation({
  method: "POST",
  path: "/api/v1/affiliates/{affiliateId}/embed-tokens",
  access: { plan: "Growth" },
  params: { affiliateId: key() },
  body: {
    expiresInHours: optional(integer({ min: 1, max: 720 }), 24),
    allowedOrigins: optional(allowedOrigins, []),
    rotate: optional(flag(), false),
  },
  run(context, { affiliateId, expiresInHours, allowedOrigins: allowed, rotate }) {
    const affiliate = findAffiliate(context, affiliateId);
    if (affiliate.status !== "Approved") throw conflict(`The affiliate is ${affiliate.status}, not Approved.`);
    const ended = rotate
      ? context.database.run(
          "update embed_tokens set revoked_at = :now where affiliate_id = :affiliate and revoked_at is null and expires_at > :now",
          { affiliate: affiliate.id, now: context.nowMs },
        )
      : 0;
    const token = `rk_embed_${randomBytes(32).toString("base64url")}`;
    const id = newId("emb");
    const expiresAt = context.nowMs + expiresInHours * HOUR_MS;
    context.database.run(
      `insert into embed_tokens values (:id, :organization, :affiliate, :hash, :origins, :expiresAt, null, :now)`,
      {
        id,
        organization: context.organization,
        affiliate: affiliate.id,
        hash: createHash("sha256").update(token).digest("hex"),
        origins: JSON.stringify(allowed),
        expiresAt,
        now: context.nowMs,
      },
    );
    const facts = { affiliateId, allowedOrigins: allowed, expiresAt: toInstant(expiresAt) };
    record(context, { action: "embed_token.minted", entityId: id, after: { ...facts, ended } });
    const body = { token, ...facts, rotated: ended > 0, createdAt: toInstant(context.nowMs) };
    return { status: 201, body };
  },
});
