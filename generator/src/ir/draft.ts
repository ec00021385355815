import type { Contract } from "../openapi/contract.ts";
import type { Field } from "../openapi/fields.ts";
import type { Operation } from "../openapi/operation.ts";
import type { Path } from "../spec/positions.ts";
import type { Problem } from "../spec/problem.ts";
import type { SpecFile } from "../spec/spec-file.ts";
import type { ToolSpec } from "../spec/tool-shape.ts";
import type { CollectionDraft } from "./content.ts";
import type { StyleOptions } from "./parameter-style.ts";
import type { PromptDraft } from "./prompts.ts";
import type { ServerDraft } from "./server-draft.ts";
import type { SharedSchemas } from "./shared-schemas.ts";
import type {
  ConstraintIr,
  ContentUseIr,
  FormField,
  InputPlace,
  JsonSchema,
  JsonSchemaObject,
  ParameterStyle,
  RequestIr,
} from "./tool.ts";

/** A problem and the file it is in. */
export interface Finding extends Problem {
  readonly file: SpecFile;
}

/**
 * A tool between spec and IR: as much as could be understood, with its place in the file, for rules to look at.
 *
 * A key whose value does not fit its shape is in `broken` and not in `spec`: rules that would speak about it stay silent.
 */
export interface ToolDraft {
  readonly file: SpecFile;
  readonly name: string;
  readonly spec: Partial<ToolSpec>;
  readonly broken: ReadonlySet<string>;
  readonly access: "read" | "write";
  /** Absent where the request could not be read. */
  readonly request: RequestIr | undefined;
  /** Absent where there is no contract, or the contract has no such operation. */
  readonly operation: Operation | undefined;
  /** Absent where the tool answers by a request, or its `content:` could not be read. */
  readonly content: ContentUseIr | undefined;
  readonly inputs: readonly InputDraft[];
  readonly constraints: readonly ConstraintIr[];
  readonly output: JsonSchema | undefined;
}

/** One input as declared, placed, and merged with what it inherits. */
export interface InputDraft {
  readonly name: string;
  /** Of its declaration: `["inputs", "count?"]`, or `["inputs", 2]` in a list. */
  readonly path: Path;
  /** `name?`; in a list without the mark, what the operation says. */
  readonly optional: boolean;
  readonly place: InputPlace;
  /** The author wrote `in:`. */
  readonly placed: boolean;
  readonly as: readonly [string, ...string[]];
  readonly style: ParameterStyle | undefined;
  readonly form: Readonly<Record<string, FormField>> | undefined;
  /** What the author says of how it is written. */
  readonly writing: StyleOptions;
  readonly sensitive: boolean;
  /** What stands in the spec, without the language's own keys; nothing for an empty value. */
  readonly written: JsonSchemaObject | boolean | undefined;
  /** The operation's field of this place and name. */
  readonly field: Field | undefined;
  readonly schema: JsonSchema;
  /** Its declaration does not fit its shape, so its schema is not known. */
  readonly broken: boolean;
}

/** What the rules about one folder may look at. */
export interface Drafts {
  readonly server: ServerDraft | undefined;
  readonly contract: Contract | undefined;
  readonly tools: readonly ToolDraft[];
  /** Names of all tools, also of those whose files could not be read. */
  readonly toolNames: readonly string[];
  /** Names of tools that no file is for. */
  readonly generatedTools: readonly string[];
  readonly shared: SharedSchemas;
  /** By name. */
  readonly collections: ReadonlyMap<string, CollectionDraft>;
  readonly prompts: readonly PromptDraft[];
}

/** A rule looks at everything and says what does not hold. */
export type Rule = (drafts: Drafts) => readonly Finding[];
