import type { Contract } from "../openapi/contract.ts";
import { type Field, findField } from "../openapi/fields.ts";
import type { Operation } from "../openapi/operation.ts";
import { hasFields } from "../spec/media-type.ts";
import type { Path } from "../spec/positions.ts";
import { placeholders } from "../spec/request-line.ts";
import type { SpecFile } from "../spec/spec-file.ts";
import type { InputSpec, ToolSpec } from "../spec/tool-shape.ts";
import { bodyInput } from "./body-input.ts";
import type { InputDraft } from "./draft.ts";
import { parameterStyle, type StyleOptions } from "./parameter-style.ts";
import type { SharedSchemas } from "./shared-schemas.ts";
import type { InputPlace, JsonSchema, JsonSchemaObject, RequestIr } from "./tool.ts";

/** What an input is placed and completed by. */
export interface InputWorld {
  readonly file: SpecFile;
  /** Absent where the inputs choose among local content. */
  readonly request: RequestIr | undefined;
  readonly operation: Operation | undefined;
  readonly contract: Contract | undefined;
  readonly shared: SharedSchemas;
  /** Inputs whose declaration does not fit its shape. */
  readonly broken: ReadonlySet<string>;
  /** Inputs that the tool's pagination style adds, where it does not declare them itself. */
  readonly paging: readonly string[];
}

/** Place every declared input, and complete it with what the operation says of it. */
export function lowerInputs(inputs: ToolSpec["inputs"], world: InputWorld): readonly InputDraft[] {
  const declared = declarations(inputs);
  const names = new Set(declared.map(({ key }) => key.replace(/\?$/, "")));
  const added = world.paging
    .filter((name) => !names.has(name))
    .map((key): Declared => ({ key, path: ["pagination"], value: null, listed: true }));
  return [...declared, ...added].map((one) => lowerInput(one, world));
}

interface Declared {
  readonly key: string;
  readonly path: Path;
  readonly value: InputSpec;
  /** In a list, the operation says what is required. */
  readonly listed: boolean;
}

function declarations(inputs: ToolSpec["inputs"]): readonly Declared[] {
  if (inputs === undefined) return [];
  if (Array.isArray(inputs)) {
    return inputs.map((key, index) => ({ key, path: ["inputs", index], value: null, listed: true }));
  }
  return Object.entries(inputs).map(([key, value]) => ({ key, path: ["inputs", key], value, listed: false }));
}

function lowerInput({ key, path, value, listed }: Declared, world: InputWorld): InputDraft {
  const marked = key.endsWith("?");
  const name = marked ? key.slice(0, -1) : key;
  const { options, writing, written } = split(value);
  const upstreamName = options.as ?? name;
  const { place, as, field } = locate(upstreamName, options.in, world);
  const inherited = field === undefined ? undefined : inherit(field, world);
  const own = written === undefined ? undefined : world.shared.convert(written, { file: world.file, path }, "request");
  const broken = world.broken.has(key);
  const merged = broken ? true : merge(inherited, own, world.shared);
  const { schema, form } = bodyInput(
    { place, as, schema: merged, inherited: own === undefined, options: writing },
    world,
  );
  return {
    name,
    path,
    optional: marked || (listed && field?.required === false),
    place,
    placed: options.in !== undefined,
    as,
    style: parameterStyle(place, writing, field),
    form,
    writing,
    sensitive: options.sensitive === true,
    written,
    field,
    schema,
    broken,
  };
}

interface InputOptions {
  readonly in?: InputPlace | undefined;
  readonly as?: string | undefined;
  readonly sensitive?: boolean | undefined;
}

/** Tell the language's own keys from the schema's. */
function split(value: InputSpec): {
  options: InputOptions;
  writing: StyleOptions;
  written: JsonSchemaObject | boolean | undefined;
} {
  if (value === null) return { options: {}, writing: {}, written: undefined };
  if (typeof value === "string") return { options: {}, writing: {}, written: { type: value } };
  if (typeof value === "boolean") return { options: {}, writing: {}, written: value };
  const { in: place, as, sensitive, style, explode, contentType, filename, ...schema } = value;
  return {
    options: { in: place, as, sensitive },
    writing: { style, explode, contentType, filename },
    written: Object.keys(schema).length === 0 ? undefined : schema,
  };
}

/**
 * Where an input goes, under which name, and what the contract says of that.
 *
 * As written; else a name of the path template goes there, GET, HEAD and DELETE put it in the query, the rest in the
 * body, be it a field of it or, where the body has none, all of it. Where the operation has no such field but exactly one
 * other place has, that one is meant.
 */
function locate(
  name: string,
  written: InputPlace | undefined,
  world: InputWorld,
): Pick<InputDraft, "place" | "as" | "field"> {
  const { request } = world;
  if (request === undefined) return { place: "content", as: [name], field: undefined };
  const usual = placeholders(request.path).includes(name)
    ? "path"
    : queryMethods.has(request.method)
      ? "query"
      : hasFields(request.contentType)
        ? "body"
        : "requestBody";
  const first = fieldAt(written ?? usual, name, world);
  if (written !== undefined || usual === "path") return first;
  // Any name would do for a whole body, so what the operation calls by this name comes before it.
  if (first.field !== undefined && usual !== "requestBody") return first;
  const others = otherPlaces.map((place) => fieldAt(place, name, world)).filter(({ field }) => field !== undefined);
  return others.length === 1 && others[0] !== undefined ? others[0] : first;
}

const queryMethods: ReadonlySet<string> = new Set(["get", "head", "delete"]);
const otherPlaces: readonly InputPlace[] = ["query", "body", "header", "cookie"];

function fieldAt(place: InputPlace, name: string, world: InputWorld): Pick<InputDraft, "place" | "as" | "field"> {
  const find = (as: Field["name"]) => {
    const { contract, operation, request } = world;
    if (contract === undefined || operation === undefined || request === undefined) return undefined;
    return findField(contract, operation, { place, name: as, contentType: request.contentType });
  };
  const whole = find([name]);
  if (whole !== undefined || place !== "body" || !name.includes("."))
    return { place, as: whole?.name ?? [name], field: whole };
  const parts = name.split(".") as [string, ...string[]];
  return { place, as: parts, field: find(parts) };
}

/** What the operation says of a field, as a schema. A parameter's own description comes before its schema's. */
function inherit(field: Field, { contract, shared }: InputWorld): JsonSchema {
  if (contract === undefined) return true;
  const schema = shared.convert(field.schema.value, { file: contract.file, path: field.schema.at }, "request");
  if (field.description === undefined) return schema;
  return typeof schema === "boolean"
    ? schema
      ? { description: field.description }
      : schema
    : { ...schema, description: field.description };
}

/** What is written wins over what is inherited, key by key: then the keys must stand there, not behind a reference. */
function merge(inherited: JsonSchema | undefined, own: JsonSchema | undefined, shared: SharedSchemas): JsonSchema {
  if (inherited === undefined || inherited === true || typeof own === "boolean") return own ?? inherited ?? true;
  if (own === undefined || inherited === false) return inherited;
  const onlySays = Object.keys(own).every((keyword) => annotations.has(keyword));
  if (onlySays || inherited.$ref === undefined) return { ...inherited, ...own };
  const { $ref: _, ...beside } = inherited;
  const target = shared.resolve(inherited);
  return { ...(typeof target === "boolean" ? {} : target), ...beside, ...own };
}

const annotations: ReadonlySet<string> = new Set(["title", "description", "default", "examples", "deprecated"]);
