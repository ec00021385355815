import { isObject } from "../openapi/contract.ts";
import { partAt, stepsOf } from "../openapi/resolve.ts";

type Json = Record<string, unknown>;

/** Members that are maps or texts, where OpenAPI has no references and documents in several files do. */
const inlined: ReadonlySet<string> = new Set(
  "properties content responses headers examples schemas securitySchemes parameters requestBodies paths description summary".split(
    " ",
  ),
);

/** References that lead to references: more is a circle. */
const hopsMax = 16;

/**
 * Put in place, as if they stood there, maps and texts that are one reference (`properties: { $ref: … }`, `description: { $ref: intro.md }`):
 * readers of OpenAPI follow references only where parts may be shared.
 */
export function inlineMaps(root: Json): void {
  const seen = new Set<object>();
  const walk = (value: unknown) => {
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    seen.add(value);
    for (const [name, member] of Object.entries(value)) {
      const target = inlined.has(name) ? behind(root, member) : undefined;
      if (target !== undefined) (value as Json)[name] = target;
      walk((value as Json)[name]);
    }
  };
  walk(root);
}

/** What a member is that is nothing but a reference; nothing for every other member. */
function behind(root: Json, member: unknown): unknown {
  let value = member;
  for (let hops = 0; hops < hopsMax && isObject(value) && typeof value.$ref === "string"; hops++)
    value = partAt(root, stepsOf(value.$ref) ?? ["#"])?.value;
  return value === member || value === undefined ? undefined : value;
}
