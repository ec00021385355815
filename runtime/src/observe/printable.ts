import type { Secret } from "../call.ts";

/** Characters of one text. A stack or a message of another program may be endless; the beginning tells what it is. */
const textMaxChars = 2000;

/** Entries of one array or object. */
const itemsMax = 50;

/** Levels of nesting, causes of errors included. */
const depthMax = 6;

/** Shorter "secrets" are placeholders; replacing every "a" helps nobody. */
const secretMinChars = 8;

/** Names whose values are never printed, in any spelling: `X-API-Key`, `apiKey`, `set-cookie`, `refresh_token`. */
const secretNames = /authorization|apikey|cookie|secret|token|password|passwd|credential|privatekey|signature/;

/** How values are made fit for a line. */
export interface PrintOptions {
  /** Stacks are long, and are for those who debug. */
  readonly withStack: boolean;
  /** Values that are replaced wherever they stand. */
  readonly secrets: readonly Secret[];
}

/**
 * Turn any value into plain JSON that is safe to print: secrets replaced, long things cut, no cycles, nothing that throws.
 */
export function toPrintable(value: unknown, options: PrintOptions): unknown {
  const secrets = options.secrets.map((secret) => secret.reveal()).filter((text) => text.length >= secretMinChars);
  return print(value, { withStack: options.withStack, secrets, above: [] });
}

interface Walk {
  readonly withStack: boolean;
  readonly secrets: readonly string[];
  /** The objects that hold this value, outermost first. */
  readonly above: readonly object[];
}

function print(value: unknown, walk: Walk): unknown {
  switch (typeof value) {
    case "string":
      return printText(value, walk);
    case "bigint":
    case "symbol":
      return String(value);
    case "function":
      return "[function]";
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "object":
      return value === null ? null : printObject(value, walk);
    case "boolean":
    case "undefined":
      return value;
  }
}

function printText(text: string, { secrets }: Walk): string {
  let shown = text.length > 4 * textMaxChars ? text.slice(0, 4 * textMaxChars) : text;
  for (const secret of secrets) shown = shown.replaceAll(secret, "[secret]");
  return shown.length <= textMaxChars ? shown : `${shown.slice(0, textMaxChars)}… [${text.length} characters]`;
}

function printObject(value: object, walk: Walk): unknown {
  if (walk.above.includes(value)) return "[circular]";
  if (walk.above.length >= depthMax) return "[deeper]";
  const inside = { ...walk, above: [...walk.above, value] };
  try {
    if (value instanceof Error) return printError(value, inside);
    if (Array.isArray(value)) return printArray(value, inside);
    if (value instanceof Set) return printArray([...value], inside);
    if (value instanceof Map)
      return printMembers(
        [...value].map(([key, item]) => [String(key), item]),
        inside,
      );
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if ("toJSON" in value && typeof value.toJSON === "function") return print(value.toJSON(), inside);
    return printMembers(
      Object.keys(value).map((key) => [key, (value as Record<string, unknown>)[key]]),
      inside,
    );
  } catch {
    // A getter or a toJSON of somebody else's object threw. A log line is not worth a call.
    return "[unprintable]";
  }
}

function printError(error: Error, walk: Walk): unknown {
  const { name, message, stack, cause } = error;
  const code = "code" in error ? error.code : undefined;
  return printMembers(
    [
      ["name", name],
      ["code", code],
      ["message", message],
      ["stack", walk.withStack ? stack : undefined],
      ["cause", cause],
    ],
    walk,
  );
}

function printArray(items: readonly unknown[], walk: Walk): unknown {
  const printed = items.slice(0, itemsMax).map((item) => print(item, walk));
  return items.length <= itemsMax ? printed : [...printed, `[${items.length} items]`];
}

function printMembers(members: readonly (readonly [string, unknown])[], walk: Walk): unknown {
  const printed = members
    .slice(0, itemsMax)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [printText(key, walk), isSecretName(key) ? "[secret]" : print(value, walk)] as const);
  const note = members.length <= itemsMax ? [] : [["…", `${members.length} members`] as const];
  return Object.fromEntries([...printed, ...note]);
}

function isSecretName(name: string): boolean {
  return secretNames.test(name.toLowerCase().replaceAll(/[^a-z]/g, ""));
}
