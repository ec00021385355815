import * as z from "zod";
import { parseDuration } from "./duration.ts";
import { form } from "./forms.ts";

/** Absolute, perhaps with variables, and without a fragment: none of them has one (RFC 8414, 8707, 6749). */
export const address = z.string().regex(/^(https?:\/\/|\$\{)[^\s#]+$/);

/** RFC 8414, section 2: without query and fragment. */
const issuerAddress = z.string().regex(/^(https?:\/\/|\$\{)[^\s?#]+$/);

/**
 * Signatures that only the authorization server can make: no `none`, and no HMAC, whose key could be anybody's idea of the
 * public one (RFC 8725, sections 2.1 and 3.1).
 */
const asymmetric = [
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
  ...["ES256", "ES384", "ES512", "EdDSA", "Ed25519"],
] as const;

/** Milliseconds that clocks may differ. Servers keep theirs to within a second; beyond a minute, `exp` would mean little. */
const clockSkewMaxMs = 60_000;

const claim = form("the name of a claim", "A claim of the access token.", z.string().min(1));

const tenant = z.strictObject({
  claim,
  title: form("a word like Space", "What people call a tenant.", z.string().min(1).max(40)),
});

const role = z.strictObject({
  claim,
  scopes: form(
    "a map of roles to lists of scope names",
    "The scopes that each role may use at most.",
    z
      .record(
        form("the name of a role", "A value of the claim.", z.string().min(1)),
        form("a list of scope names", "Scopes of this role.", z.array(z.string().min(1))),
      )
      .refine((scopes) => Object.keys(scopes).length > 0),
  ),
});

/** OAuth 2.1: people log in at an authorization server, and this server takes its access tokens. */
export const oauth = z.strictObject({
  issuer: form(
    "an address like https://login.example.com, without ? and #",
    "The authorization server: iss of every token.",
    issuerAddress,
  ),
  audience: form(
    "an address like https://api.example.com/mcp, without #",
    "The address of this endpoint as clients know it: aud of every token. Default: that of mcp.url.",
    address,
  ).optional(),
  jwksUrl: form(
    "an address like https://login.example.com/jwks",
    "Where the signing keys are. Default: where the issuer's metadata says.",
    address,
  ).optional(),
  path: form(
    "a path like /mcp/oauth",
    "Where these callers are served, beside a server's keys or tokens. Default: mcp.path.",
    z.string().regex(/^(\/[A-Za-z0-9._~-]+)+$/),
  ).optional(),
  algorithms: form(
    "a list of algorithms like [RS256, ES256]",
    "Signature algorithms that are accepted. Default: RS256, PS256, ES256 and EdDSA.",
    z
      .array(
        form(
          "an asymmetric algorithm: RS256, PS256, ES256, EdDSA, or a longer one of their kind",
          "A signature algorithm (RFC 7518, RFC 8037).",
          z.enum(asymmetric),
        ),
      )
      .min(1),
  ).optional(),
  clockSkew: form(
    "a duration like 5s, at most 60s",
    "How far clocks may differ when a token's times are compared. Default: 5s.",
    z.string().refine((text) => (parseDuration(text) ?? Number.POSITIVE_INFINITY) <= clockSkewMaxMs),
  ).optional(),
  tenant: form("{ claim, title }", "The claim that names the tenant, and what people call one.", tenant),
  role: form(
    "{ claim, scopes }",
    "The claim that names the caller's role, and what each role may do. Default: roles do not matter.",
    role,
  ).optional(),
});
