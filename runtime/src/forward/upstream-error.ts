import { redact, toPlainLine } from "./redact.ts";

/** What an upstream says of its own refusal, made safe to pass on. */
export interface UpstreamError {
  readonly code?: string;
  readonly message?: string;
  /** The upstream's list of problems, as it wrote it. Plain JSON. */
  readonly details?: unknown;
}

/** Characters of an upstream's message and code that are passed on. Enough for a sentence or two, and for any code in use. */
const messageMaxChars = 1000;
const codeMaxChars = 100;

/** Characters of details, as JSON. Some tens of validation problems; a page of HTML or a stack trace does not fit. */
const detailsMaxChars = 4096;

/**
 * Find code, message and details in an error body: `{ error: { code, message, meta } }`, RFC 9457 problem details, or the
 * plain shapes `{ code, message }`, `{ error, error_description }` and `{ errors: [{ code, message }] }`.
 *
 * No occurrence of a secret is left in what is returned.
 *
 * @see vauchflow.txt, "Error envelope"; RFC 9457, section 3.1; RFC 6749, section 5.2
 */
export function readUpstreamError(body: unknown, secrets: readonly string[]): UpstreamError {
  const root = toObject(body);
  const inner = toObject(root.error);
  const [first] = Array.isArray(root.errors) ? root.errors.map(toObject) : [];
  const code = firstText(
    inner.code,
    root.code,
    textIf(root.error_description, root.error),
    problemType(root),
    first?.code,
  );
  const message = firstText(
    inner.message,
    root.detail,
    root.message,
    root.error_description,
    root.title,
    root.error,
    first?.message,
    first?.detail,
  );
  const details = toDetails(
    firstDetails(inner.meta, inner.details, root["invalid-params"], root.errors, root.details),
    secrets,
  );
  return {
    ...(code !== undefined && { code: toPlainLine(redact(code, secrets), codeMaxChars) }),
    ...(message !== undefined && { message: toPlainLine(redact(message, secrets), messageMaxChars) }),
    ...(details !== undefined && { details }),
  };
}

/** RFC 9457: "about:blank" says no more than the status does. */
function problemType({ type }: Readonly<Record<string, unknown>>): unknown {
  return type === "about:blank" ? undefined : type;
}

function textIf(condition: unknown, text: unknown): unknown {
  return typeof condition === "string" ? text : undefined;
}

function firstText(...candidates: readonly unknown[]): string | undefined {
  const found = candidates.find((text) => (typeof text === "string" && text.trim() !== "") || typeof text === "number");
  return found === undefined ? undefined : String(found);
}

function firstDetails(...candidates: readonly unknown[]): unknown {
  return candidates.find((value) => typeof value === "object" && value !== null && Object.keys(value).length > 0);
}

/** Secrets go first, because a cut could leave half of one. */
function toDetails(details: unknown, secrets: readonly string[]): unknown {
  if (details === undefined) return undefined;
  const text = redact(JSON.stringify(details), secrets);
  if (text.length > detailsMaxChars) return undefined;
  return JSON.parse(text, (_key, value: unknown) =>
    typeof value === "string" ? toPlainLine(value, messageMaxChars) : value,
  );
}

function toObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
