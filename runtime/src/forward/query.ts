import type { QueryStyle } from "../codegen.ts";
import { percentEncode } from "./percent.ts";
import { refusal, toText } from "./primitive.ts";

/**
 * Write a query string by OpenAPI's style table, without the `?`; empty when nothing is left to say.
 *
 * `undefined`, `null`, empty lists and empty objects are left out, as RFC 6570 does with undefined values. An object that is
 * exploded turns its own keys into parameter names; these may not be names that the request already has, nor one of `reserved`.
 *
 * @throws GatewayError `invalid_argument` naming the input.
 * @see OpenAPI 3.1.1, "Style Examples"; RFC 6570, section 3.2.1; RFC 3986, section 2.1
 */
export function encodeQuery(
  query: Readonly<Record<string, unknown>>,
  styles: Readonly<Record<string, QueryStyle>> = {},
  reserved?: string,
): string {
  const pairs: string[] = [];
  for (const name of Object.keys(query)) {
    const value = query[name];
    if (value === undefined || value === null) continue;
    if (typeof value !== "object") {
      pairs.push(pair(name, toText(name, value)));
    } else {
      const style = Object.hasOwn(styles, name) ? (styles[name] as QueryStyle) : {};
      encodeComposite(pairs, { name, value, style, isTaken: (key) => key === reserved || Object.hasOwn(query, key) });
    }
  }
  return pairs.join("&");
}

interface Composite {
  readonly name: string;
  readonly value: object;
  readonly style: QueryStyle;
  readonly isTaken: (name: string) => boolean;
}

/** Between the values of a list that is not exploded. What stands in a value is encoded, so it cannot be taken for one. */
const separators = { form: ",", spaceDelimited: "%20", pipeDelimited: "%7C" } as const;

function encodeComposite(pairs: string[], { name, value, style, isTaken }: Composite): void {
  const kind = style.style ?? "form";
  // OpenAPI: "When style is form, the default value is true. For all other styles, the default value is false."
  const explode = style.explode ?? kind === "form";
  if (kind === "deepObject" && !Array.isArray(value)) {
    encodeDeep(pairs, name, percentEncode(name), value);
  } else if (!explode && kind !== "deepObject") {
    const flat = Array.isArray(value) ? value : members(value).flat();
    const texts = present(flat).map((item) => percentEncode(toText(name, item)));
    if (texts.length > 0) pairs.push(`${percentEncode(name)}=${texts.join(separators[kind])}`);
  } else if (Array.isArray(value)) {
    for (const item of present(value)) pairs.push(pair(name, toText(name, item)));
  } else {
    for (const [key, item] of members(value)) {
      if (isTaken(key)) throw refusal(name, "must not have a member named like another query parameter");
      pairs.push(pair(toText(name, key), toText(name, item)));
    }
  }
}

/** `name[key]=value`, deeper objects with more brackets, lists by repeating the name. OpenAPI defines one level only. */
function encodeDeep(pairs: string[], name: string, prefix: string, value: object): void {
  for (const [key, item] of members(value)) {
    const inner = `${prefix}%5B${percentEncode(toText(name, key))}%5D`;
    if (Array.isArray(item)) {
      for (const element of present(item)) pairs.push(`${inner}=${percentEncode(toText(name, element))}`);
    } else if (typeof item === "object") {
      encodeDeep(pairs, name, inner, item as object);
    } else {
      pairs.push(`${inner}=${percentEncode(toText(name, item))}`);
    }
  }
}

function pair(name: string, text: string): string {
  return `${percentEncode(name)}=${percentEncode(text)}`;
}

function present(items: readonly unknown[]): readonly unknown[] {
  return items.filter((item) => item !== undefined && item !== null);
}

function members(value: object): [key: string, value: NonNullable<unknown>][] {
  return Object.entries(value).filter(([, item]) => item !== undefined && item !== null);
}
