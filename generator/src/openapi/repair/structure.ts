import { shown } from "../../spec/problem.ts";
import { isMethod } from "../methods.ts";
import { partAt, stepsOf } from "../resolve.ts";
import { isMutable, type Mutable, mapsIn, mended, type Report } from "./report.ts";

/** Make the outline of a document what the specification says: every reader relies on it. */
export function mendStructure(document: Mutable, report: Report): void {
  mendInfo(document, report);
  if (!isMutable(document.components)) delete document.components;
  for (const [path, item] of Object.entries(document.paths as Mutable)) {
    if (path.startsWith("x-") || isMutable(item)) continue;
    delete (document.paths as Mutable)[path];
    report(mended("invalid-path-item", ["paths", path], `expected a map, got ${shown(item)}: left out`, "correct it"));
  }
  for (const [path, item] of mapsIn(document.paths)) {
    bringOperations(document, item);
    mendPathItem(path, item, report);
  }
}

/** Operations that are references, as no version of OpenAPI has them and many documents in several files do: as if they stood there. */
function bringOperations(document: Mutable, item: Mutable): void {
  for (const [method, operation] of mapsIn(item)) {
    const steps = isMethod(method) && typeof operation.$ref === "string" ? stepsOf(operation.$ref) : undefined;
    const target = steps === undefined ? undefined : partAt(document, steps)?.value;
    if (isMutable(target) && target.$ref === undefined) item[method] = { ...target };
  }
}

function mendInfo(document: Mutable, report: Report): void {
  const info = isMutable(document.info) ? document.info : {};
  const missing = ["title", "version"].filter(
    (name) => typeof info[name] !== "string" && typeof info[name] !== "number",
  );
  document.info = { ...info, title: String(info.title ?? "API"), version: String(info.version ?? "0.0.0") };
  if (missing.length === 0) return;
  const message = `info has no ${missing.join(" and no ")}`;
  report(mended("incomplete-info", ["info"], message, "say what the API is called, and its version"));
}

function mendPathItem(path: string, item: Mutable, report: Report): void {
  for (const [name, value] of Object.entries(item)) {
    const at = ["paths", path, name];
    if (isMethod(name) && !isMutable(value)) {
      delete item[name];
      report(mended("invalid-operation", at, `expected a map, got ${shown(value)}: left out`, "correct it"));
    } else if (unsupported.has(name)) {
      const message = `no tool can call ${name.toUpperCase()} ${path}: left out`;
      delete item[name];
      report(mended("unsupported-method", at, message, "nothing, unless a tool is to call it"));
    }
  }
  mendParameterList(item, ["paths", path], report);
  for (const [method, operation] of mapsIn(item))
    if (isMethod(method)) mendOperation(operation, [path, method], report);
}

/** Methods of OpenAPI that tools do not have. */
const unsupported: ReadonlySet<string> = new Set(["options", "trace", "query"]);

function mendOperation(operation: Mutable, [path, method]: readonly [string, string], report: Report): void {
  const at = ["paths", path, method];
  mendParameterList(operation, at, report);
  if (operation.responses !== undefined && !isMutable(operation.responses)) delete operation.responses;
  if (operation.requestBody !== undefined && !isMutable(operation.requestBody)) delete operation.requestBody;
  if (operation.requestBody !== undefined && (method === "get" || method === "head")) {
    delete operation.requestBody;
    const message = `${method.toUpperCase()} ${path} has a body, which HTTP gives no meaning: left out`;
    report(mended("body-of-get", [...at, "requestBody"], message, "declare query parameters, or use POST"));
  }
}

function mendParameterList(holder: Mutable, at: readonly string[], report: Report): void {
  if (holder.parameters === undefined) return;
  if (Array.isArray(holder.parameters) && holder.parameters.every(isMutable)) return;
  const written = holder.parameters;
  if (Array.isArray(written)) holder.parameters = written.filter(isMutable);
  else delete holder.parameters;
  report(mended("invalid-parameter", [...at, "parameters"], "parameters: a list of maps is expected", "correct it"));
}
