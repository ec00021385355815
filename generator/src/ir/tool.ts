/**
 * What a server and its tools *are*: defaults filled in, everything resolved, frozen plain data.
 *
 * Lowering makes it from specs and the upstream's contract; rules read it; emit turns it into files. No positions here:
 * `lower.ts` keeps them beside it, so that the same specs give the same value wherever they lie.
 */

/** A JSON Schema 2020-12. `true` and `false` are schemas too. */
export type JsonSchema = boolean | JsonSchemaObject;
export type JsonSchemaObject = { readonly [keyword: string]: unknown };

export type HttpMethod = "get" | "head" | "post" | "put" | "patch" | "delete";

/**
 * `requestBody`: the input is the whole body, and `body` a field of it. `content`: the input chooses an entry of local content, or
 * an approval, and goes to no upstream.
 */
export type InputPlace = "path" | "query" | "header" | "cookie" | "body" | "requestBody" | "content";

/** How a value is written (OpenAPI 3.1, "Style Values"); `json` is a parameter with `content`: its JSON text. */
export interface ParameterStyle {
  readonly style?: StyleName;
  readonly explode?: boolean;
}

export type StyleName =
  | "simple"
  | "label"
  | "matrix"
  | "form"
  | "spaceDelimited"
  | "pipeDelimited"
  | "deepObject"
  | "json";

/** One field of a form, where it is not written as by default (OpenAPI 3.1, "Encoding Object"). */
export interface FormField extends ParameterStyle {
  /** A file: base64 in the arguments, bytes in a part of its own. */
  readonly bytes?: true;
  /** Media type of the part. */
  readonly contentType?: string;
  /** Name of the file. Default: the field's. */
  readonly filename?: string;
}

/** One input of a tool, merged with what it inherits from the operation. */
export interface InputIr {
  readonly name: string;
  /** Must be in every call. An input with a default is optional. */
  readonly required: boolean;
  /** Schema without the spec language's own keys (`in`, `as`, `style`, `sensitive`, …). Refs point into `ServerIr.schemas`: `#/$defs/Name`. */
  readonly schema: JsonSchema;
  readonly place: InputPlace;
  /** The upstream's name; more than one part means a nested body field: `["commission", "value"]`. */
  readonly as: readonly [string, ...string[]];
  /** Of a parameter; absent where it is its place's default. */
  readonly style?: ParameterStyle;
  /** Of a form, by field: this input's own, or where it is the whole body, all of them. */
  readonly form?: Readonly<Record<string, FormField>>;
  readonly sensitive: boolean;
}

export interface RequestIr {
  readonly method: HttpMethod;
  /** Path template with `{name}` placeholders, as the contract writes it; the placeholders are upstream names. */
  readonly path: string;
  /** Constants that every call sends, by place. */
  readonly constants: {
    readonly query: Readonly<Record<string, unknown>>;
    readonly headers: Readonly<Record<string, unknown>>;
    readonly body: Readonly<Record<string, unknown>>;
  };
  /** Any media type but a multipart other than `multipart/form-data`; lower case, parameters perhaps. */
  readonly contentType: string;
  /** The operation stands in the contract, and takes what a caller gives as it stands, so the handler is typed against it. */
  readonly typed: boolean;
}

/** What a tool answers from local content; `by` is the input that holds the key of an entry. */
export type ContentUseIr =
  | { readonly list: string; readonly fields: readonly string[] }
  | { readonly get: string; readonly by: string };

/** A plain value of a constraint. */
export type ScalarIr = string | number | boolean | null;

/** A rule over several inputs, as generated code states it. `message` has neither capital nor full stop. */
export type ConstraintIr =
  | { readonly exactlyOneOf: readonly string[]; readonly message: string }
  | { readonly atLeastOneOf: readonly string[]; readonly message: string }
  | { readonly atMostOneOf: readonly string[]; readonly message: string }
  | {
      readonly when: string | Readonly<Record<string, ScalarIr | readonly ScalarIr[]>>;
      readonly require?: readonly string[];
      readonly forbid?: readonly string[];
      readonly then?: Readonly<Record<string, readonly ScalarIr[]>>;
      readonly message: string;
    };

export type ScopeIr = string | { readonly anyOf: readonly string[] } | { readonly allOf: readonly string[] };

