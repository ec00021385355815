import { type ClientMessage, isObject } from "./message.ts";

/** The field of `params` that `Mcp-Name` repeats (MCP 2026-07-28, "Standard Request Headers"; SEP-2663 for tasks). */
const nameFields: Readonly<Record<string, string>> = {
  "tools/call": "name",
  "prompts/get": "name",
  "resources/read": "uri",
  "tasks/get": "taskId",
  "tasks/update": "taskId",
  "tasks/cancel": "taskId",
};

/** An argument of a tool that a header repeats (`x-mcp-header` in its schema): where it is, and the header's name. */
interface MirroredParam {
  readonly path: readonly string[];
  readonly header: string;
}

/** Which arguments of which tools headers repeat, learnt from the lists of tools that pass by. */
export interface MirroredParams {
  /** Look at a result; one that is no list of tools is let pass. */
  learn(result: unknown): void;
  headersOf(tool: unknown, args: unknown): Readonly<Record<string, string>>;
}

/** A header's name (RFC 9110, section 5.6.2, "token"). What a server declares beyond that is not sent. */
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Levels of a tool's schema that are looked through. */
const schemaDepthMax = 16;

/** Start with no tool known: a call of one goes without such headers, as the protocol asks. */
export function createMirroredParams(): MirroredParams {
  const known = new Map<string, readonly MirroredParam[]>();
  return {
    learn: (result) => {
      if (!isObject(result) || !Array.isArray(result.tools)) return;
      for (const tool of result.tools)
        if (isObject(tool) && typeof tool.name === "string") known.set(tool.name, findMirrored(tool.inputSchema, []));
    },
    headersOf: (tool, args) => {
      const mirrored = typeof tool === "string" ? (known.get(tool) ?? []) : [];
      return Object.fromEntries(
        mirrored.flatMap(({ path, header }) => {
          const value = toHeaderValue(path.reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), args));
          return value === undefined ? [] : [[`mcp-param-${header}`, value]];
        }),
      );
    },
  };
}

function findMirrored(schema: unknown, path: readonly string[]): readonly MirroredParam[] {
  if (!isObject(schema) || path.length > schemaDepthMax) return [];
  const header = schema["x-mcp-header"];
  const own = typeof header === "string" && token.test(header) && path.length > 0 ? [{ path, header }] : [];
  const properties = isObject(schema.properties) ? Object.entries(schema.properties) : [];
  return [...own, ...properties.flatMap(([name, property]) => findMirrored(property, [...path, name]))];
}

function toHeaderValue(value: unknown): string | undefined {
  if (typeof value === "string") return encodeHeader(value);
  if (typeof value === "boolean" || Number.isSafeInteger(value)) return String(value);
  return undefined;
}

/**
 * The headers of MCP that a message takes with it: in the era of 2026-07-28 what the message itself says, before that the version that
 * `initialize` agreed on.
 */
export function protocolHeaders(
  message: ClientMessage,
  negotiated: string | undefined,
  mirrored: MirroredParams,
): Readonly<Record<string, string>> {
  const { version, method, params } = message;
  if (version === undefined || method === undefined)
    return negotiated === undefined ? {} : { "mcp-protocol-version": negotiated };
  const name = Object.hasOwn(nameFields, method) ? params[nameFields[method] as string] : undefined;
  return {
    "mcp-protocol-version": encodeHeader(version),
    "mcp-method": encodeHeader(method),
    ...(typeof name === "string" && { "mcp-name": encodeHeader(name) }),
    ...(method === "tools/call" && mirrored.headersOf(params.name, params.arguments)),
  };
}

/** Write a text as a header's value: as it is where a header can hold it, else `=?base64?…?=` (MCP 2026-07-28, "Value Encoding"). */
export function encodeHeader(text: string): string {
  const isPlain = /^[\t\x20-\x7e]+$/.test(text) && text === text.trim();
  const looksEncoded = text.startsWith("=?base64?") && text.endsWith("?=");
  return isPlain && !looksEncoded ? text : `=?base64?${Buffer.from(text, "utf8").toString("base64")}?=`;
}
