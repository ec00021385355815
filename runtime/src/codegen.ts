/**
 * All that generated code imports from the runtime.
 *
 * A breaking change here adds `./codegen2` beside this file; generated code that is out there keeps working.
 */
import type { ErrorCode } from "./errors.ts";

/** Plain JSON, as it comes from `JSON.parse`. */
export type JsonObject = { readonly [name: string]: unknown };

/** A JSON Schema 2020-12 object. */
export type JsonSchema = JsonObject;

/** Methods that an upstream request may have, as OpenAPI writes them. */
export type HttpMethod = "get" | "head" | "post" | "put" | "patch" | "delete";

/**
 * OpenAPI's `style` and `explode` of one parameter (OpenAPI 3.1, "Style Values"). Default: `simple` in path and headers, `form`,
 * exploded, in query and cookies. `json`: its JSON text, which OpenAPI says as `content: { application/json: … }`.
 */
export interface ParameterStyle {
  readonly style?: "simple" | "label" | "matrix" | "form" | "spaceDelimited" | "pipeDelimited" | "deepObject" | "json";
  readonly explode?: boolean;
}

/** How one field of a form is written (OpenAPI 3.1, "Encoding Object"). Default: lists by repeating it, objects as JSON text. */
export interface FormField extends ParameterStyle {
  /** `multipart/form-data` only. A file: base64 or a `data:` URL in the arguments, bytes in a part of its own. */
  readonly bytes?: true;
  /** Of the part. Default: what the `data:` URL says, `application/json` for objects, `application/octet-stream` for files. */
  readonly contentType?: string;
  /** Default: what the `data:` URL says, else the field's name. */
  readonly filename?: string;
}

/**
 * The one request of a call, as a handler returns it: values not yet encoded, nothing not declared.
 *
 * `path` is the template with `{name}` placeholders; `params` fills them. `undefined` means "leave out".
 */
export interface AnyUpstreamRequest {
  readonly method: HttpMethod;
  readonly path: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly paramStyle?: Styles;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly queryStyle?: Styles;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly headerStyle?: Styles;
  readonly cookies?: Readonly<Record<string, unknown>>;
  readonly cookieStyle?: Styles;
  /** JSON and forms: values. Texts and XML: a string. Any other media type: the bytes as base64 in a string. */
  readonly body?: unknown;
  /** Default: `application/json`. */
  readonly contentType?: string;
  /** Of a form, by field. */
  readonly form?: Readonly<Record<string, FormField>>;
}

/** By name, where a parameter is not written as its place's default. */
export type Styles = Readonly<Record<string, ParameterStyle>>;

type Operation<Paths, Path extends keyof Paths, Method extends HttpMethod> = Method extends keyof Paths[Path]
  ? Paths[Path][Method]
  : never;
type Slot<Op, In extends "path" | "query" | "header" | "cookie"> = Op extends {
  parameters: { [Name in In]?: infer Values };
}
  ? NonNullable<Values>
  : never;
type RequiredSlot<Name extends string, Values> = [Values] extends [never]
  ? { readonly [Key in Name]?: never }
  : Record<string, never> extends Values
    ? { readonly [Key in Name]?: Values }
    : { readonly [Key in Name]: Values };
type ContentOf<Body> = Body extends { content: infer Content } ? Content[keyof Content] : never;
type BodyOf<Op> = Op extends { requestBody: { content: infer Content } }
  ? { readonly body: Content[keyof Content] }
  : Op extends { requestBody?: infer Body }
    ? { readonly body?: ContentOf<NonNullable<Body>> }
    : { readonly body?: never };

