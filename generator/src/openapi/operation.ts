import type { HttpMethod } from "../ir/tool.ts";
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
  for (const [type, media] of entries(request === undefined ? undefined : member(request, "content"))) {
    const name = (type.split(";", 1)[0] ?? "").trim().toLowerCase();
    bodies.set(name, member(media, "schema") ?? { value: true, at: media.at });
  }
  return {
    method,
    path,
    at: operation.at,
    parameters: [...parameters.values()],
    bodies,
    bodyRequired: request !== undefined && isObject(request.value) && request.value.required === true,
  };
}

function toParameter(contract: Contract, part: Located): Parameter | undefined {
  const target = followed(contract, part);
  if (target === undefined || !isObject(target.value)) return undefined;
  const { name, in: place, required, description, style, explode } = target.value;
  if (typeof name !== "string" || !isParameterPlace(place)) return undefined;
  if (place === "header" && ignoredHeaders.has(name.toLowerCase())) return undefined;
  const [, media] = entries(member(target, "content"))[0] ?? [];
  return {
    name,
    place,
    required: required === true || place === "path",
    description: typeof description === "string" ? description : undefined,
    style: typeof style === "string" ? style : undefined,
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
