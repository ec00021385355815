import type { Path } from "../spec/positions.ts";
import type { SpecFile } from "../spec/spec-file.ts";
import { isObject, type ObjectValue, partsKey } from "./contract.ts";
import { partAt, stepsOf } from "./resolve.ts";

type MutableObject = Record<string, unknown>;

/**
 * Swagger 2.0 as OpenAPI 3.0. Parts of the given document may be part of the result.
 *
 * @throws Error if the document is so far from Swagger 2.0 that it cannot be read as it.
 */
export async function upgradeSwagger(document: ObjectValue): Promise<ObjectValue> {
  bringParts(document);
  inlineBodies(document);
  // Costs to import, so only those pay who need it.
  const { upgrade } = await import("@scalar/openapi-upgrader");
  return upgrade({ ...document, swagger: "2.0" }, "3.0") as unknown as ObjectValue;
}

/** Path items, operations and replies that are references into other documents, as if they stood here: the upgrader looks nowhere else. */
function bringParts(document: ObjectValue): void {
  if (!isObject(document[partsKey])) return;
  const bring = (holder: MutableObject, name: string) => {
    const part = holder[name];
    if (!isObject(part) || typeof part.$ref !== "string" || !part.$ref.startsWith(`#/${partsKey}/`)) return;
    const target = partAt(document, stepsOf(part.$ref) ?? ["#"])?.value;
    if (isObject(target)) holder[name] = structuredClone(target);
  };
  const bringAll = (map: unknown) => {
    if (isObject(map)) for (const name of Object.keys(map)) bring(map as MutableObject, name);
  };
  bringAll(document.paths);
  for (const item of objects(document.paths)) {
    bringAll(item);
    for (const operation of objects(item)) bringAll(operation.responses);
  }
  bringAll(document.responses);
  bringAll(document.parameters);
}

/**
 * Put shared body and form parameters where they are used, and drop what is no parameter: the upgrader would leave references among
 * the parameters, and stumble over the rest.
 */
function inlineBodies(document: ObjectValue): void {
  for (const item of objects(document.paths)) {
    for (const holder of [item, ...objects(item)]) {
      if (!Array.isArray(holder.parameters)) {
        delete holder.parameters;
        continue;
      }
      holder.parameters = holder.parameters.map((parameter) => inlined(document, parameter)).filter(isParameter);
    }
    for (const [name, value] of Object.entries(item)) if (value === null) delete item[name];
    for (const operation of objects(item))
      for (const [status, reply] of Object.entries((operation.responses ?? {}) as MutableObject))
        if (!isObject(reply)) delete (operation.responses as MutableObject)[status];
  }
}

function inlined(document: ObjectValue, parameter: unknown): unknown {
  if (!isObject(parameter) || typeof parameter.$ref !== "string") return parameter;
  const target = partAt(document, stepsOf(parameter.$ref) ?? ["#"])?.value;
  const isElsewhere = parameter.$ref.startsWith(`#/${partsKey}/`);
  const isBody = isObject(target) && (target.in === "body" || target.in === "formData");
  return isObject(target) && (isBody || isElsewhere) ? structuredClone(target) : parameter;
}

function isParameter(parameter: unknown): boolean {
  return isObject(parameter) && (typeof parameter.$ref === "string" || typeof parameter.in === "string");
}

function objects(map: unknown): MutableObject[] {
  return isObject(map) ? Object.values(map).filter((value): value is MutableObject => isObject(value)) : [];
}

/** The file of a Swagger document, in which parts are found by the paths that they have after the upgrade. */
export function withSwaggerPaths(file: SpecFile, data: unknown): SpecFile {
  return { ...file, data, at: (path, part) => file.at(toSwaggerPath(path), part) };
}

function toSwaggerPath(path: Path): Path {
  const [root, kind, ...rest] = path;
  if (root === "servers") return ["host"];
  if (root === "components" && kind !== undefined) return [homes.get(String(kind)) ?? kind, ...rest];
  if (root !== "paths") return path;
  const body = path.indexOf("requestBody");
  return body < 0 ? path : [...path.slice(0, body), "parameters"];
}

/** Where the kinds of components stand in Swagger 2.0. */
const homes: ReadonlyMap<string, string> = new Map([
  ["schemas", "definitions"],
  ["parameters", "parameters"],
  ["requestBodies", "parameters"],
  ["responses", "responses"],
  ["securitySchemes", "securityDefinitions"],
]);