/** The request of one operation, typed against the upstream's contract (`paths` as openapi-typescript writes it). */
export type UpstreamRequest<Paths, Path extends keyof Paths & string, Method extends HttpMethod> = {
  readonly method: Method;
  readonly path: Path;
  readonly paramStyle?: Styles;
  readonly queryStyle?: Styles;
  readonly headerStyle?: Styles;
  readonly cookieStyle?: Styles;
  readonly contentType?: string;
  readonly form?: AnyUpstreamRequest["form"];
} & RequiredSlot<"params", Slot<Operation<Paths, Path, Method>, "path">> &
  RequiredSlot<"query", Slot<Operation<Paths, Path, Method>, "query">> &
  RequiredSlot<"headers", Slot<Operation<Paths, Path, Method>, "header">> &
  RequiredSlot<"cookies", Slot<Operation<Paths, Path, Method>, "cookie">> &
  BodyOf<Operation<Paths, Path, Method>>;

/** Ask for one of these scopes, for all of them, or for none at all where a tool has no `scope`. */
export type Scope = string | { readonly anyOf: readonly string[] } | { readonly allOf: readonly string[] };

/** One of several rules: `when` is a CEL condition over `input`, `caller` and `now`; the last has none and says what else happens. */
export type DispositionRule =
  | { readonly when: string; readonly then: "auto" | "confirm" | "approval" }
  | { readonly otherwise: "auto" | "confirm" | "approval" };

/**
 * What happens to a write: run it, run it once a person has said yes, park it for an operator, or the first up to a
 * threshold and another beyond.
 *
 * `{ upTo: 100, of: "count", beyond: "approval" }` runs while `input.count <= 100`. Of a list of rules, the first that holds decides.
 */
export type Disposition =
  | "auto"
  | "confirm"
  | "approval"
  | { readonly upTo: number; readonly of: string; readonly beyond: "confirm" | "approval" }
  | readonly DispositionRule[];

/** `forward`: the upstream itself runs dry. `plan`: nothing is sent and the request is shown. `none`: `dry_run` is refused. */
export type DryRun = "forward" | "plan" | "none";

/** A plain value that two JSON texts can be compared by. */
export type Scalar = string | number | boolean | null;

/**
 * A rule over several inputs, which JSON Schema could only say at the top level, where several model APIs refuse it.
 * Checked after defaults are filled in. `message` is what a caller is told: "exactly one of a and b must be given".
 *
 * `when` holds if the named input is given, or if every named input has (one of) the stated values.
 */
export type Constraint =
  | { readonly exactlyOneOf: readonly string[]; readonly message: string }
  | { readonly atLeastOneOf: readonly string[]; readonly message: string }
  | { readonly atMostOneOf: readonly string[]; readonly message: string }
  | {
      readonly when: string | Readonly<Record<string, Scalar | readonly Scalar[]>>;
      readonly require?: readonly string[];
      readonly forbid?: readonly string[];
      /** Values that these inputs may then have, where they are given. */
      readonly then?: Readonly<Record<string, readonly Scalar[]>>;
      readonly message: string;
    };

/** Local content: entries that tools answer from without any request, in order, told apart by the member `key`. */
export interface ContentCollection {
  readonly key: string;
  readonly entries: readonly JsonObject[];
  /** Answers for a key that no entry has; it is not listed. */
  readonly fallback?: JsonObject;
}

/** What a tool answers from local content: `{ items, total }` with these fields of every entry, or one entry. */
export type ContentRequest =
  | { readonly list: ContentCollection; readonly fields: readonly string[] }
  | { readonly get: ContentCollection; readonly key: string };

/** What became of a call that waits, or waited, for an operator: answered by this server, to whoever made the call. */
export interface ApprovalLookup {
  readonly approval: string;
}

/** What generated validators offer; zod's types satisfy it, and nothing else of zod reaches the runtime. */
export interface Validator {
  safeParse(
    value: unknown,
  ):
    | { readonly success: true; readonly data: unknown }
    | { readonly success: false; readonly error: { readonly issues: readonly ValidationIssue[] } };
}

