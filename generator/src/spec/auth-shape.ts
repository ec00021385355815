import * as z from "zod";
import { form } from "./forms.ts";
import { oauth } from "./oauth-shape.ts";

const text = z.string().min(1);

/** RFC 9110 section 5.1: a token. */
export const headerName = form(
  "a header name like X-API-Key",
  "Name of an HTTP header.",
  z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/),
);

const keyKind = z.strictObject({
  prefix: form(
    "a prefix like vf_ak_",
    "Keys of this kind begin so.",
    z.string().regex(/^[A-Za-z0-9]+(_[A-Za-z0-9]+)*_$/),
  ),
  scoped: form("true or false", "Keys of this kind carry scopes.", z.boolean()).optional(),
  bypasses: form(
    "a list of scope and approval",
    "Checks that keys of this kind pass by.",
    z.array(z.enum(["scope", "approval"])),
  ).optional(),
  refused: form("true or false", "Keys of this kind are turned away here.", z.boolean()).optional(),
  ttlDays: form(
    "{ default: 30, max: 365 }",
    "Days until a key ends: where its maker names none, and at most.",
    z.strictObject({ default: z.int().min(1), max: z.int().min(1) }),
  ).optional(),
});

const apiKey = form(
  "{ header, kinds }",
  "API keys in a header.",
  z.strictObject({
    header: headerName,
    kinds: form(
      "a map of kinds",
      "Kinds of keys, told apart by prefix.",
      z
        .record(form("a lower-case word", "Name of a kind.", z.string().regex(/^[a-z][a-z0-9_]*$/)), keyKind)
        .refine((kinds) => Object.keys(kinds).length > 0),
    ),
  }),
);

const token = z.strictObject({
  prefix: form(
    "a prefix like vf_tok_",
    "Tokens begin so; 43 characters of base64url follow.",
    z.string().regex(/^[A-Za-z0-9]+(_[A-Za-z0-9]+)*_$/),
  ),
  validation: form(
    "local or delegated",
    "Who knows the tokens: this server (local), or the upstream, which then validates every call (delegated).",
    z.enum(["local", "delegated"]),
  ),
  grants: form("a list of scope names", "Scopes that every token has.", z.array(text)),
  maxActivePerTenant: form(
    "a whole number from 1",
    "Tokens of one tenant that may be active at a time. Default: no limit.",
    z.int().min(1),
  ).optional(),
  ttlDays: form(
    "{ default: 30, max: 365 }",
    "Days until a token ends: where its maker names none, and at most. Default: never.",
    z.strictObject({ default: z.int().min(1), max: z.int().min(1) }),
  ).optional(),
});

/** One object rather than a union, so that a mistake inside a scheme is reported where it is. */
export const scheme = form(
  "apiKey: { … }, token: { … } or oauth: { … }, one scheme an item",
  "One way to say who is calling.",
  z
    .strictObject({
      apiKey: apiKey.optional(),
      token: form("{ prefix, validation, grants }", "Opaque bearer tokens in Authorization.", token).optional(),
      oauth: form(
        "{ issuer, tenant, … }",
        "People who log in at an authorization server (OAuth 2.1).",
        oauth,
      ).optional(),
    })
    .refine((one) => Object.values(one).filter((scheme) => scheme !== undefined).length === 1),
);
