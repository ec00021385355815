import type { AuthScheme } from "../codegen.ts";
import { accessTokenMaxChars } from "./access-token.ts";
import { apiKeySchemes, keyMaxChars, oauthSchemes } from "./key-format.ts";

/** Request headers, lower-case names, as Node gives them. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What a request brings: one credential and the schemes that may know it, or why there is none to check. */
export type Credential =
  | { readonly kind: "presented"; readonly text: string; readonly schemes: readonly AuthScheme[] }
  | { readonly kind: "missing" }
  | { readonly kind: "several" }
  | { readonly kind: "unreadable" };

const authorization = "authorization";

/**
 * Find the one credential of a request: an API key in its scheme's own header, or a key or token as a bearer.
 *
 * Two credentials are never tried in turn, because then each of us might believe a different one. Query and cookies are ignored.
 *
 * @param accepted the schemes whose credentials are taken where the request came; those of the others are counted all the same
 */
export function findCredential(
  headers: Headers,
  schemes: readonly AuthScheme[],
  accepted: readonly AuthScheme[] = schemes,
): Credential {
  const names = new Set([authorization, ...apiKeySchemes(schemes).map((scheme) => scheme.header.toLowerCase())]);
  const found = [...names].flatMap((name) => valuesOf(headers[name]).map((value) => ({ name, value })));
  const [only] = found;
  if (only === undefined) return { kind: "missing" };
  if (found.length > 1) return { kind: "several" };
  if (only.name === authorization) return fromBearer(only.value, accepted);
  const owners = apiKeySchemes(accepted).filter((scheme) => scheme.header.toLowerCase() === only.name);
  return owners.length === 0 ? { kind: "missing" } : presented(only.value, owners);
}

/** Node joins a repeated header with commas; keys have none. */
function valuesOf(value: string | readonly string[] | undefined): readonly string[] {
  const all = value === undefined ? [] : typeof value === "string" ? [value] : value;
  return all
    .flatMap((text) => text.split(","))
    .map((text) => text.trim())
    .filter((text) => text !== "");
}

/** The scheme's name is case-insensitive, RFC 9110 section 11.1. */
function fromBearer(value: string, schemes: readonly AuthScheme[]): Credential {
  const match = /^bearer +(\S+)$/i.exec(value);
  return match?.[1] === undefined ? { kind: "unreadable" } : presented(match[1], schemes);
}

/** Visible ASCII: everything else was never a key, and must not reach a hash or a log as if it were one. */
function presented(text: string, schemes: readonly AuthScheme[]): Credential {
  const maxChars = oauthSchemes(schemes).length > 0 ? accessTokenMaxChars : keyMaxChars;
  if (text.length > maxChars || !/^[\x21-\x7e]+$/.test(text)) return { kind: "unreadable" };
  return { kind: "presented", text, schemes };
}
