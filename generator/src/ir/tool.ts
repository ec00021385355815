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

export type InputPlace = "path" | "query" | "header" | "cookie" | "body";

export interface QueryStyle {
  readonly style?: "form" | "spaceDelimited" | "pipeDelimited" | "deepObject";
  readonly explode?: boolean;
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
  readonly queryStyle?: QueryStyle;
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
  readonly contentType: "application/json" | "application/x-www-form-urlencoded" | "multipart/form-data";
  /** The operation stands in the contract, so the handler is typed against it. */
  readonly typed: boolean;
}

export type ScopeIr = string | { readonly anyOf: readonly string[] };

export type DispositionIr =
  | "auto"
  | "approval"
  | { readonly upTo: number; readonly of: string; readonly beyond: "approval" };

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
  readonly description: string;
  readonly access: "read" | "write";
  readonly scope: ScopeIr | undefined;
  readonly disposition: DispositionIr;
  readonly dryRun: "forward" | "plan" | "none";
  readonly idempotent: boolean;
  readonly request: RequestIr;
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

export type AuthIr = {
  readonly kind: "apiKey";
  readonly header: string;
  readonly kinds: Readonly<Record<string, KeyKindIr>>;
};

export type CredentialsIr =
  | {
      readonly kind: "service";
      readonly header: string;
      readonly secret: string;
      readonly identity?: { readonly header: string; readonly secret: string };
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
  readonly scopes: Readonly<Record<string, string>>;
  /** Keyed by error code or upstream status. */
  readonly errors: Readonly<Record<string, { readonly rpc: number; readonly message?: string }>>;
  readonly dryRunParameter:
    | { readonly query: string }
    | { readonly header: string }
    | { readonly body: string }
    | undefined;
  readonly withheld: readonly { readonly capability: string; readonly reason: string; readonly instead?: string }[];
  /** Shared schemas that inputs and outputs refer to as `#/$defs/Name`: from server.yaml and from the contract, by name. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  /** Sorted by access (reads first), then in the order of server.yaml's `tools` if it gives one, else by name. */
  readonly tools: readonly ToolIr[];
  /** The contract as openapi-typescript's input; absent when the server has none. */
  readonly contract: OpenApiDocument | undefined;
  /** Relative path of the folder, e.g. `specs/vauchflow`. */
  readonly source: string;
}

/** A parsed OpenAPI 3.0 or 3.1 document, refs unresolved. */
export type OpenApiDocument = { readonly [name: string]: unknown };
