import type { ParameterStyle } from "../codegen.ts";
import { refusal, toText } from "./primitive.ts";

/** A value of a list or map, not left out. */
export type Present = NonNullable<unknown>;

/** What is to be said of a list: `undefined` and `null` are left out, as RFC 6570 does with undefined values. */
export function presentItems(items: readonly unknown[]): readonly Present[] {
  return items.filter((item): item is Present => item !== undefined && item !== null);
}

/** What is to be said of a map. */
export function presentMembers(value: object): readonly (readonly [key: string, value: Present])[] {
  return Object.entries(value).filter(
    (entry): entry is [string, Present] => entry[1] !== undefined && entry[1] !== null,
  );
}

/** "When style is form, the default value is true. For all other styles, the default value is false." */
export function isExploded({ style, explode }: ParameterStyle, placeDefault: "form" | "simple"): boolean {
  return explode ?? (style ?? placeDefault) === "form";
}

/** The value as JSON text, for a parameter that says `content: { application/json: … }`. */
export function toJsonText(name: string, value: unknown): string {
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw refusal(name, "must be a value that JSON can write");
  return toText(name, text);
}

/** JSON text of printable ASCII alone, which a header can carry: JSON can write every other character as an escape. */
export function toAsciiJson(name: string, value: unknown): string {
  return toJsonText(name, value).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * Lists and maps as `simple` writes them, each text encoded by `encode` so that it holds no separator: `a,b`, `k,v` or `k=v`.
 * Nothing where there is nothing to say.
 */
export function joinSimple(
  value: object,
  explode: boolean,
  encode: (value: unknown) => string,
  separators: { readonly items: string; readonly members: string } = { items: ",", members: "," },
): string | undefined {
  const texts = Array.isArray(value)
    ? presentItems(value).map(encode)
    : presentMembers(value).map(([key, item]) => `${encode(key)}${explode ? "=" : ","}${encode(item)}`);
  if (texts.length === 0) return undefined;
  return texts.join(Array.isArray(value) ? separators.items : separators.members);
}
