import { type Contract, isObject, type Located } from "../openapi/contract.ts";
import { type Properties, propertiesOf } from "../openapi/fields.ts";
import type { Operation } from "../openapi/operation.ts";
import { followed } from "../openapi/resolve.ts";

/** The body that a tool sends: which of the operation's, and whether its properties are inputs or it is one input as a whole. */
export interface ChosenBody {
  readonly mediaType: string;
  readonly schema: Located;
  /** Inputs of their own; nothing where one input is the whole body. */
  readonly properties: Properties["named"] | undefined;
  /** Whether a name is one of the body's, where an input of that name would be looked for: all are where it takes any. */
  readonly has: (name: string) => boolean;
  /** Media types that the operation takes beside the chosen one. */
  readonly others: readonly string[];
}

/** Properties beyond which a form of single fields helps no model more than one object does. */
const propertiesMax = 200;

/** Which of an operation's bodies a tool sends: JSON where there is one, else a form, else whatever comes first. */
export function chooseBody(contract: Contract, { bodies, method }: Operation): ChosenBody | undefined {
  if (method === "get" || method === "head") return undefined;
  const types = [...bodies.keys()];
  const mediaType = preferences.map((fits) => types.find(fits)).find((type) => type !== undefined) ?? types[0];
  const schema = mediaType === undefined ? undefined : bodies.get(mediaType);
  if (mediaType === undefined || schema === undefined) return undefined;
  const others = types.filter((type) => type !== mediaType);
  const { named, open } = propertiesOf(contract, schema);
  const isFields = named.size > 0 && named.size <= propertiesMax && isForm(mediaType) && isObjectOnly(contract, schema);
  const has = (name: string) => open !== undefined || named.has(name);
  return { mediaType, schema, properties: isFields ? named : undefined, has, others };
}

const preferences: readonly ((type: string) => boolean)[] = [
  (type) => type === "application/json",
  (type) => /^application\/([\w.-]+\+)?json$/.test(type),
  (type) => type.endsWith("/json") || type.endsWith("+json"),
  (type) => type === "application/x-www-form-urlencoded",
  (type) => type === "multipart/form-data",
];

/** Whether a body of this media type is made of named fields. */
function isForm(mediaType: string): boolean {
  return preferences.some((fits) => fits(mediaType));
}

/** Whether a body is an object and nothing else. */
function isObjectOnly(contract: Contract, schema: Located): boolean {
  const target = followed(contract, schema);
  if (target === undefined || !isObject(target.value)) return false;
  const { type, oneOf, anyOf, nullable } = target.value;
  if (oneOf !== undefined || anyOf !== undefined || nullable === true) return false;
  return (type === undefined || type === "object") && !hasAlternatives(contract, target, 0);
}

/** Schemas of schemas that are followed: `allOf` of `allOf` … */
const depthMax = 16;

/** Whether the object is one of several, so that its fields depend on each other. */
function hasAlternatives(contract: Contract, part: Located, depth: number): boolean {
  if (!isObject(part.value) || !Array.isArray(part.value.allOf)) return false;
  return part.value.allOf.some((value, index) => {
    const inner = followed(contract, { value, at: [...part.at, "allOf", String(index)] });
    if (inner === undefined || !isObject(inner.value)) return false;
    if (inner.value.oneOf !== undefined || inner.value.anyOf !== undefined) return true;
    return depth < depthMax && hasAlternatives(contract, inner, depth + 1);
  });
}
