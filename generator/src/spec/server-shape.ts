import * as z from "zod";
import { durationWords, isDuration } from "./duration.ts";
import { errorCodes } from "./expectations.ts";
import { form } from "./forms.ts";
import { jsonSchema } from "./schema-shape.ts";

const text = z.string().min(1);

/** RFC 9110 section 5.1: a token. */
const headerName = form(
  "a header name like X-API-Key",
  "Name of an HTTP header.",
  z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/),
);
const parameterName = form("a name", "The upstream's name.", text);

const mcp = z.strictObject({
  path: form(
    "a path like /v1/mcp",
    "Where MCP is served. Default: /mcp.",
    z.string().regex(/^(\/[A-Za-z0-9._~-]+)+$/),
  ).optional(),
  url: form(
    "an https address",
    "The public address, for manifests.",
    z.string().regex(/^https?:\/\/[^\s]+$/),
  ).optional(),
  toolsList: form(
    "permitted or all",
    "What tools/list shows a caller: the tools of its scopes (permitted, default), or all of them, so that it learns which scope a tool asks for.",
    z.enum(["permitted", "all"]),
  ).optional(),
});

const service = z.strictObject({
  header: headerName,
  secret: form("${NAME}", "The secret, as the name of an environment variable.", text),
  identity: form(
    "{ header, secret }",
    "Tell the upstream for whom the call is, in a signed header.",
    z.strictObject({
      header: headerName,
      secret: form("${NAME}", "The signing secret, as the name of an environment variable.", text),
    }),
  ).optional(),
});

const upstream = z.strictObject({
  url: form("an address like https://api.example.com", "Origin and base path of the REST API.", text),
  openapi: form(
    "a file name like openapi.yaml",
    "The API's contract. Default: openapi.yaml, if it is there.",
    text,
  ).optional(),
  credentials: form(
    "forward, none, or { service: { header, secret } }",
    "forward the caller's own, none (default), or a secret of this service.",
    z.union([z.enum(["forward", "none"]), z.strictObject({ service })]),
  ).optional(),
  timeout: form(durationWords, "For each upstream request. Default: 10s.", z.string().refine(isDuration)).optional(),
});

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

const apiKey = z.strictObject({
  apiKey: form(
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
  ),
});

const errorKey = form(
  "an error code or an upstream status",
  "An error code, or an upstream status like 404.",
  z.union([
    z.enum(errorCodes),
    // Zod reports the last alternative of a key alone, so the words for all of them stand there.
    form(
      `an upstream status like 404, or an error code: ${errorCodes.join(", ")}`,
      "An upstream status.",
      z.string().regex(/^[45]\d\d$/),
    ),
  ]),
);

const dryRunParameter = form(
  "{ query: name }, { header: name } or { body: name }",
  "Where the upstream looks for its dry-run flag.",
  z.union([
    z.strictObject({ query: parameterName }),
    z.strictObject({ header: headerName }),
    z.strictObject({ body: parameterName }),
  ]),
);

const withheld = z.strictObject({
  capability: form("a text", "What is left out on purpose.", text),
  reason: form("a text", "Why.", text),
  instead: form("a text", "Where a person finds it.", text).optional(),
});

/** The server: `server.yaml`. */
export const serverShape = z.strictObject({
  toolspec: form("1", "Version of the language.", z.literal(1)),
  name: form(
    "a word of lower-case letters, digits and -, at most 40",
    "Name for machines.",
    z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
  ),
  title: form("a text", "Name for people.", text.max(120)),
  version: form(
    'a version like "1.4.0", in quotes where it looks like a number',
    "Version of this server.",
    z.string().regex(/^\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?$/),
  ),
  description: form("a text", "What the server is for.", text.max(4096)),
  instructions: form("a text", "What a model should know before it calls anything.", text.max(8192)).optional(),
  website: form("an https address", "Where people read more.", z.string().regex(/^https?:\/\/\S+$/)).optional(),
  mcp: form("{ path }", "Where MCP is served.", mcp).optional(),
  upstream: form("{ url, … }", "The REST API behind the tools.", upstream),
  auth: form("a list of schemes, e.g. - apiKey: { … }", "Who may call.", z.array(apiKey).min(1)),
  scopes: form(
    "a map of scope names to descriptions",
    "Scopes and what they allow.",
    z.record(form("a scope name", "Name of a scope.", z.string().regex(/^[A-Za-z][A-Za-z0-9_.:/-]{0,63}$/)), text),
  ).optional(),
  errors: form(
    "a map of error codes and statuses to { rpc, message }",
    "How errors leave, where the default is not wanted.",
    z.record(
      errorKey,
      z.strictObject({
        rpc: form("a whole number like -32004", "The JSON-RPC code.", z.int()),
        message: text.optional(),
      }),
    ),
  ).optional(),
  dryRunParameter: dryRunParameter.optional(),
  withheld: form(
    "a list of { capability, reason, instead }",
    "What this server leaves out, and why.",
    z.array(withheld),
  ).optional(),
  schemas: form(
    "a map of names to schemas",
    "Schemas that inputs and outputs share, as #/schemas/Name.",
    z.record(
      form("a name like Money", "Name of a schema.", z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/)),
      jsonSchema,
    ),
  ).optional(),
  tools: form("a list of tool names", "The order in which tools are listed.", z.array(z.string())).optional(),
});

/** A server.yaml that fits its shape. */
export type ServerSpec = z.infer<typeof serverShape>;
