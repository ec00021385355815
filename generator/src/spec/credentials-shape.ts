import * as z from "zod";
import { headerName } from "./auth-shape.ts";
import { form } from "./forms.ts";
import { address } from "./oauth-shape.ts";

const text = z.string().min(1);

/** One object rather than a union, so that a mistake inside is reported where it is. */
const serviceFields = z.strictObject({
  header: headerName.optional(),
  query: form("a parameter name like api_key", "The query parameter that carries the secret.", text).optional(),
  secret: form("${NAME}", "The secret, as the name of an environment variable.", text).optional(),
  basic: form(
    "{ user: ${NAME}, password: ${NAME} }",
    "HTTP Basic. Without password it is empty, as some APIs want it with a key.",
    z.strictObject({
      user: form("${NAME}", "The user, or the key, as the name of an environment variable.", text),
      password: form("${NAME}", "The password, as the name of an environment variable.", text).optional(),
    }),
  ).optional(),
  identity: form(
    "{ header, secret }",
    "Tell the upstream for whom the call is, in a signed header.",
    z.strictObject({
      header: headerName,
      secret: form("${NAME}", "The signing secret, as the name of an environment variable.", text),
    }),
  ).optional(),
});

const service = form(
  "{ header, secret }, { query, secret } or { basic: { user, password } }",
  "A secret of this service: in a header, in the query, or as HTTP Basic.",
  serviceFields.refine(
    ({ header, query, basic, secret }) =>
      [header, query, basic].filter((one) => one !== undefined).length === 1 &&
      (basic === undefined) === (secret !== undefined),
  ),
);

const exchange = z.strictObject({
  tokenUrl: form(
    "an address like https://login.example.com/token",
    "The authorization server's token endpoint.",
    address,
  ),
  clientId: form("a text, or ${NAME}", "This server, as the authorization server knows it.", text),
  clientSecret: form("${NAME}", "The client's secret, as the name of an environment variable.", text),
  audience: form("a text", "Whom the new token is for, as the authorization server knows the upstream.", text),
  scope: form(
    "a list of scopes",
    "Scopes of the upstream to ask for. Default: none named, the authorization server decides.",
    z.array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/)).min(1),
  ).optional(),
});

/** What the upstream gets to see. One object rather than a union, so that a mistake inside is reported where it is. */
export const credentials = form(
  "forward, none, { service: { header, secret } } or { exchange: { tokenUrl, clientId, clientSecret, audience } }",
  "forward the caller's own, none (default), a secret of this service, or a token that the caller's is exchanged for (RFC 8693).",
  z.union([
    z.enum(["forward", "none"]),
    form(
      "service: { … } or exchange: { … }, one of them",
      "A secret of this service, or a token exchange.",
      z
        .strictObject({ service: service.optional(), exchange: exchange.optional() })
        .refine((one) => (one.service === undefined) !== (one.exchange === undefined)),
    ),
  ]),
);

/** Where the secret of a service goes, as written. */
export type ServiceSpec = z.infer<typeof service>;