/** The part of a zod issue that the runtime reads: enough to say in its own words what was wrong. */
export interface ValidationIssue {
  readonly code?: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** With `unrecognized_keys`. */
  readonly keys?: readonly string[];
  /** With `invalid_type`. */
  readonly expected?: string;
  /** With `too_small` and `too_big`. */
  readonly origin?: string;
  readonly minimum?: number | bigint;
  readonly maximum?: number | bigint;
  readonly inclusive?: boolean;
  /** With `invalid_value`. */
  readonly values?: readonly unknown[];
  /** With `not_multiple_of`. */
  readonly divisor?: number;
  /** With `invalid_format`. */
  readonly format?: string;
  readonly pattern?: string;
  /** With `invalid_union`: the issues of each alternative, their paths counted from here. None when several match and one may. */
  readonly errors?: readonly (readonly ValidationIssue[])[];
}

/** One tool as generated. The handler is pure: it returns the one request and cannot send it. */
export interface ToolDefinition<Input> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly access: "read" | "write";
  readonly scope?: Scope;
  readonly disposition: Disposition;
  readonly dryRun: DryRun;
  /** Repeating the call has no further effect: lost answers may be asked for again. */
  readonly idempotent?: boolean;
  /**
   * Header that carries the call's id, on every attempt, to an upstream that runs the same id once. A call by the same arguments
   * has another id: to callers the tool is as repeatable as without.
   */
  readonly idempotencyHeader?: string;
  /** Top-level inputs that must not reach a log, an audit entry or an error text. */
  readonly sensitive?: readonly string[];
  /** What to do when the upstream's reply breaks `output`. Default: observe (pass on and count). */
  readonly contract?: "observe" | "enforce";
  /** Milliseconds for the whole upstream request. Default: the server's. */
  readonly timeoutMs?: number;
  /** Plan that the vendor asks for; named to the caller when the upstream answers 402. */
  readonly plan?: string;
  readonly constraints?: readonly Constraint[];
  readonly input: Validator;
  readonly output?: Validator;
  readonly handler: (input: Input) => AnyUpstreamRequest | ContentRequest | ApprovalLookup;
}

/** A tool whose input type is no longer of interest: only `input.safeParse` makes values for `handler`. */
export type Tool = ToolDefinition<never>;

/** State one tool. Only gives the value its type. */
export function defineTool<Input>(tool: ToolDefinition<Input>): Tool {
  return tool as Tool;
}

/** MCP's hints about a tool (MCP 2026-07-28, "ToolAnnotations"). All four are always written. */
export interface ToolAnnotations {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
}

/** What `tools/list` says of one tool beyond its definition, computed when generating. */
export interface Advertised {
  readonly inputSchema: JsonSchema;
  readonly outputSchema?: JsonSchema;
  readonly annotations: ToolAnnotations;
}

/** One kind of API key, told apart by its prefix. */
export interface KeyKind {
  readonly prefix: string;
  /** Keys of this kind carry scopes. */
  readonly scoped?: boolean;
  readonly bypasses?: readonly ("scope" | "approval")[];
  /** Keys of this kind are turned away at this endpoint. */
  readonly refused?: boolean;
  /** Days. `default` applies when the key's maker names none; `max` bounds what may be asked for. Absent: never expires. */
  readonly ttlDays?: { readonly default: number; readonly max: number };
}

/** API keys in a header of their own, or as a bearer token. */
export interface ApiKeyAuth {
  readonly kind: "apiKey";
  readonly header: string;
  readonly kinds: Readonly<Record<string, KeyKind>>;
}

/**
 * Opaque bearer tokens, in `Authorization`: prefix and 256 random bits as base64url, stored as SHA-256.
 *
 * `local`: this runtime knows the tokens. `delegated`: the upstream validates each call, and only its refusals are
 * remembered, for at most a second.
 */
export interface TokenAuth {
  readonly kind: "token";
  readonly prefix: string;
  readonly validation: "local" | "delegated";
  /** Scopes that every token has. */
  readonly grants: readonly string[];
  /** Tokens of one tenant that may be active at a time. Absent: no limit. */
  readonly maxActivePerTenant?: number;
  /** Days, as with keys. Absent: never expires. */
  readonly ttlDays?: { readonly default: number; readonly max: number };
}

