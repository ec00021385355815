import type { FormField, HttpMethod, StyleName } from "../ir/tool.ts";
import { bodyKindOf, essenceOf, isMediaType } from "../spec/media-type.ts";
import { didYouMean, nearest } from "../spec/near.ts";
import { type Contract, entries, isObject, items, type Located, member, operationKey } from "./contract.ts";
import { methods } from "./methods.ts";
import { followed } from "./resolve.ts";

export type ParameterPlace = "path" | "query" | "header" | "cookie";

/** One parameter of an operation, path item and operation merged. */
export interface Parameter {
  readonly name: string;
  readonly place: ParameterPlace;
  readonly required: boolean;
  readonly description: string | undefined;
  /** As the contract says; `json` where the value is sent as JSON text (`content: { application/json: … }`). */
  readonly style: string | undefined;
  readonly explode: boolean | undefined;
  readonly schema: Located;
}

/** What the contract says of one method of one path. */
export interface Operation {
  readonly method: HttpMethod;
  readonly path: string;
  readonly at: readonly string[];
  readonly parameters: readonly Parameter[];
  /** By media type without its parameters, in lower case. */
  readonly bodies: ReadonlyMap<string, Located>;
  readonly bodyRequired: boolean;
  readonly tags: readonly string[];
  /** By media type of a form: how its fields are written, where that is not as by default ("Encoding Object"). */
  readonly encodings: ReadonlyMap<string, Readonly<Record<string, FormField>>>;
  /** By status as the contract writes it (`200`, `2XX`, `default`): the schema of its JSON, if it has one. */
  readonly replies: ReadonlyMap<string, Located | undefined>;
}

export type OperationResult =
  | { readonly operation: Operation }
  | { readonly missing: "path" | "method"; readonly message: string; readonly mend: string }
  | { readonly unusable: true; readonly message: string; readonly mend: string };

/** Find an operation by method and by path template, which must be written as the contract writes it. */
export function findOperation(contract: Contract, method: HttpMethod, path: string): OperationResult {
  const paths: Located = { value: contract.document.paths, at: ["paths"] };
  const found = member(paths, path);
  const item = found === undefined ? undefined : followed(contract, found);
  if (item === undefined || !isObject(item.value)) {
    if (found !== undefined) {
      const message = `the contract's path ${path} is no map, or leads back to itself`;
      return { missing: "path", message, mend: "correct it in the contract" };
    }
    const known = entries(paths).map(([name]) => name);
    return { missing: "path", message: `the contract has no path ${path}`, mend: nearestPath(path, known) };
  }
  const operation = member(item, method);
  if (operation === undefined || !isObject(operation.value)) {
    const known = methods.filter((name) => member(item, name) !== undefined).map((name) => name.toUpperCase());
    const mend = didYouMean(method.toUpperCase(), known) ?? "add it to the contract";
    return { missing: "method", message: `the contract has no ${method.toUpperCase()} for ${path}`, mend };
  }
  const unusable = contract.unusable?.get(operationKey(method, path));
  if (unusable !== undefined) return { unusable: true, message: unusable.message, mend: unusable.mend };
  return { operation: describe(contract, { method, path, item, operation }) };
}

/** Tags of an operation object; what is no text among them says nothing. */
export function tagsIn(operation: unknown): readonly string[] {
  const tags = isObject(operation) ? operation.tags : undefined;
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string") : [];
}

/** The operation's body of this media type, be it by a range such as `image/*`. */
export function bodyFor({ bodies }: Pick<Operation, "bodies">, mediaType: string): Located | undefined {
  const essence = essenceOf(mediaType);
  return bodies.get(essence) ?? bodies.get(essence.replace(/\/.*/, "/*")) ?? bodies.get("*/*");
}

interface Found {
  readonly method: HttpMethod;
  readonly path: string;
  readonly item: Located;
  readonly operation: Located;
}

