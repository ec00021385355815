import { createHash, randomBytes } from "node:crypto";
import { integer, oneOf, optional, toInstant } from "@toolspec/example-http";
import { findCustomer } from "../customers/customer.ts";
import { userId } from "../fields.ts";
import { record } from "../history.ts";
import { type Operation, operation } from "../operation.ts";

/** Seconds that a token may live: a web page asks for another, so a lost one is soon worth nothing. */
const TTL_SECONDS = { min: 60, max: 3600 };
const DEFAULT_TTL_SECONDS = 900;

const createBrowserToken = operation({
  method: "POST",
  path: "/v1/browser-tokens",
  access: "write",
  body: {
    userId: userId(),
    purpose: oneOf(["browser", "stream"]),
    ttlSeconds: optional(integer(TTL_SECONDS), DEFAULT_TTL_SECONDS),
  },
  run(context, { userId, purpose, ttlSeconds }) {
    const customer = findCustomer(context, userId);
    const token = `pk_${purpose}_${randomBytes(32).toString("base64url")}`;
    const expiresAtMs = context.nowMs + ttlSeconds * 1000;
    // The token is shown this once: what is kept cannot be turned back into it.
    context.database.run("insert into browser_tokens values (:hash, :space, :user, :purpose, :now, :expires)", {
      hash: createHash("sha256").update(token).digest("hex"),
      space: context.space.id,
      user: customer.user_id,
      purpose,
      now: context.nowMs,
      expires: expiresAtMs,
    });
    const expiresAt = toInstant(expiresAtMs);
    record(context, "browser_token.created", userId, { purpose, expiresAt });
    return { status: 201, body: { token, userId, purpose, expiresAt } };
  },
});

/** Every endpoint of browser tokens. */
export const tokenOperations: readonly Operation[] = [createBrowserToken];
