import type { HttpMethod } from "../ir/tool.ts";
import { checkPath } from "../spec/request-line.ts";
import { type Contract, entries, isObject, type Located, type ObjectValue } from "./contract.ts";
import type { ListedOperation } from "./listed.ts";
import { isMethod } from "./methods.ts";
import { findOperation, tagsIn } from "./operation.ts";
import { followed } from "./resolve.ts";
import { requirementsOf } from "./security.ts";

/**
 * Every operation of a contract, in the document's order, those too of which no tool can be made: their `reason` says why and where.
 *
 * Methods that no tool has (OPTIONS, TRACE) are not listed; reading the document has warned of them.
 */
export function listOperations(contract: Contract): readonly ListedOperation[] {
  return entries({ value: contract.document.paths, at: ["paths"] }).flatMap(([path, found]) => {
    const item = followed(contract, found);
    return entries(item)
      .filter(([name, operation]) => isMethod(name) && isObject(operation.value))
      .map(([name, operation]) => listed(contract, name as HttpMethod, path, operation as Located<ObjectValue>));
  });
}

function listed(
  contract: Contract,
  method: HttpMethod,
  path: string,
  { value }: Located<ObjectValue>,
): ListedOperation {
  const found = findOperation(contract, method, path);
  const unfit = checkPath(path);
  const reason = "operation" in found ? (unfit === undefined ? undefined : unfitReason()) : found.message;
  return {
    method,
    path,
    operationId: textOf(value.operationId),
    tags: tagsIn(value),
    summary: textOf(value.summary),
    description: textOf(value.description),
    deprecated: value.deprecated === true,
    security: requirementsOf(value.security ?? contract.document.security),
    operation: "operation" in found && reason === undefined ? found.operation : undefined,
    reason,
  };

  function unfitReason(): string {
    const bare = path.replace(/[?#].*/s, "");
    const other =
      bare === path
        ? undefined
        : followed(contract, { value: (contract.document.paths as Record<string, unknown>)[bare], at: [] });
    return isObject(other?.value) && other.value[method] !== undefined
      ? `a request cannot tell it from ${method.toUpperCase()} ${bare}, which is another operation: their paths differ by a query or fragment alone`
      : `its path ${unfit?.message}`;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}
