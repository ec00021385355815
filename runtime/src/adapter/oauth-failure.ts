import { AdapterError, type AdapterErrorKind, describeFailure, printable } from "./adapter-error.ts";

/** OAuth's codes for a grant or a client that is no longer good (RFC 6749, section 5.2). */
const kinds: Readonly<Record<string, AdapterErrorKind>> = {
  access_denied: "declined",
  invalid_grant: "refused",
  invalid_client: "client_unknown",
  unauthorized_client: "client_unknown",
};

/**
 * Run a step of OAuth and state what it throws as an AdapterError.
 *
 * The SDK's own messages are not passed on: some quote a server's whole reply, which may hold a token. What is shown are codes, HTTP
 * statuses and issuers.
 */
export async function explain<T>(what: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw toAdapterError(what, error);
  }
}

/** State an OAuth error code, as a server wrote it, as an AdapterError. */
export function refusedWith(what: string, code: string): AdapterError {
  const shown = /^[a-z_]{1,64}$/.test(code) ? code : "an unknown error";
  return new AdapterError(kinds[code] ?? "failed", `${what}: ${shown}.`);
}

function toAdapterError(what: string, error: unknown): Error {
  if (!(error instanceof Error) || error instanceof AdapterError) return error as Error;
  switch (error.name) {
    case "OAuthError":
      return refusedWith(what, String((error as Error & { code?: unknown }).code));
    case "RegistrationRejectedError":
      return new AdapterError("failed", `${what}: HTTP ${(error as Error & { status?: unknown }).status}.`);
    case "IssuerMismatchError":
      return new AdapterError("failed", `${what}: another server answered than the one that was asked (issuer).`);
    case "TypeError":
    case "TimeoutError":
      return new AdapterError("failed", `${what}: ${describeFailure(error)}. Try again later.`);
    case "$ZodError":
    case "ZodError":
    case "SyntaxError":
      return new AdapterError("failed", `${what}: the reply is not what OAuth asks for.`);
    default:
      // The SDK's plain errors are made of fixed words, statuses and URLs of metadata.
      return new AdapterError("failed", `${what}: ${printable(error.message)}`);
  }
}
