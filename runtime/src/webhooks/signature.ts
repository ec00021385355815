import { createHmac } from "node:crypto";
import { Secret } from "../call.ts";

/** Bytes of a signing secret. Standard Webhooks asks for 24 to 64; as long as the digest is as strong as it gets. */
export const secretBytes = 32;

const secretPrefix = "whsec_";

/** Write a signing secret as receivers' libraries take it. */
export function formatSecret(random: Uint8Array): Secret {
  return new Secret(`${secretPrefix}${Buffer.from(random).toString("base64")}`);
}

/**
 * The headers that prove a message and its time.
 *
 * @param message.id the same with every attempt, so that a receiver can tell repetitions
 * @param message.atMs Unix time in milliseconds, of this attempt
 * @param message.body byte for byte as it is sent
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signatureHeaders(
  message: { readonly id: string; readonly atMs: number; readonly body: string },
  secret: Secret,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(message.atMs / 1000));
  const key = Buffer.from(secret.reveal().slice(secretPrefix.length), "base64");
  const signature = createHmac("sha256", key).update(`${message.id}.${timestamp}.${message.body}`).digest("base64");
  return { "webhook-id": message.id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}
