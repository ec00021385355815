import type { JsonSchemaObject } from "../ir/tool.ts";

export type PartKind = "ref" | "values" | "typed" | "oneOf" | "anyOf" | "not" | "if" | "unevaluated";

/** One part: a schema with the keywords of one kind only. `never` is `{ kind: "values", schema: { enum: [] } }`. */
export interface Part {
  readonly kind: PartKind;
  readonly schema: JsonSchemaObject;
}