/**
 * OAuth 2.1, this server being a resource server only: access tokens are JWTs that an authorization server signed for it
 * (RFC 9068), and clients find that server through the metadata of RFC 9728. Strings may hold `${NAME}`, resolved at start.
 */
export interface OAuthAuth {
  readonly kind: "oauth";
  /** Where MCP is served to these callers: `mcp.path`, or a path of its own where the server takes keys or tokens too. */
  readonly path: string;
  /** `iss` of every token, and where the authorization server's metadata is found (RFC 8414). */
  readonly issuer: string;
  /** `aud` of every token: the address of this endpoint as clients know it (RFC 8707). */
  readonly audience: string;
  /** The signing keys (RFC 7517). Default: as the issuer's metadata says. */
  readonly jwksUrl?: string;
  /** Signature algorithms that are accepted, asymmetric only (RFC 8725, section 3.1). */
  readonly algorithms: readonly string[];
  /** How far the clocks may differ when `exp` and `nbf` are compared. */
  readonly clockSkewSeconds: number;
  /** The claim that names the tenant, and what people call a tenant: "Space". */
  readonly tenant: { readonly claim: string; readonly title: string };
  /** The claim that names the caller's role, and the scopes that each role may use at most. Absent: roles do not matter. */
  readonly role?: { readonly claim: string; readonly scopes: Readonly<Record<string, readonly string[]>> };
}

/** One way to say who is calling. */
export type AuthScheme = ApiKeyAuth | TokenAuth | OAuthAuth;

/**
 * Co-sign every upstream request, so that the upstream takes the caller's credential through this server alone.
 * Strings may hold `${NAME}`, resolved at start.
 */
export interface Relay {
  readonly header: string;
  /** At least 32 bytes. */
  readonly secret: string;
  /** Names the secret to a verifier that knows two. Empty after resolving: left out. */
  readonly keyId?: string;
  /** Error codes by which the upstream says that it does not accept the co-signature: the operator's problem. */
  readonly refusals?: readonly string[];
}

/** One argument of a prompt. */
export interface PromptArgument {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  /** Stands in the text where the argument is not given. */
  readonly otherwise?: string;
}

/** One MCP prompt: a text for the user to send, `{name}` being where an argument goes. */
export interface PromptDefinition {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: readonly PromptArgument[];
  readonly text: string;
}

/** How one error code, ours or the upstream's, or upstream status leaves this server, where the default is not wanted. */
export interface ErrorMapping {
  /** Leave as a JSON-RPC error with this number. */
  readonly rpc?: number;
  readonly message?: string;
  /** What to do, for the caller. `{plan}` stands for the plan that is needed. */
  readonly fix?: string;
}

/** Where the gateway's own credential and the caller's identity go. Strings may hold `${NAME}`, resolved at start. */
export type ServiceCredentials = {
  readonly kind: "service";
  /** Tell the upstream for whom the call is, in a signed header (a JWS with HMAC-SHA256, RFC 7515). */
  readonly identity?: { readonly header: string; readonly secret: string };
} & ServicePlace;

/** In a header, in a query parameter, or in `Authorization` as HTTP Basic (RFC 7617), whose password may be empty. */
export type ServicePlace =
  | { readonly header: string; readonly secret: string }
  | { readonly query: string; readonly secret: string }
  | { readonly basic: { readonly user: string; readonly password?: string } };

/**
 * Exchange the caller's access token for one that is meant for the upstream, at the authorization server (RFC 8693).
 * Strings may hold `${NAME}`, resolved at start.
 */
export interface ExchangeCredentials {
  readonly kind: "exchange";
  /** The authorization server's token endpoint. */
  readonly tokenUrl: string;
  /** This server, as the authorization server knows it; sent with HTTP Basic (RFC 6749, section 2.3.1). */
  readonly clientId: string;
  readonly clientSecret: string;
  /** Whom the new token is for: `audience` of the exchange. */
  readonly audience: string;
  /** Scopes to ask for. Default: none named, the authorization server decides. */
  readonly scope?: readonly string[];
}

