import type { InputPlace } from "../ir/tool.ts";
import { type Contract, entries, isObject, items, type Located, member } from "./contract.ts";
import { bodyFor, type Operation } from "./operation.ts";
import { followed } from "./resolve.ts";

/** What the contract says of one value that an operation takes: a parameter, or a body field however deep. */
export interface Field {
  readonly place: InputPlace;
  /** The upstream's name; body fields have a part per level. */
  readonly name: readonly [string, ...string[]];
  readonly required: boolean;
  readonly schema: Located;
  readonly description: string | undefined;
  readonly style: string | undefined;
  readonly explode: boolean | undefined;
}

/** Schemas of schemas that are followed when properties are gathered: `allOf` of `allOf` … */
const gatherDepthMax = 16;

/** The field of an operation with this place and name, if the contract has it. */
export function findField(contract: Contract, operation: Operation, wanted: Wanted): Field | undefined {
  const { place, name, contentType } = wanted;
  const body = bodyFor(operation, contentType);
  if (place === "body") return bodyField(contract, body, name);
  if (place === "requestBody")
    return body && { ...undescribed, place, name, required: operation.bodyRequired, schema: body };
  const same =
    place === "header"
      ? (one: string) => one.toLowerCase() === name[0].toLowerCase()
      : (one: string) => one === name[0];
  const parameter = operation.parameters.find((one) => one.place === place && same(one.name));
  if (parameter === undefined || name.length > 1) return undefined;
  return { ...parameter, place, name: [parameter.name] };
}

export interface Wanted {
  readonly place: InputPlace;
  readonly name: readonly [string, ...string[]];
  /** Which of the operation's bodies is meant. */
  readonly contentType: string;
}

/** Names of the fields of one place, or of all: for hints. Body fields two levels deep: `rules.minimum_order`. */
export function fieldNames(
  contract: Contract,
  operation: Operation,
  { contentType, place }: FieldsWanted,
): readonly string[] {
  const parameters = operation.parameters
    .filter((one) => place === undefined || one.place === place)
    .map(({ name }) => name);
  const body = bodyFor(operation, contentType);
  if (body === undefined || (place !== undefined && place !== "body")) return parameters;
  const fields = [...propertiesOf(contract, body).named];
  const inner = fields.flatMap(([name, { schema }]) =>
    [...propertiesOf(contract, schema).named.keys()].map((below) => `${name}.${below}`),
  );
  return [...parameters, ...fields.map(([name]) => name), ...inner];
}

export interface FieldsWanted {
  readonly contentType: string;
  /** Default: every place. */
  readonly place?: InputPlace | undefined;
}

/** The properties of an object schema, through references, `allOf`, and (then never required) `anyOf` and `oneOf`. */
export function propertiesOf(contract: Contract, schema: Located): Properties {
  const named = new Map<string, Property>();
  let open: Located | undefined;
  const gather = (part: Located, depth: number, certain: boolean) => {
    const target = depth > gatherDepthMax ? undefined : followed(contract, part);
    if (target === undefined || !isObject(target.value)) return;
    const required = new Set(Array.isArray(target.value.required) ? target.value.required : []);
    for (const [name, property] of entries(member(target, "properties"))) {
      const known = named.get(name);
      const own = certain && isObject(property.value) && property.value.required === true;
      named.set(name, known ?? { schema: property, required: own, readOnly: isReadOnly(property) });
    }
    for (const name of required) {
      const known = named.get(String(name));
      if (certain && known !== undefined) named.set(String(name), { ...known, required: true });
    }
    const additional = member(target, "additionalProperties");
    if (additional !== undefined && (additional.value === true || isObject(additional.value))) open ??= additional;
    for (const inner of items(member(target, "allOf"))) gather(inner, depth + 1, certain);
    for (const inner of [...items(member(target, "anyOf")), ...items(member(target, "oneOf"))])
      gather(inner, depth + 1, false);
  };
  gather(schema, 0, true);
  return { named, open };
}

export interface Properties {
  readonly named: ReadonlyMap<string, Property>;
  /** Schema of properties that are not named, where the contract allows them in so many words. */
  readonly open: Located | undefined;
}

interface Property {
  readonly schema: Located;
  readonly required: boolean;
  readonly readOnly: boolean;
}

function isReadOnly(property: Located): boolean {
  return isObject(property.value) && property.value.readOnly === true;
}

function bodyField(contract: Contract, body: Located | undefined, name: Field["name"]): Field | undefined {
  let schema = body;
  let required = false;
  for (const part of name) {
    if (schema === undefined) return undefined;
    const { named, open } = propertiesOf(contract, schema);
    const property = named.get(part);
    required = property?.required === true && !property.readOnly;
    schema = property?.schema ?? open;
  }
  if (schema === undefined) return undefined;
  return { ...undescribed, place: "body", name, required, schema };
}

/** A body says nothing of these. */
const undescribed = { description: undefined, style: undefined, explode: undefined };

/** Names of required fields that no one of `sent` fills; a body field that is sent in parts must be whole. */
export function unfilled(
  contract: Contract,
  operation: Operation,
  contentType: string,
  sent: readonly Sent[],
): readonly string[] {
  const parameters = operation.parameters
    .filter(
      (one) =>
        one.required &&
        !sent.some((other) => other.place === one.place && sameName(one.place, other.name[0], one.name)),
    )
    .map((one) => one.name);
  const body = bodyFor(operation, contentType);
  if (sent.some((one) => one.place === "requestBody")) return parameters;
  const bodyNames = sent.filter((one) => one.place === "body").map((one) => one.name);
  if (body === undefined || (bodyNames.length === 0 && !operation.bodyRequired)) return parameters;
  return [...parameters, ...unfilledProperties(contract, body, bodyNames), ...wholeBody(contract, body, bodyNames)];
}

/** A body without fields that could be sent one by one, of which nothing is sent. */
function wholeBody(contract: Contract, body: Located, sent: readonly unknown[]): readonly string[] {
  const { named, open } = propertiesOf(contract, body);
  return sent.length === 0 && named.size === 0 && open === undefined ? [requestBody] : [];
}

/** Stands for the whole body where names of fields are listed. */
export const requestBody = "requestBody";

export interface Sent {
  readonly place: InputPlace;
  readonly name: readonly [string, ...string[]];
}

function sameName(place: InputPlace, one: string, other: string): boolean {
  return place === "header" ? one.toLowerCase() === other.toLowerCase() : one === other;
}

function unfilledProperties(contract: Contract, schema: Located, sent: readonly (readonly string[])[]): string[] {
  const missing: string[] = [];
  for (const [name, property] of propertiesOf(contract, schema).named) {
    const within = sent.filter((path) => path[0] === name).map((path) => path.slice(1));
    if (within.some((path) => path.length === 0)) continue;
    if (within.length > 0) {
      missing.push(...unfilledProperties(contract, property.schema, within).map((inner) => `${name}.${inner}`));
    } else if (property.required && !property.readOnly) {
      missing.push(name);
    }
  }
  return missing;
}
