import type { Operation } from "../openapi/operation.ts";
import { bodyKindOf, essenceOf } from "../spec/media-type.ts";
import type { FormField, InputPlace, ParameterStyle, StyleName } from "./tool.ts";

/** How an author says that an input is written. */
export interface StyleOptions {
  readonly style?: StyleName | undefined;
  readonly explode?: boolean | undefined;
  readonly contentType?: string | undefined;
  readonly filename?: string | undefined;
}

/** The styles of each place, its default first (OpenAPI 3.1, "Style Values"). A form body has those of the query. */
export const stylesByPlace: Readonly<Partial<Record<InputPlace, readonly StyleName[]>>> = {
  path: ["simple", "label", "matrix", "json"],
  header: ["simple", "json"],
  cookie: ["form", "json"],
  query: ["form", "spaceDelimited", "pipeDelimited", "deepObject", "json"],
};

/** The style of a parameter: as written, else as the contract says; nothing where that is its place's default. */
export function parameterStyle(
  place: InputPlace,
  { style: written, explode: exploded }: StyleOptions,
  field: { readonly style: string | undefined; readonly explode: boolean | undefined } | undefined,
): ParameterStyle | undefined {
  const known = stylesByPlace[place];
  if (known === undefined) return undefined;
  const style = written ?? known.find((name) => name === field?.style) ?? known[0];
  const explode = exploded ?? field?.explode;
  const isDefault = style === known[0];
  if (isDefault && (explode ?? isExploded(style)) === isExploded(style)) return undefined;
  return { ...(isDefault || style === undefined ? {} : { style }), ...(explode === undefined ? {} : { explode }) };
}

/** "When style is form, the default value is true. For all other styles, the default value is false." */
function isExploded(style: StyleName | undefined): boolean {
  return style === "form";
}

/** How one field of a form is written: as the author says, else as the contract does, `bytes` where it is a file. */
export function formFieldOf(
  name: string,
  options: StyleOptions,
  encodings: Readonly<Record<string, FormField>>,
  isFile: boolean,
): FormField | undefined {
  const { style, explode, contentType, filename } = options;
  const field: FormField = {
    ...(Object.hasOwn(encodings, name) ? encodings[name] : {}),
    ...(style !== undefined && { style }),
    ...(explode !== undefined && { explode }),
    ...(contentType !== undefined && { contentType }),
    ...(filename !== undefined && { filename }),
    ...(isFile && { bytes: true }),
  };
  return Object.keys(field).length === 0 ? undefined : field;
}

/** How the contract says that the fields of a form are written; nothing for other bodies. */
export function encodingsFor(
  operation: Operation | undefined,
  contentType: string,
): Readonly<Record<string, FormField>> {
  const kind = bodyKindOf(contentType);
  if (kind !== "urlencoded" && kind !== "form-data") return {};
  return operation?.encodings.get(essenceOf(contentType)) ?? {};
}
