/**
 * How a body of a media type is made: JSON and forms of values, texts from a string, bytes from base64 in a string.
 *
 * The generator decides alike (`openapi/media-type.ts`); a test holds the two together.
 */
export type BodyKind = "json" | "urlencoded" | "form-data" | "text" | "bytes" | "multipart";

/** How a body of this media type is made. `multipart`: of parts that nothing describes, so it cannot be sent. */
export function bodyKindOf(mediaType: string): BodyKind {
  const essence = (mediaType.split(";", 1)[0] as string).trim().toLowerCase();
  if (/^[^/]+\/(?:json|[^/]*\+json)$/.test(essence)) return "json";
  if (essence === "application/x-www-form-urlencoded") return "urlencoded";
  if (essence === "multipart/form-data") return "form-data";
  if (essence.startsWith("multipart/")) return "multipart";
  return essence.startsWith("text/") || /^[^/]+\/(?:[^/]*\+)?xml$/.test(essence) ? "text" : "bytes";
}
