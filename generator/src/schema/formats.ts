/** What each `format` means here: which check decides it, and which formats are left to the reader. */
import type { JsonType } from "./json-type.ts";

/** How one format of strings is decided. */
export interface StringFormat {
  /** zod's own schema, where it accepts the same strings as ajv-formats: `iso.date` for `z.iso.date()`. */
  readonly zod?: string;
  /** Else the check in `@toolspec/runtime/codegen` that does. */
  readonly check?: string;
  /**
   * Accepts the usual part of what the check accepts. The generator does not import the runtime, so this is what judges a
   * default; a test holds that nothing passes here that the check refuses.
   */
  readonly usual: RegExp;
}

const day = "(?:0[1-9]|1\\d|2[0-8])";
const date = `(?:\\d{4}-(?:(?:0[1-9]|1[0-2])-${day}|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)|\\d\\d(?:0[48]|[2468][048]|[13579][26])-02-29)`;
const time = "(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?(?:Z|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)";
const octet = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const label = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?";
const host = `${label}(?:\\.${label}){0,5}`;

/**
 * The formats of strings that are checked, as ajv-formats checks them. zod's own date-time, e-mail, URL, UUID, IPv6 and
 * duration are not used: they want a known UUID version, a top-level domain of letters, or let other strings through.
 */
export const stringFormats: ReadonlyMap<unknown, StringFormat> = new Map<unknown, StringFormat>([
  ["date", { zod: "iso.date", usual: new RegExp(`^${date}$`) }],
  ["ipv4", { zod: "ipv4", usual: new RegExp(`^(?:${octet}\\.){3}${octet}$`) }],
  ["date-time", { check: "isDateTime", usual: new RegExp(`^${date}T${time}$`) }],
  ["time", { check: "isTime", usual: new RegExp(`^${time}$`) }],
  ["duration", { check: "isDuration", usual: /^P(?:\d+[WYMD]|T\d+[HMS]|\d+DT\d+H)$/ }],
  ["email", { check: "isEmail", usual: new RegExp(`^[A-Za-z0-9_+-]+(?:\\.[A-Za-z0-9_+-]+)*@${label}\\.${host}$`) }],
  ["hostname", { check: "isHostname", usual: new RegExp(`^${host}$`) }],
  ["ipv6", { check: "isIpv6", usual: /^(?:(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}|::(?:[0-9a-fA-F]{1,4})?)$/ }],
  ["uri", { check: "isUri", usual: new RegExp(`^[a-z]+://${host}(?::\\d+)?(?:/[\\w.~/-]*)?(?:\\?[\\w.~&=-]*)?$`) }],
  ["uri-reference", { check: "isUriReference", usual: /^[\w.~/-]*(?:\?[\w.~&=-]*)?$/ }],
  ["uuid", { check: "isUuid", usual: /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/ }],
  ["json-pointer", { check: "isJsonPointer", usual: /^(?:\/\w*)*$/ }],
  ["relative-json-pointer", { check: "isRelativeJsonPointer", usual: /^\d(?:\/\w*)*$/ }],
  ["regex", { check: "isRegex", usual: /^\^?[\w-]*\$?$/ }],
]);

/** OpenAPI's formats of numbers that narrow them. `int64` is any whole number, `float` and `double` any number. */
const numberFormats: ReadonlySet<unknown> = new Set(["int32", "int64"]);

/**
 * Formats that other validators check and this door does not: RFC 6570 templates and names that no standard defines.
 * They are left out of what is advertised, so that nobody refuses what the server accepts.
 */
export const formatsNotAdvertised: ReadonlySet<unknown> = new Set([
  ...["url", "uri-template", "iso-time", "iso-date-time", "json-pointer-uri-fragment", "byte"],
]);

/** Whether a format decides about values of this type. Others are annotations. */
export function isChecked(type: JsonType, format: unknown): boolean {
  return (type === "string" && stringFormats.has(format)) || (type === "number" && numberFormats.has(format));
}

/** Whether the value fits the format, as far as can be told here; see `StringFormat.usual`. */
export function usuallyFits(format: unknown, value: unknown): boolean {
  if (typeof value === "number") {
    if (format === "int32") return Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31;
    return format !== "int64" || Number.isInteger(value);
  }
  return typeof value !== "string" || (stringFormats.get(format)?.usual.test(value) ?? true);
}
