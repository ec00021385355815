/** The JSON Schemas that `tools/list` shows: the spec's own, said so that everybody accepts what the server accepts. */
import { mayEndIn } from "../ir/disposition.ts";
import type { JsonSchema, JsonSchemaObject, ToolIr } from "../ir/tool.ts";
import { formatsNotAdvertised } from "./formats.ts";
import { declaredTypes, subschemas, wantsInteger } from "./keywords.ts";
import { possibleTypes, valuesOf } from "./parts.ts";
import { type Definitions, type Side, targetOf } from "./scope.ts";
import { definitionsUsedBy } from "./used.ts";

/**
 * The schema of a tool's arguments: the declared inputs, `dry_run` where the tool has one, and `confirm` where a person may
 * have to say yes.
 *
 * The validator is written from the same inputs without these two, which the runtime takes out first.
 */
export function advertisedInput(tool: ToolIr, definitions: Definitions): JsonSchemaObject {
  const inputs = tool.inputs.map(({ name, schema }) => [name, shown(schema, "input")] as const);
  const required = tool.inputs.filter((input) => input.required).map(({ name }) => name);
  const dryRun = tool.dryRun === "none" ? [] : [["dry_run", dryRunInput] as const];
  const confirm = mayEndIn(tool.disposition, "confirm") ? [["confirm", confirmInput(tool)] as const] : [];
  return {
    type: "object",
    properties: Object.fromEntries([...inputs, ...dryRun, ...confirm]),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
    ...sharedBy(
      tool.inputs.map(({ schema }) => schema),
      definitions,
      "input",
    ),
  };
}

/**
 * The schema of a tool's structured content, with `type: object` at its root as MCP 2025-11-25 demands ("Output Schema").
 *
 * Beside the reply itself it describes what else the tool may answer: a plan, a dry run, a call that waits for an operator.
 * `canPark`: the server lets calls wait, so that a tenant's own policy may make any write wait. Undefined where the tool declares no output.
 */
export function advertisedOutput(
  tool: ToolIr,
  definitions: Definitions,
  { canPark }: { readonly canPark: boolean },
): JsonSchemaObject | undefined {
  if (tool.output === undefined) return undefined;
  const answers = [
    ...replyAnswers(tool.output, tool.dryRun === "forward", definitions),
    ...(tool.dryRun === "plan" ? [planAnswer] : []),
    ...(canPark && tool.access === "write" ? [pendingAnswer] : []),
  ];
  const [only] = answers;
  const root = answers.length === 1 && only !== undefined ? only : { type: "object", anyOf: answers };
  return { ...root, ...sharedBy([tool.output], definitions, "output") };
}

/** Whether replies of this schema are never objects, so that all of them are sent as `{ "result": … }`. */
export function wrapsOutput(schema: JsonSchema, definitions: Definitions): boolean {
  return !possibleTypes(schema, definitions).has("object");
}

const dryRunInput = { type: "boolean", description: "Only show what the call would do.", default: false };

/** No default, and not required: whoever leaves it out is told what it stands for. */
function confirmInput({ disposition }: ToolIr): JsonSchemaObject {
  const needed = neededWhere(disposition);
  return { type: "boolean", description: `${needed}Set to true only once the user has said yes to this very call.` };
}

function neededWhere(disposition: ToolIr["disposition"]): string {
  if (typeof disposition === "string") return "";
  return "upTo" in disposition
    ? `Needed where ${disposition.of} is above ${disposition.upTo}. `
    : "Needed for some calls; the answer says so. ";
}

const planAnswer: JsonSchemaObject = {
  type: "object",
  properties: {
    dry_run: { const: true },
    plan: {
      type: "object",
      properties: {
        method: { type: "string" },
        path: { type: "string" },
        query: { type: "string" },
        headers: { type: "object", additionalProperties: { type: "string" } },
        body: true,
      },
      required: ["method", "path"],
    },
    disposition: true,
  },
  required: ["dry_run", "plan", "disposition"],
};

const pendingAnswer: JsonSchemaObject = {
  type: "object",
  properties: {
    status: { const: "pending_approval" },
    approval_id: { type: "string" },
    action_type: { type: "string" },
    expires_at: { type: "string", format: "date-time" },
    poll_url: { type: "string" },
    message: { type: "string" },
  },
  required: ["status", "approval_id", "action_type", "expires_at", "poll_url", "message"],
};

/** The reply as the caller sees it: an object as it is, anything else as the `result` of one. */
function replyAnswers(output: JsonSchema, isDryRun: boolean, definitions: Definitions): readonly JsonSchemaObject[] {
  const types = possibleTypes(output, definitions);
  const reply = shown(output, "output");
  const wrapped = { type: "object", properties: { result: reply }, required: ["result"] };
  const answers = types.size > 1 || !types.has("object") ? [wrapped] : [];
  if (!types.has("object")) return answers;
  const object = asObject(reply);
  if (!isDryRun || isOpen(output, definitions)) return [object, ...answers];
  const widened = withDryRun(object);
  return widened === undefined ? [object, dryRunAnswer, ...answers] : [widened, ...answers];
}

const dryRunAnswer: JsonSchemaObject = {
  type: "object",
  properties: { dry_run: { const: true } },
  required: ["dry_run"],
};

