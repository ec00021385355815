import { Buffer } from "node:buffer";
import type { AnyUpstreamRequest, FormField } from "../codegen.ts";
import type { Random } from "../ports.ts";
import { readFileValue } from "./file.ts";
import { bodyKindOf } from "./media-type.ts";
import { encodeMultipart, type Part } from "./multipart.ts";
import { refusal, toText } from "./primitive.ts";
import { encodeQuery } from "./query.ts";
import { type Present, presentItems, presentMembers, toJsonText } from "./style.ts";

/** A body as it goes on the wire. */
export interface EncodedBody {
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/**
 * Turn a body into bytes by its media type: JSON by default, form fields, parts of which some are files, a text as it is, or the
 * bytes behind base64.
 *
 * Members that are `undefined` are left out. Lists in forms repeat their field, maps are JSON text, where no style says otherwise.
 *
 * @throws GatewayError `invalid_argument` naming the field.
 * @throws Error for a multipart that is no form: the definition is broken, not the call.
 */
export function encodeBody(
  { body, contentType = "application/json", form = {} }: Pick<AnyUpstreamRequest, "body" | "contentType" | "form">,
  random: Random,
): EncodedBody {
  switch (bodyKindOf(contentType)) {
    case "json":
      return { contentType, bytes: Buffer.from(JSON.stringify(body)) };
    case "urlencoded":
      return { contentType, bytes: Buffer.from(encodeFields(body, form)) };
    case "form-data":
      return encodeMultipart(toParts(body, form), random);
    case "text":
      return encodeText(body, contentType);
    case "bytes":
      return { contentType, bytes: readFileValue("body", body).bytes };
    case "multipart":
      throw new Error(`A body of ${contentType} cannot be sent.`);
  }
}

/** @see OpenAPI 3.1.1, "Encoding the x-www-form-urlencoded Media Type" */
function encodeFields(body: unknown, form: Readonly<Record<string, FormField>>): string {
  const fields = membersOf(body).map(([name, value]) => [
    name,
    hasStyle(fieldOf(form, name)) ? value : flat(name, value),
  ]);
  return encodeQuery(Object.fromEntries(fields), form);
}

function hasStyle({ style, explode }: FormField): boolean {
  return style !== undefined || explode !== undefined;
}

/** What has no style of its own: maps as JSON text, also within a list, whose items repeat the field. */
function flat(name: string, value: Present): unknown {
  if (Array.isArray(value))
    return presentItems(value).map((item) => (typeof item === "object" ? toJsonText(name, item) : item));
  return typeof value === "object" ? toJsonText(name, value) : value;
}

function toParts(body: unknown, form: Readonly<Record<string, FormField>>): readonly Part[] {
  return membersOf(body).flatMap(([name, value]) => {
    const field = fieldOf(form, name);
    const isWhole = !Array.isArray(value) || field.style === "json";
    return (isWhole ? [value] : presentItems(value)).map((item): Part => ({ name, value: item, field }));
  });
}

function fieldOf(form: Readonly<Record<string, FormField>>, name: string): FormField {
  return Object.hasOwn(form, name) ? (form[name] as FormField) : {};
}

function membersOf(body: unknown): readonly (readonly [string, Present])[] {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw refusal("body", "must be an object to be sent as a form");
  }
  return presentMembers(body).map(([name, value]) => [toText(name, name), value]);
}

/** The charset is named where it matters, because some servers take texts without one for Latin-1. */
function encodeText(body: unknown, contentType: string): EncodedBody {
  if (typeof body !== "string") throw refusal("body", `must be a string to be sent as ${contentType}`);
  if (!body.isWellFormed()) throw refusal("body", "must be well-formed Unicode: it holds half of a surrogate pair");
  const isAscii = /^[\u0000-\u007f]*$/.test(body);
  const isSaid = isAscii || !/^text\//i.test(contentType) || /;\s*charset=/i.test(contentType);
  return { contentType: isSaid ? contentType : `${contentType}; charset=utf-8`, bytes: Buffer.from(body) };
}