/** `when` is a CEL condition; the last rule has none. */
export type DispositionRuleIr =
  | { readonly when: string; readonly then: "auto" | "confirm" | "approval" }
  | { readonly otherwise: "auto" | "confirm" | "approval" };

export type DispositionIr =
  | "auto"
  | "confirm"
  | "approval"
  | { readonly upTo: number; readonly of: string; readonly beyond: "confirm" | "approval" }
  | readonly DispositionRuleIr[];

export interface AnnotationsIr {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
}

export interface ExampleIr {
  readonly title: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** `ok` or an outcome or error code: `pending_approval`, `upstream_rejected`, … */
  readonly expect: string;
}

export interface ToolIr {
  /** snake_case; the file name. */
  readonly name: string;
  readonly title: string;
  /** The author's text, and behind it what follows from plan, constraints and pagination. */
  readonly description: string;
  readonly access: "read" | "write";
  readonly scope: ScopeIr | undefined;
  readonly disposition: DispositionIr;
  readonly dryRun: "forward" | "plan" | "none";
  readonly idempotent: boolean;
  /** Header by which the upstream tells repetitions of one call; writes only. */
  readonly idempotencyHeader?: string;
  /** Absent where the tool answers from local content or the queue of approvals. */
  readonly request: RequestIr | undefined;
  readonly content: ContentUseIr | undefined;
  /** Input that names the approval whose state the tool tells; only of the tool that is generated. */
  readonly approvalOf?: string;
  /** Name of a style in `ServerIr.pagination`. */
  readonly pagination: string | undefined;
  readonly constraints: readonly ConstraintIr[];
  readonly inputs: readonly InputIr[];
  /** Schema of the upstream's reply. Refs as in inputs. */
  readonly output: JsonSchema | undefined;
  readonly contract: "observe" | "enforce";
  readonly annotations: AnnotationsIr;
  readonly timeoutMs: number | undefined;
  readonly plan: string | undefined;
  readonly tags: readonly string[];
  readonly deprecated: { readonly since: string; readonly use?: string } | undefined;
  readonly examples: readonly ExampleIr[];
  /** For people who keep the tool; no client is told. */
  readonly notes: string | undefined;
  /** Relative path of the spec, e.g. `specs/vauchflow/tools/create_voucher.yaml`. */
  readonly source: string;
}

export interface KeyKindIr {
  readonly prefix: string;
  readonly scoped: boolean;
  readonly bypasses: readonly ("scope" | "approval")[];
  readonly refused: boolean;
  readonly ttlDays: { readonly default: number; readonly max: number } | undefined;
}

export interface ApiKeyAuthIr {
  readonly kind: "apiKey";
  readonly header: string;
  readonly kinds: Readonly<Record<string, KeyKindIr>>;
}

export interface TokenAuthIr {
  readonly kind: "token";
  readonly prefix: string;
  readonly validation: "local" | "delegated";
  readonly grants: readonly string[];
  readonly maxActivePerTenant: number | undefined;
  readonly ttlDays: { readonly default: number; readonly max: number } | undefined;
}

/** Access tokens of an authorization server. `issuer`, `audience` and `jwksUrl` may hold `${NAME}`. */
export interface OAuthAuthIr {
  readonly kind: "oauth";
  /** Where these callers are served: `mcp.path`, unless keys or tokens are. */
  readonly path: string;
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUrl: string | undefined;
  readonly algorithms: readonly string[];
  readonly clockSkewSeconds: number;
  readonly tenant: { readonly claim: string; readonly title: string };
  readonly role: { readonly claim: string; readonly scopes: Readonly<Record<string, readonly string[]>> } | undefined;
}

export type AuthIr = ApiKeyAuthIr | TokenAuthIr | OAuthAuthIr;

/** Co-signature of every upstream request. `secret` and `keyId` may be `${NAME}`. */
export interface RelayIr {
  readonly header: string;
  readonly secret: string;
  readonly keyId: string | undefined;
  readonly refusals: readonly string[];
}

/** How lists are paged: names of inputs, and of members of the reply. */
export interface PaginationIr {
  readonly inputs: { readonly cursor?: string; readonly page?: string; readonly size?: string };
  readonly items: string;
  readonly next: string | undefined;
  readonly more: string | undefined;
  readonly total: string | undefined;
}

