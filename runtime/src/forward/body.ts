import { Buffer } from "node:buffer";
import type { AnyUpstreamRequest } from "../codegen.ts";
import type { Random } from "../ports.ts";
import { percentEncode } from "./percent.ts";
import { refusal, toText } from "./primitive.ts";

/** A body as it goes on the wire. */
export interface EncodedBody {
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/**
 * Turn a body into bytes by its content type: JSON by default, form fields, or multipart with text fields.
 *
 * Members that are `undefined` are left out. Forms are flat: a field is a primitive or a list of them.
 *
 * @throws GatewayError `invalid_argument` naming the field.
 */
export function encodeBody(body: unknown, contentType: AnyUpstreamRequest["contentType"], random: Random): EncodedBody {
  switch (contentType) {
    case undefined:
    case "application/json":
      return { contentType: "application/json", bytes: Buffer.from(JSON.stringify(body)) };
    case "application/x-www-form-urlencoded": {
      const pairs = toFields(body).map(([name, text]) => `${percentEncode(name)}=${percentEncode(text)}`);
      return { contentType, bytes: Buffer.from(pairs.join("&")) };
    }
    case "multipart/form-data":
      return encodeMultipart(toFields(body), random);
  }
}

/** Bytes of randomness in a boundary: 128 bits, so that no caller can guess it and end a part early. */
const boundaryBytes = 16;

/** @see RFC 7578, section 4 */
function encodeMultipart(fields: readonly Field[], random: Random): EncodedBody {
  const boundary = `toolspec-${Buffer.from(random.bytes(boundaryBytes)).toString("hex")}`;
  const parts = fields.map(
    ([name, text]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${escapeFieldName(name)}"\r\n\r\n${text}\r\n`,
  );
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    bytes: Buffer.from(`${parts.join("")}--${boundary}--\r\n`),
  };
}

/** As browsers do it: HTML, "Multipart form data", the only escapes that receivers agree on. */
function escapeFieldName(name: string): string {
  return name.replaceAll("\n", "%0A").replaceAll("\r", "%0D").replaceAll('"', "%22");
}

type Field = readonly [name: string, text: string];

function toFields(body: unknown): readonly Field[] {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw refusal("body", "must be an object to be sent as a form");
  }
  return Object.entries(body).flatMap(([name, value]): Field[] => {
    if (value === undefined || value === null) return [];
    const items = Array.isArray(value) ? value : [value];
    return items.map((item) => [toText(name, name), toText(name, item)]);
  });
}
