/**
 * How a body of a media type is made: JSON and forms of fields, texts from a string, bytes from base64 in a string. `multipart`
 * stands for the kinds of it that are no form: those are made of parts that nothing here describes, and cannot be sent.
 *
 * The runtime decides alike (`forward/body.ts`); a test holds the two together.
 */
export type BodyKind = "json" | "urlencoded" | "form-data" | "text" | "bytes" | "multipart";

/** The media type without its parameters, in lower case. */
export function essenceOf(mediaType: string): string {
  return (mediaType.split(";", 1)[0] ?? "").trim().toLowerCase();
}

/** One media type (RFC 9110, section 8.3.1), perhaps with parameters; no range, and nothing that could begin another header. */
export function isMediaType(text: string): boolean {
  return /^[A-Za-z0-9!#$&^_.+-]+\/[A-Za-z0-9!#$&^_.+-]+(?:; ?[A-Za-z0-9_.-]+=(?:[A-Za-z0-9!#$&^_.+-]+|"[\x20\x21\x23-\x5b\x5d-\x7e]*"))*$/.test(
    text,
  );
}

/** How a body of this media type is made. */
export function bodyKindOf(mediaType: string): BodyKind {
  const essence = essenceOf(mediaType);
  if (/^[^/]+\/(?:json|[^/]*\+json)$/.test(essence)) return "json";
  if (essence === "application/x-www-form-urlencoded") return "urlencoded";
  if (essence === "multipart/form-data") return "form-data";
  if (essence.startsWith("multipart/")) return "multipart";
  return essence.startsWith("text/") || /^[^/]+\/(?:[^/]*\+)?xml$/.test(essence) ? "text" : "bytes";
}

/** Whether a body of this media type is made of fields, each of which may be an input. */
export function hasFields(mediaType: string): boolean {
  return fieldKinds.has(bodyKindOf(mediaType));
}

const fieldKinds: ReadonlySet<BodyKind> = new Set(["json", "urlencoded", "form-data"]);