/** Entries that stand in files, told apart by the member `key`. */
export interface CollectionIr {
  readonly key: string;
  /** By key, the fallback left out. */
  readonly entries: readonly JsonSchemaObject[];
  readonly fallback: JsonSchemaObject | undefined;
}

export interface PromptArgumentIr {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly otherwise: string | undefined;
}

export interface PromptIr {
  /** The file name. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: readonly PromptArgumentIr[];
  /** Rendered, with `{name}` where an argument goes. */
  readonly text: string;
  /** Tools in the order in which the steps call them. */
  readonly calls: readonly string[];
}

/** Tools that belong together, under a title. */
export interface GroupIr {
  readonly title: string;
  readonly tools: readonly string[];
}

/** A named subset of the tools, which a client may ask for. */
export interface ToolsetIr {
  readonly name: string;
  readonly description: string;
  /** Given to clients that ask for no set. */
  readonly isDefault: boolean;
  /** In the order of the server's tools; never empty. */
  readonly tools: readonly string[];
}

/** Calls that wait for an operator. */
export interface ApprovalsIr {
  readonly expiresInMs: number;
  /** With one `{id}`. */
  readonly pollPath: string;
  /** Beginning of the names of webhook events. */
  readonly events: string;
  readonly approvers: 1 | 2;
}

/** Where the secret of a service goes: into a header, into the query, or into `Authorization` as HTTP Basic. */
export type ServicePlaceIr =
  | { readonly header: string; readonly secret: string }
  | { readonly query: string; readonly secret: string }
  | { readonly basic: { readonly user: string; readonly password?: string } };

export type CredentialsIr =
  | ({
      readonly kind: "service";
      readonly identity?: { readonly header: string; readonly secret: string };
    } & ServicePlaceIr)
  | {
      readonly kind: "exchange";
      readonly tokenUrl: string;
      readonly clientId: string;
      readonly clientSecret: string;
      readonly audience: string;
      readonly scope?: readonly string[];
    }
  | { readonly kind: "forward" }
  | { readonly kind: "none" };

export interface ServerIr {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly description: string;
  readonly instructions: string | undefined;
  readonly website: string | undefined;
  /** `url` is the public address for manifests, where there is one. */
  readonly mcp: { readonly path: string; readonly url: string | undefined; readonly toolsList: "permitted" | "all" };
  readonly upstream: { readonly url: string; readonly credentials: CredentialsIr; readonly timeoutMs: number };
  readonly auth: readonly AuthIr[];
  /** A package for clients that speak stdio only; `url` is the endpoint that it forwards to. */
  readonly adapter: { readonly package: string; readonly url: string } | undefined;
  readonly relay: RelayIr | undefined;
  readonly scopes: Readonly<Record<string, string>>;
  /** Keyed by error code, upstream status, or the upstream's own code. */
  readonly errors: Readonly<
    Record<string, { readonly rpc?: number; readonly message?: string; readonly fix?: string }>
  >;
  readonly pagination: Readonly<Record<string, PaginationIr>>;
  readonly content: Readonly<Record<string, CollectionIr>>;
  readonly prompts: readonly PromptIr[];
  readonly dryRunParameter:
    | { readonly query: string }
    | { readonly header: string }
    | { readonly body: string }
    | undefined;
  /** Absent: no call can wait. */
  readonly approvals: ApprovalsIr | undefined;
  readonly withheld: readonly { readonly capability: string; readonly reason: string; readonly instead?: string }[];
  /** Shared schemas that inputs and outputs refer to as `#/$defs/Name`: from server.yaml and from the contract, by name. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  /** In the order of the groups; without groups reads first, then as server.yaml's `tools` lists them, else by name. */
  readonly tools: readonly ToolIr[];
  /** Absent where server.yaml names no groups. */
  readonly groups: readonly GroupIr[] | undefined;
  /** As server.yaml has them; often none. */
  readonly toolsets: readonly ToolsetIr[];
  /** Tokens that the manifest must stay within, where server.yaml says so. */
  readonly manifestBudgetTokens: number | undefined;
  /** The contract as openapi-typescript's input; absent when the server has none. */
  readonly contract: OpenApiDocument | undefined;
  /** Relative path of the folder, e.g. `specs/vauchflow`. */
  readonly source: string;
}

/** A parsed OpenAPI 3.0 or 3.1 document, refs unresolved. */
export type OpenApiDocument = { readonly [name: string]: unknown };
