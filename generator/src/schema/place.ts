/** What the writers of single types share: the scope, and the way back to the writer of any schema. */
import type { JsonSchema } from "../ir/tool.ts";
import type { Doc } from "../print.ts";
import type { Expression } from "./expression.ts";
import type { SchemaScope } from "./scope.ts";

export interface Place extends SchemaScope {
  /** Only the verdict counts here, not the value: no defaults, no descriptions. */
  readonly isChecking: boolean;
  /** Write a schema whose result becomes part of the value. */
  readonly write: (schema: JsonSchema) => Expression;
  /** Write a schema that is only asked whether it accepts. */
  readonly check: (schema: JsonSchema) => Doc;
  /** Name a helper of `@toolspec/runtime/codegen`, and note that it is needed. */
  readonly use: (helper: string) => string;
}
