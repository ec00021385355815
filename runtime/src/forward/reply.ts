import { type Buffer, isUtf8 } from "node:buffer";
import type { IncomingHttpHeaders } from "node:http";
import type { Tool } from "../codegen.ts";
import type { LossCode } from "./failure.ts";
import { type ExactJson, parseExactly } from "./json.ts";
import { redact } from "./redact.ts";

/** A reply as it came. */
export interface RawReply {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A reply's JSON, or why there is none. */
export type ReadReply =
  | ({
      readonly kind: "read";
      readonly text: string /** One was found and replaced. */;
      readonly hasSecret: boolean;
    } & ExactJson)
  | { readonly kind: "unreadable"; readonly code: LossCode };

/**
 * Read the JSON of a reply. An empty body is an empty object: that is what a client can hold as structured content.
 *
 * The text stays as received, but for a byte order mark and for the gateway's own secrets: an upstream that repeats the
 * request's headers in its reply must not hand them to the caller.
 */
export function readReply({ headers, body }: RawReply, secrets: readonly string[]): ReadReply {
  if (body.length === 0) return { kind: "read", text: "{}", plain: {}, exact: {}, hasSecret: false };
  if (!isPlainJson(headers)) return { kind: "unreadable", code: "upstream_media_type" };
  if (!isUtf8(body)) return { kind: "unreadable", code: "upstream_invalid_json" };
  const decoded = body.toString("utf8");
  const received = decoded.charCodeAt(0) === byteOrderMark ? decoded.slice(1) : decoded;
  const text = redact(received, secrets);
  try {
    return { kind: "read", text, ...parseExactly(text), hasSecret: text !== received };
  } catch (error) {
    return { kind: "unreadable", code: error instanceof SyntaxError ? "upstream_invalid_json" : "upstream_too_large" };
  }
}

const byteOrderMark = 0xfeff;

/**
 * Say whether the headers promise JSON in UTF-8 without a content encoding. None was asked for, so an encoded reply is either
 * a mistake or a bomb.
 *
 * @see RFC 8259, section 8.1; RFC 6839, section 3.1; RFC 9110, section 8.4
 */
function isPlainJson(headers: IncomingHttpHeaders): boolean {
  const encoding = headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity") return false;
  const type: unknown = headers["content-type"];
  if (typeof type !== "string") return false;
  if (type === "application/json") return true;
  if (!/^application\/(?:[a-z0-9!#$&^_.+-]+\+)?json *(?:;|$)/i.test(type)) return false;
  const charset = /; *charset *= *"?([^";, ]*)/i.exec(type)?.[1] ?? "utf-8";
  return /^utf-?8$/i.test(charset);
}

/** What a tool result holds: `text` is the JSON of `value`, and `value` is an object. */
export interface ToolReply {
  readonly text: string;
  readonly value: unknown;
}

/**
 * Make a reply fit for a tool result. JSON that is no object becomes the `result` of one, because structured content must be
 * an object; a dry run says so at the top level. Both are spliced into the text; what was received stays byte for byte.
 *
 * @see MCP 2025-11-25, "Structured Content"; vauchflow.txt, "Dry run"
 */
export function toToolReply(text: string, exact: unknown, isDryRun: boolean): ToolReply {
  if (!isObject(exact)) {
    const wrapped = `"result":${text.trim()}`;
    return isDryRun
      ? { text: `{"dry_run":true,${wrapped}}`, value: { dry_run: true, result: exact } }
      : { text: `{${wrapped}}`, value: { result: exact } };
  }
  if (!isDryRun || Object.hasOwn(exact, "dry_run")) return { text, value: exact };
  const start = text.indexOf("{") + 1;
  const comma = Object.keys(exact).length === 0 ? "" : ",";
  return {
    text: `${text.slice(0, start)}"dry_run":true${comma}${text.slice(start)}`,
    value: { dry_run: true, ...exact },
  };
}

/** Numbers that became `JSON.rawJSON` are objects too, but no JSON objects. */
function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isRawJson(value);
}

const { isRawJSON: isRawJson } = JSON as unknown as { isRawJSON(value: unknown): boolean };

/** Paths that are named for one broken reply; the first few show what has drifted. */
const brokenPathsMax = 10;

/** Check a reply against the tool's `output`. Returns the paths that break it, without values; none when it holds. */
export function findContractBreaks(tool: Tool, plain: unknown): readonly string[] {
  const verdict = tool.output?.safeParse(plain);
  if (verdict === undefined || verdict.success) return [];
  return verdict.error.issues
    .slice(0, brokenPathsMax)
    .map(({ path }) => path.map(String).join(".").slice(0, 200) || "(root)");
}