/** `forward` sends the caller's own credential on: only for keys that were issued for this very server, never for OAuth. */
export type Credentials =
  | ServiceCredentials
  | ExchangeCredentials
  | { readonly kind: "forward" }
  | { readonly kind: "none" };

/** Calls that wait for an operator. */
export interface Approvals {
  /** Milliseconds after which a call that nobody decided on is over. */
  readonly expiresInMs: number;
  /** Where the caller asks what became of its call: `/v1/agent-approvals/{id}`. */
  readonly pollPath: string;
  /** Beginning of the names of webhook events: `agent.action`. */
  readonly events: string;
  /** Persons who must agree. */
  readonly approvers: 1 | 2;
}

/** Where the upstream looks for its dry-run flag. */
export type DryRunParameter = { readonly query: string } | { readonly header: string } | { readonly body: string };

/** A named subset of a server's tools, which a client may ask for: `/mcp?toolsets=billing,refunds`. */
export interface Toolset {
  readonly description: string;
  /** Clients that ask for nothing get the default sets; where there is none, every tool. */
  readonly default?: true;
  readonly tools: readonly Tool[];
}

/** One generated server: everything of server.yaml that matters when running, and the tools in order. */
export interface ServerDefinition {
  /** Version of the contract between generated code and runtime. */
  readonly toolspec: 1;
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly description: string;
  readonly instructions?: string;
  readonly website?: string;
  readonly mcp: {
    /** Where MCP is served, e.g. `/v1/mcp`. */
    readonly path: string;
    /** Which tools `tools/list` shows. Default: those of the caller's scopes. */
    readonly toolsList?: "all";
  };
  readonly upstream: {
    /** Origin and base path, perhaps with `${NAME:-default}`. */
    readonly url: string;
    readonly credentials: Credentials;
    readonly timeoutMs: number;
  };
  readonly auth: readonly AuthScheme[];
  readonly relay?: Relay;
  readonly scopes: Readonly<Record<string, string>>;
  /** By error code, by upstream status ("404"), or by the upstream's own code ("plan_tier_required"). */
  readonly errors: Readonly<Partial<Record<ErrorCode | `${number}` | (string & {}), ErrorMapping>>>;
  readonly dryRunParameter?: DryRunParameter;
  /** Absent: a call that would have to wait is refused. */
  readonly approvals?: Approvals;
  /** `llms/mcp.txt`, beside the generated code. */
  readonly manifest: URL;
  readonly tools: readonly Tool[];
  /** By name, in the order of server.yaml. */
  readonly toolsets?: Readonly<Record<string, Toolset>>;
  readonly prompts?: readonly PromptDefinition[];
  /** By tool name. */
  readonly advertised: Readonly<Record<string, Advertised>>;
}

/** State one server. Only gives the value its type. */
export function defineServer(server: ServerDefinition): ServerDefinition {
  return server;
}

/** Leave a nested object out of a body when none of its members was given. */
export function whenAny<T extends object>(members: T): T | undefined {
  return Object.values(members).some((value) => value !== undefined) ? members : undefined;
}

export {
  contains,
  dependentRequired,
  dependentSchemas,
  equals,
  hasLength,
  hasMembers,
  hasProperties,
  isObject,
  matches,
  matchesNot,
  matchesWhen,
  multipleOf,
  otherThan,
  propertyNames,
  unevaluated,
  uniqueItems,
} from "./checks.ts";
export {
  isDateTime,
  isDuration,
  isEmail,
  isHostname,
  isIpv6,
  isJsonPointer,
  isRegex,
  isRelativeJsonPointer,
  isTime,
  isUri,
  isUriReference,
  isUuid,
} from "./formats.ts";
export { linear } from "./linear-pattern.ts";
