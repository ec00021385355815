import type { ParameterStyle, Styles } from "../codegen.ts";
import { percentEncode } from "./percent.ts";
import { refusal, toText } from "./primitive.ts";
import { isExploded, joinSimple, presentItems, presentMembers, toJsonText } from "./style.ts";

/**
 * Write a query string by OpenAPI's style table, without the `?`; empty when nothing is left to say.
 *
 * `undefined`, `null`, empty lists and empty objects are left out, as RFC 6570 does with undefined values. An object that is
 * exploded turns its own keys into parameter names; these may not be names that the request already has, nor what a server might
 * take for one of `reserved` (lower case): the dry-run flag, and the parameter that carries a credential.
 *
 * @throws GatewayError `invalid_argument` naming the input.
 * @see OpenAPI 3.1.1, "Style Examples"; RFC 6570, section 3.2.1; RFC 3986, section 2.1
 */
export function encodeQuery(
  query: Readonly<Record<string, unknown>>,
  styles: Styles = {},
  reserved: ReadonlySet<string> = new Set(),
): string {
  const pairs: string[] = [];
  for (const name of Object.keys(query)) {
    const value = query[name];
    if (value === undefined || value === null) continue;
    const style = Object.hasOwn(styles, name) ? (styles[name] as ParameterStyle) : {};
    if (style.style === "json") pairs.push(pair(name, toJsonText(name, value)));
    else if (typeof value !== "object") pairs.push(pair(name, toText(name, value)));
    else {
      const isTaken = (key: string) => Object.hasOwn(query, key) || reserved.has(baseName(key));
      encodeComposite(pairs, { name, value, style, isTaken });
    }
  }
  return pairs.join("&");
}

/** `Key[0]` is `key` to servers that read brackets, or that do not tell upper from lower case. */
function baseName(key: string): string {
  return (key.split("[", 1)[0] as string).trim().toLowerCase();
}

interface Composite {
  readonly name: string;
  readonly value: object;
  readonly style: ParameterStyle;
  readonly isTaken: (name: string) => boolean;
}

/** Between the values of a list that is not exploded. What stands in a value is encoded, so it cannot be taken for one. */
const separators = { form: ",", spaceDelimited: "%20", pipeDelimited: "%7C" } as const;

function encodeComposite(pairs: string[], { name, value, style, isTaken }: Composite): void {
  const kind = style.style ?? "form";
  if (kind === "deepObject") {
    encodeDeep(pairs, name, percentEncode(name), value);
  } else if (!isExploded(style, "form")) {
    const separator = kind === "spaceDelimited" || kind === "pipeDelimited" ? separators[kind] : separators.form;
    const encode = (text: unknown) => percentEncode(toText(name, text));
    const flat = Array.isArray(value) ? value : presentMembers(value).flat();
    const joined = joinSimple(flat, false, encode, { items: separator, members: separator });
    if (joined !== undefined) pairs.push(`${percentEncode(name)}=${joined}`);
  } else if (Array.isArray(value)) {
    for (const item of presentItems(value)) pairs.push(pair(name, toText(name, item)));
  } else {
    for (const [key, item] of presentMembers(value)) {
      if (isTaken(key)) throw refusal(name, "must not have a member named like another query parameter");
      pairs.push(pair(toText(name, key), toText(name, item)));
    }
  }
}

/**
 * `name[key]=value`, what is deeper with more brackets: `name[]=value` for the values of a list, `name[0][key]=value` for its maps.
 * OpenAPI defines one level of maps only; this is what Rails, PHP, Stripe and qs read.
 */
function encodeDeep(pairs: string[], name: string, prefix: string, value: object): void {
  if (Array.isArray(value)) {
    for (const [index, item] of presentItems(value).entries()) {
      if (typeof item === "object") encodeDeep(pairs, name, `${prefix}%5B${index}%5D`, item);
      else pairs.push(`${prefix}%5B%5D=${percentEncode(toText(name, item))}`);
    }
    return;
  }
  for (const [key, item] of presentMembers(value)) {
    const inner = `${prefix}%5B${percentEncode(toText(name, key))}%5D`;
    if (typeof item === "object") encodeDeep(pairs, name, inner, item);
    else pairs.push(`${inner}=${percentEncode(toText(name, item))}`);
  }
}

function pair(name: string, text: string): string {
  return `${percentEncode(name)}=${percentEncode(text)}`;
}
