/**
 * What kind of end an {@link AdapterError} is. `usage` exits with 2, everything else with 1; `declined` and `refused` are told apart
 * because what follows differs: a person said no, or the authorization server took a grant back.
 */
export type AdapterErrorKind = "usage" | "failed" | "declined" | "refused" | "client_unknown" | "cancelled";

/** Something that the person at the other end has to know. The message says what, where and how to mend it, and holds no secret. */
export class AdapterError extends Error {
  override readonly name = "AdapterError";
  readonly kind: AdapterErrorKind;

  constructor(kind: AdapterErrorKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** Characters of another program's text that are shown. The beginning tells what it is. */
const shownMaxChars = 300;

/** Make a text of another program fit for a terminal: no control characters or escape sequences, one line, not endless. */
export function printable(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").trim();
  return line.length <= shownMaxChars ? line : `${line.slice(0, shownMaxChars)}…`;
}

/** Why a `fetch` failed, in the words of the system (`ECONNREFUSED`), or that it took too long. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return "unknown reason";
  if (error.name === "TimeoutError") return "no answer in time";
  const cause = error.cause as { code?: unknown; errors?: readonly { code?: unknown }[] } | undefined;
  const code = cause?.code ?? cause?.errors?.[0]?.code;
  // Not the message: that of a header which cannot be sent quotes it, and one of them holds the token.
  return typeof code === "string" ? code : error.name;
}
