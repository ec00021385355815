import * as z from "zod";
import { approvals } from "./approvals-shape.ts";
import { headerName, scheme } from "./auth-shape.ts";
import { credentials } from "./credentials-shape.ts";
import { durationWords, isDuration } from "./duration.ts";
import { errorCodes } from "./expectations.ts";
import { form } from "./forms.ts";
import { lint } from "./lint-shape.ts";
import { jsonSchema } from "./schema-shape.ts";
import { toolsets } from "./toolsets-shape.ts";

const text = z.string().min(1);

/** What npm takes as the name of a new package (npm, "package.json", `name`): it is part of an address and of a folder. */
const packageName = /^(@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/;
const packageNameMax = 214;

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

const upstream = z.strictObject({
  url: form("an address like https://api.example.com", "Origin and base path of the REST API.", text),
  openapi: form(
    "a file name like openapi.yaml",
    "The API's contract. Default: openapi.yaml, if it is there.",
    text,
  ).optional(),
  credentials: credentials.optional(),
  timeout: form(durationWords, "For each upstream request. Default: 10s.", z.string().refine(isDuration)).optional(),
});

const relay = z.strictObject({
  header: headerName,
  secret: form("${NAME}", "The signing secret, as the name of an environment variable. At least 32 bytes.", text),
  keyId: form("${NAME:-}", "Names the secret to an upstream that knows two. Empty: left out.", text).optional(),
  refusals: form(
    "a list of the upstream's error codes",
    "Codes by which the upstream says that it does not accept the co-signature.",
    z.array(text),
  ).optional(),
});

const memberName = form("the name of a member of the reply", "A member of the reply.", text);
const inputName = form("the name of an input", "An input, as the contract names it.", text);

const paginationStyle = z.strictObject({
  inputs: form(
    "a map of cursor, page and size to names of inputs",
    "The inputs that choose a page; every tool of this style has them.",
    z
      .strictObject({ cursor: inputName.optional(), page: inputName.optional(), size: inputName.optional() })
      .refine((inputs) => (inputs.cursor === undefined) !== (inputs.page === undefined)),
  ),
  items: memberName,
  next: form("the name of a member of the reply", "The member that holds the next cursor.", text).optional(),
  more: form("the name of a member of the reply", "The member that says whether there is more.", text).optional(),
  total: form("the name of a member of the reply", "The member that counts all entries.", text).optional(),
});

const collection = z.strictObject({
  key: form("the name of a member", "The member by which entries are told apart; the file name is its value.", text),
  schema: form("a schema, or { $ref: … }", "What every entry is.", jsonSchema),
  fallback: form("the key of an entry", "The entry that answers for unknown keys; it is not listed.", text).optional(),
});

const errorKey = form(
  "an error code, an upstream status, or a code of the upstream",
  "An error code, an upstream status like 404, or the upstream's own code like plan_tier_required.",
  z.union([
    z.enum(errorCodes),
    z.string().regex(/^[45]\d\d$/),
    // Zod reports the last alternative of a key alone, so the words for all of them stand there.
    form(
      `an upstream status like 404, a code of the upstream like plan_tier_required, or an error code: ${errorCodes.join(", ")}`,
      "A code of the upstream.",
      z.string().regex(/^[a-z][a-z0-9]*([_-][a-z0-9]+)*$/),
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
  auth: form("a list of schemes, e.g. - apiKey: { … }", "Who may call.", z.array(scheme).min(1)),
  adapter: form(
    '{ package: "@acme/mcp" }',
    "A package that logs in through the browser, for clients that speak stdio only; emitted as adapter/.",
    z.strictObject({
      package: form(
        "a name for npm like @acme/mcp",
        "The name under which the package is published.",
        z.string().max(packageNameMax).regex(packageName),
      ),
    }),
  ).optional(),
  relay: form(
    "{ header, secret, … }",
    "Co-sign every upstream request, so that the upstream takes callers' credentials through this server alone.",
    relay,
  ).optional(),
  scopes: form(
    "a map of scope names to descriptions",
    "Scopes and what they allow.",
    z.record(form("a scope name", "Name of a scope.", z.string().regex(/^[A-Za-z][A-Za-z0-9_.:/-]{0,63}$/)), text),
  ).optional(),
  errors: form(
    "a map of error codes and statuses to { rpc, message, fix }",
    "How errors leave, where the default is not wanted.",
    z.record(
      errorKey,
      z.strictObject({
        rpc: form("a whole number like -32004", "The JSON-RPC code. Without it, a tool result.", z.int()).optional(),
        message: text.optional(),
        fix: form("a text", "What to do, for the caller. {plan} stands for the plan that is needed.", text).optional(),
      }),
    ),
  ).optional(),
  pagination: form(
    "a map of style names to { inputs, items, … }",
    "How lists are paged, named once; a tool says pagination: name.",
    z.record(
      form("a lower-case word", "Name of a style.", z.string().regex(/^[a-z][a-z0-9_]{0,39}$/)),
      paginationStyle,
    ),
  ).optional(),
  content: form(
    "a map of collections to { key, schema }",
    "Local content: the entries of a collection are the files content/<collection>/<key>.yaml.",
    z.record(
      form("a lower-case word", "Name of a collection.", z.string().regex(/^[a-z][a-z0-9_]{0,39}$/)),
      collection,
    ),
  ).optional(),
  dryRunParameter: dryRunParameter.optional(),
  approvals: approvals.optional(),
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
  tools: form(
    "a list of tool names, or a map of group titles to such lists",
    "The order in which tools are listed, and perhaps the groups that the manifest shows them in.",
    z.union([
      z.array(z.string()),
      z.record(form("a title", "Title of a group.", text.max(80)), z.array(z.string()).min(1)),
    ]),
  ).optional(),
  toolsets: form(
    "a map of names to { description, tools, tags, default }",
    "Named subsets of the tools that a client may ask for, by ?toolsets=a,b or the header X-MCP-Toolsets. For short lists, not for safety: whoever may use a tool may ask for its set.",
    toolsets,
  ).optional(),
  manifest: form(
    "{ budgetTokens: 6000 }",
    "What holds of llms/mcp.txt.",
    z.strictObject({
      budgetTokens: form("a whole number from 1", "Tokens that it must stay within.", z.int().min(1)),
    }),
  ).optional(),
  lint: form(
    "{ extends, rules, budgets }",
    "What `toolspec lint` looks for, and budgets that fail the build.",
    lint,
  ).optional(),
});

/** A server.yaml that fits its shape. */
export type ServerSpec = z.infer<typeof serverShape>;
