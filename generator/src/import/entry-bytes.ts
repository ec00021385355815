import { type Contract, isObject } from "../openapi/contract.ts";
import type { Operation } from "../openapi/operation.ts";
import { partAt, stepsOf } from "../openapi/resolve.ts";
import { chooseBody } from "./body.ts";

/** Bytes of a tool's entry beside its description and its inputs: names, title, hints, controls. */
const frameBytes = 500;

/**
 * What a tool's entry in `tools/list` will take, in bytes, near enough to choose by: the schemas of its inputs with all that they
 * refer to, and its description.
 */
export function entryBytes(contract: Contract, operation: Operation, description: string): number {
  const seen = new Set<string>();
  const body = chooseBody(contract, operation);
  const inputs = operation.parameters.map((parameter) => ({
    [parameter.name]: parameter.schema.value,
    description: parameter.description ?? "",
  }));
  const schemas = [...inputs, ...(body === undefined ? [] : [body.schema.value])];
  return frameBytes + description.length + schemas.reduce((sum: number, one) => sum + bytesOf(one, contract, seen), 0);
}

/** Each reference counts once, as definitions do that several inputs share. */
function bytesOf(value: unknown, contract: Contract, seen: Set<string>): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + bytesOf(item, contract, seen) + 1, 2);
  if (!isObject(value)) return JSON.stringify(value)?.length ?? 0;
  const { $ref: ref } = value;
  if (typeof ref === "string") {
    if (seen.has(ref)) return ref.length;
    seen.add(ref);
    const steps = stepsOf(ref);
    return bytesOf(steps && partAt(contract.document, steps)?.value, contract, seen);
  }
  return Object.entries(value)
    .filter(([key]) => !isNeverListed(key))
    .reduce((sum, [key, member]) => sum + key.length + 4 + bytesOf(member, contract, seen), 2);
}

/** Keywords that no advertised schema has. */
function isNeverListed(key: string): boolean {
  return key === "example" || key === "examples" || key === "xml" || key === "externalDocs" || key.startsWith("x-");
}
