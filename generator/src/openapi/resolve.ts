import type { Contract, Located } from "./contract.ts";
import { isObject } from "./contract.ts";

/** References that lead to references: more is a circle, or a joke. */
const hopsMax = 16;

/** Steps of a local reference like `#/components/schemas/Voucher` (RFC 6901, section 6); nothing for any other. */
export function stepsOf(ref: string): readonly string[] | undefined {
  if (ref === "#") return [];
  if (!ref.startsWith("#/")) return undefined;
  try {
    const steps = ref.slice(2).split("/");
    // Most references are of plain names, and documents have tens of thousands of them.
    if (!ref.includes("%") && !ref.includes("~")) return steps;
    return steps.map((step) => decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~"));
  } catch {
    return undefined;
  }
}

/** The part of `root` at these steps. Only own properties count. */
export function partAt(root: unknown, steps: readonly string[]): Located | undefined {
  let value = root;
  for (const step of steps) {
    if (Array.isArray(value)) value = value[Number(step)];
    else if (isObject(value) && Object.hasOwn(value, step)) value = value[step];
    else return undefined;
    if (value === undefined) return undefined;
  }
  return { value, at: steps };
}

/** A part with its `$ref`s followed, or nothing where they lead nowhere or in a circle. */
export function followed(contract: Contract, part: Located): Located | undefined {
  let current: Located | undefined = part;
  for (let hops = 0; hops <= hopsMax && current !== undefined; hops++) {
    const { value }: Located = current;
    if (!isObject(value) || typeof value.$ref !== "string") return current;
    const steps = stepsOf(value.$ref);
    current = steps === undefined ? undefined : partAt(contract.document, steps);
  }
  return undefined;
}
