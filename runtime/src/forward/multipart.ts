import { Buffer } from "node:buffer";
import type { FormField } from "../codegen.ts";
import type { Random } from "../ports.ts";
import type { EncodedBody } from "./body.ts";
import { readFileValue } from "./file.ts";
import { toText } from "./primitive.ts";
import { type Present, toJsonText } from "./style.ts";

/** One part: a field of the form, or one item of a list that is one. */
export interface Part {
  readonly name: string;
  readonly value: Present;
  readonly field: FormField;
}

/** Bytes of randomness in a boundary: 128 bits, so that no caller can guess it and end a part early. */
const boundaryBytes = 16;

/**
 * Put the parts of a form one after the other: files as their bytes, maps and lists as JSON, everything else as text.
 *
 * @throws GatewayError `invalid_argument` naming the field.
 * @see RFC 7578, section 4; OpenAPI 3.1.1, "Encoding Object"
 */
export function encodeMultipart(parts: readonly Part[], random: Random): EncodedBody {
  const boundary = `toolspec-${Buffer.from(random.bytes(boundaryBytes)).toString("hex")}`;
  const chunks = parts.flatMap((part) => {
    const { headers, bytes } = toPart(part);
    return [Buffer.from(`--${boundary}\r\n${headers.join("\r\n")}\r\n\r\n`), bytes, Buffer.from("\r\n")];
  });
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    bytes: Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]),
  };
}

function toPart({ name, value, field }: Part): { readonly headers: readonly string[]; readonly bytes: Uint8Array } {
  const disposition = `Content-Disposition: form-data; name="${escapeName(toText(name, name))}"`;
  if (field.bytes === true) {
    const { bytes, contentType, filename } = readFileValue(name, value);
    const named = filename ?? field.filename ?? name;
    return {
      headers: [
        `${disposition}; filename="${escapeName(named)}"`,
        `Content-Type: ${field.contentType ?? contentType ?? "application/octet-stream"}`,
      ],
      bytes,
    };
  }
  const isJson = typeof value === "object" || field.style === "json";
  const contentType = field.contentType ?? (isJson ? "application/json" : undefined);
  return {
    headers: [disposition, ...(contentType === undefined ? [] : [`Content-Type: ${contentType}`])],
    bytes: Buffer.from(isJson ? toJsonText(name, value) : toText(name, value)),
  };
}

/** As browsers do it: HTML, "Multipart form data", the only escapes that receivers agree on. */
function escapeName(name: string): string {
  return name.replaceAll("\n", "%0A").replaceAll("\r", "%0D").replaceAll('"', "%22");
}