function asObject(schema: JsonSchema): JsonSchemaObject {
  return typeof schema === "boolean"
    ? { type: "object" }
    : { type: "object", ...schema, ...(schema.type !== undefined && { type: "object" }) };
}

/** The keywords by which an object could refuse one member more. */
const closing = [
  "additionalProperties",
  "unevaluatedProperties",
  "propertyNames",
  "patternProperties",
  "maxProperties",
  "not",
  "if",
  "oneOf",
  "enum",
  "const",
  "dependentSchemas",
];

function isOpen(schema: JsonSchema, definitions: Definitions): boolean {
  if (typeof schema === "boolean") return schema;
  if (closing.some((keyword) => schema[keyword] !== undefined && schema[keyword] !== true)) return false;
  if (Object.hasOwn((schema.properties ?? {}) as object, "dry_run")) return false;
  const target = targetOf(schema, definitions);
  const parts = [schema.allOf, schema.anyOf].flatMap((each) => (each ?? []) as readonly JsonSchema[]);
  return [...parts, target?.schema ?? true].every((part) => isOpen(part, definitions));
}

/** A plain closed object with room for `dry_run`; undefined where its other keywords might still refuse it. */
function withDryRun(schema: JsonSchemaObject): JsonSchemaObject | undefined {
  const plain = ["type", "title", "description", "properties", "required", "additionalProperties"];
  if (!Object.keys(schema).every((keyword) => plain.includes(keyword))) return undefined;
  const properties = (schema.properties ?? {}) as Definitions;
  if (Object.hasOwn(properties, "dry_run")) return undefined;
  return { ...schema, properties: { ...properties, dry_run: { type: "boolean" } } };
}

function sharedBy(
  schemas: readonly JsonSchema[],
  definitions: Definitions,
  side: Side,
): { readonly $defs?: Definitions } {
  const names = definitionsUsedBy(schemas, definitions).toSorted();
  if (names.length === 0) return {};
  return { $defs: Object.fromEntries(names.map((name) => [name, shownShared(definitions[name] as JsonSchema, side)])) };
}

/** By side: many tools show the same shared schemas. */
const shownBefore = { input: new WeakMap<object, JsonSchema>(), output: new WeakMap<object, JsonSchema>() };

function shownShared(schema: JsonSchema, side: Side): JsonSchema {
  if (typeof schema === "boolean") return schema;
  const result = shownBefore[side].get(schema) ?? shown(schema, side);
  shownBefore[side].set(schema, result);
  return result;
}

/** What only people or other tools read; Ajv's strict mode would refuse it. `x-mcp-header` is MCP's own. */
function isShown(keyword: string): boolean {
  return (
    !["example", "externalDocs", "xml", "discriminator", "$comment", "$schema"].includes(keyword) &&
    (!keyword.startsWith("x-") || keyword === "x-mcp-header")
  );
}

function shown(schema: JsonSchema, side: Side): JsonSchema {
  if (typeof schema === "boolean") return schema;
  const entries = Object.entries(schema)
    .filter(([keyword, value]) => isShown(keyword) && !(keyword === "format" && formatsNotAdvertised.has(value)))
    .map(([keyword, value]) => [keyword, shownInside(keyword, value, side)] as const);
  const made = { ...Object.fromEntries(entries), ...(side === "input" && safeBounds(schema)) };
  return Array.isArray(schema.enum) && schema.enum.length === 0 ? withoutValues(made) : made;
}

/** JSON Schema allows an `enum` of nothing; Ajv throws over it, and reads this the same. */
function withoutValues({ enum: _, ...schema }: JsonSchemaObject): JsonSchemaObject {
  return { ...schema, not: {} };
}

function shownInside(keyword: string, value: unknown, side: Side): unknown {
  const kind = Object.hasOwn(subschemas, keyword) ? subschemas[keyword] : undefined;
  if (kind === undefined) return value;
  if (kind === "one") return shown(value as JsonSchema, side);
  if (kind === "list") return (value as readonly JsonSchema[]).map((each) => shown(each, side));
  const members = Object.entries(value as Definitions);
  // What nobody may send is shown to nobody: models have to be told what to fill in, and some of their APIs know no schema `false`.
  const sendable =
    side === "input" && keyword === "properties" ? members.filter(([, each]) => each !== false) : members;
  return Object.fromEntries(sendable.map(([name, each]) => [name, shown(each, side)]));
}

/** A whole number beyond ±(2^53 − 1) has already been altered when it is read, so it is refused, and said to be. */
function safeBounds(schema: JsonSchemaObject): JsonSchemaObject | undefined {
  const isNumber = declaredTypes(schema)?.includes("number") ?? true;
  const isListed =
    valuesOf(schema)?.every((value) => typeof value !== "number" || Number.isSafeInteger(value)) ?? false;
  if (!wantsInteger(schema) || !isNumber || isListed || schema.format === "int32") return undefined;
  const lowest = Math.max(
    ...([schema.minimum, schema.exclusiveMinimum].filter((value) => value !== undefined) as number[]),
  );
  const highest = Math.min(
    ...([schema.maximum, schema.exclusiveMaximum].filter((value) => value !== undefined) as number[]),
  );
  return {
    ...(lowest < Number.MIN_SAFE_INTEGER && { minimum: Number.MIN_SAFE_INTEGER }),
    ...(highest > Number.MAX_SAFE_INTEGER && { maximum: Number.MAX_SAFE_INTEGER }),
  };
}
