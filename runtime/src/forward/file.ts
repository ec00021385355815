import { Buffer } from "node:buffer";
import { refusal } from "./primitive.ts";

/** Bytes that stood as base64 in the arguments, and what a `data:` URL says of them. */
export interface FileValue {
  readonly bytes: Uint8Array;
  readonly contentType?: string;
  readonly filename?: string;
}

/** Bytes of a file name: what file systems take. */
const filenameMaxBytes = 255;

/**
 * Read base64 (RFC 4648, section 4), alone or in a `data:` URL that may name a media type and a file:
 * `data:image/png;name=cat.png;base64,…` (RFC 2397).
 *
 * @throws GatewayError `invalid_argument` naming the input. Its value, which may be long or secret, is not repeated.
 */
export function readFileValue(name: string, value: unknown): FileValue {
  if (typeof value !== "string") throw refusal(name, "must be a string: base64, or a data: URL");
  if (!value.startsWith("data:")) return { bytes: fromBase64(name, value) };
  const comma = value.indexOf(",");
  const [type = "", ...parameters] = value.slice("data:".length, Math.max(comma, 0)).split(";");
  if (comma < 0 || parameters.at(-1) !== "base64") throw refusal(name, "must be a data: URL whose data is base64");
  if (type !== "" && !mediaType.test(type)) throw refusal(name, "must be a data: URL with a media type like image/png");
  const named = parameters.find((one) => one.startsWith("name="));
  return {
    bytes: fromBase64(name, value.slice(comma + 1)),
    ...(type !== "" && { contentType: type }),
    ...(named !== undefined && { filename: toFilename(name, named.slice("name=".length)) }),
  };
}

const mediaType = /^[A-Za-z0-9!#$&^_.+-]{1,60}\/[A-Za-z0-9!#$&^_.+-]{1,60}$/;

/** Whole groups of four, so that what a client has cut off is noticed. */
function fromBase64(name: string, text: string): Uint8Array {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
    throw refusal(name, "must be base64: A–Z, a–z, 0–9, + and /, with = at its end, and nothing between");
  }
  return Buffer.from(text, "base64");
}

/** A name and no path: some receivers write files where a name says. */
function toFilename(name: string, encoded: string): string {
  const filename = decoded(encoded);
  const isPlain =
    filename !== undefined &&
    /^[^/\\\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+$/.test(filename) &&
    !/^\.{1,2}$/.test(filename) &&
    filename.isWellFormed() &&
    Buffer.byteLength(filename) <= filenameMaxBytes;
  if (isPlain) return filename;
  throw refusal(
    name,
    `must have a file name of at most ${filenameMaxBytes} bytes, without directories and control characters`,
  );
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