function describe(contract: Contract, { method, path, item, operation }: Found): Operation {
  const declared = [...items(member(item, "parameters")), ...items(member(operation, "parameters"))];
  const parameters = new Map<string, Parameter>();
  for (const part of declared) {
    const parameter = toParameter(contract, part);
    // What the operation says replaces what the path says (OpenAPI 3.1, "Operation Object").
    if (parameter !== undefined) parameters.set(`${parameter.place} ${parameter.name}`, parameter);
  }
  const body = member(operation, "requestBody");
  const request = body === undefined ? undefined : followed(contract, body);
  const bodies = new Map<string, Located>();
  const encodings = new Map<string, Readonly<Record<string, FormField>>>();
  for (const [type, media] of entries(request === undefined ? undefined : member(request, "content"))) {
    const name = essenceOf(type);
    bodies.set(name, member(media, "schema") ?? { value: true, at: media.at });
    encodings.set(name, encodingsOf(media));
  }
  return {
    method,
    path,
    at: operation.at,
    parameters: [...parameters.values()],
    bodies,
    bodyRequired: request !== undefined && isObject(request.value) && request.value.required === true,
    tags: tagsIn(operation.value),
    encodings,
    // Asked for by few, and a contract has thousands.
    get replies() {
      return repliesOf(contract, operation);
    },
  };
}

/** OpenAPI 3.1, "Encoding Object". Of several media types, or a range, none is said; what is no style of a form is ignored. */
function encodingsOf(media: Located): Readonly<Record<string, FormField>> {
  const fields = entries(member(media, "encoding")).flatMap(([name, { value }]): [string, FormField][] => {
    if (!isObject(value)) return [];
    const { style, explode, contentType } = value;
    const type = typeof contentType === "string" && isMediaType(contentType.trim()) ? contentType.trim() : "";
    const field: FormField = {
      ...(formStyles.has(style) && { style: style as StyleName }),
      ...(typeof explode === "boolean" && { explode }),
      ...(type !== "" && { contentType: type }),
    };
    return Object.keys(field).length === 0 ? [] : [[name, field]];
  });
  return Object.fromEntries(fields);
}

const formStyles: ReadonlySet<unknown> = new Set(["form", "spaceDelimited", "pipeDelimited", "deepObject"]);

function repliesOf(contract: Contract, operation: Located): Operation["replies"] {
  const replies = new Map<string, Located | undefined>();
  for (const [status, part] of entries(member(operation, "responses"))) {
    const reply = followed(contract, part);
    const media = entries(reply === undefined ? undefined : member(reply, "content"));
    const [, json] = media.find(([type]) => bodyKindOf(type) === "json") ?? [];
    replies.set(status, json === undefined ? undefined : member(json, "schema"));
  }
  return replies;
}

function toParameter(contract: Contract, part: Located): Parameter | undefined {
  const target = followed(contract, part);
  if (target === undefined || !isObject(target.value)) return undefined;
  const { name, in: place, required, description, style, explode } = target.value;
  if (typeof name !== "string" || !isParameterPlace(place)) return undefined;
  if (place === "header" && ignoredHeaders.has(name.toLowerCase())) return undefined;
  const [type, media] = entries(member(target, "content"))[0] ?? [];
  return {
    name,
    place,
    required: required === true || place === "path",
    description: typeof description === "string" ? description : undefined,
    style: type !== undefined && bodyKindOf(type) === "json" ? "json" : typeof style === "string" ? style : undefined,
    explode: typeof explode === "boolean" ? explode : undefined,
    schema: member(target, "schema") ?? (media && member(media, "schema")) ?? { value: true, at: target.at },
  };
}

function isParameterPlace(place: unknown): place is ParameterPlace {
  return place === "path" || place === "query" || place === "header" || place === "cookie";
}

/** OpenAPI 3.1, "Parameter Object": definitions of these are ignored. */
const ignoredHeaders = new Set(["accept", "content-type", "authorization"]);

/** The path with the same shape under other placeholder names, else the one that reads most alike. */
function nearestPath(path: string, known: readonly string[]): string {
  const bare = (template: string) => template.replaceAll(/\{[^}]*\}/g, "{}").replace(/\/$/, "");
  const same = known.find((candidate) => bare(candidate) === bare(path));
  const near = same ?? nearest(path, known);
  return near === undefined ? "write it as the contract does, or add it there" : `did you mean "${near}"?`;
}
