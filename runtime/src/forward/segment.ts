import { percentEncode } from "./percent.ts";
import { refusal, toText } from "./primitive.ts";

/** A path template taken apart: `literals[0]`, value of `names[0]`, `literals[1]`, … */
export interface PathTemplate {
  readonly literals: readonly string[];
  readonly names: readonly string[];
  /** How many `/` every path of this template has. */
  readonly slashes: number;
}

/**
 * Take a path template with `{name}` placeholders apart, once per tool.
 *
 * @throws Error when the template is no absolute path of plain RFC 3986 characters: the definition is broken, not the call.
 */
export function parseTemplate(template: string): PathTemplate {
  const pieces = template.split(/\{([^{}/]+)\}/);
  const literals = pieces.filter((_piece, index) => index % 2 === 0);
  const names = pieces.filter((_piece, index) => index % 2 === 1);
  const isPlain = literals.every((literal) => /^[A-Za-z0-9._~!$&'()*+,;=:@/-]*$/.test(literal));
  if (!template.startsWith("/") || template.startsWith("//") || !isPlain || hasDotSegment(literals.join("x"))) {
    throw new Error(`The path template ${JSON.stringify(template)} is not an absolute path of plain characters.`);
  }
  return { literals, names, slashes: countSlashes(literals.join("")) };
}

/**
 * Fill a template. Each value becomes exactly one segment, or its part of one; nothing a caller says adds, removes or ends one.
 *
 * The path is put together as a string and never parsed again: `new URL` would fold `..` and `%2e%2e`, encoded or not.
 *
 * @throws GatewayError `invalid_argument` naming the input.
 * @see reliability.md §0, "The bug class that kills products like ours is the path parameter"
 */
export function fillTemplate(template: PathTemplate, params: Readonly<Record<string, unknown>>): string {
  const { literals, names } = template;
  let path = literals[0] as string;
  for (let index = 0; index < names.length; index += 1) {
    const name = names[index] as string;
    path +=
      encodeSegment(name, Object.hasOwn(params, name) ? params[name] : undefined) + (literals[index + 1] as string);
  }
  // Cannot be while `encodeSegment` holds. Were it ever wrong, another endpoint would be called with our credentials.
  if (names.length > 0 && (countSlashes(path) !== template.slashes || hasDotSegment(path))) {
    throw new Error(`The values of ${names.join(", ")} changed the structure of the path.`);
  }
  return path;
}

/**
 * Encode one path value, or refuse it. What is refused is what some server on the way might take for path structure,
 * even one that decodes twice: dot segments, separators, control characters, and the encoded forms of these.
 *
 * @throws GatewayError `invalid_argument` naming the input.
 */
export function encodeSegment(name: string, value: unknown): string {
  const text = toText(name, value ?? refuseMissing(name));
  if (plain.test(text)) return text;
  if (text === "") throw refusal(name, "must not be empty: it is part of the path");
  checkStructure(name, text);
  if (text.includes("%")) checkStructure(name, decodeOnce(text));
  return percentEncode(text);
}

/** Most values are plain identifiers; a first character that is no dot rules dot segments out. */
const plain = /^[A-Za-z0-9_~-][A-Za-z0-9._~-]*$/;

/** `.`, `..`, and what servers that cut blanks or `;parameters` off a segment would turn into these. */
const dotSegment = /^\s*\.{1,2}\s*(?:;.*)?$/s;

const separator = /[/\\]/;
const control = /[\u0000-\u001f\u007f-\u009f]/;

/** The code of a dot, a separator or a control character after a `%`, or the start of an overlong UTF-8 form of one. */
const encodedStructure = /%(?:2[ef]|5c|[01][0-9a-f]|7f|c[01]|e0%[89]|f0%8)/i;

function checkStructure(name: string, text: string): void {
  if (dotSegment.test(text)) throw refusal(name, 'must not be a dot segment ("." or "..")');
  if (separator.test(text)) throw refusal(name, 'must be one path segment: it must not contain "/" or "\\"');
  if (control.test(text)) throw refusal(name, "must not contain control characters");
  if (encodedStructure.test(text))
    throw refusal(name, 'must not contain an encoded ".", "/", "\\" or control character');
}

/** Decode what stands for ASCII: enough to find structure, and it cannot fail. */
function decodeOnce(text: string): string {
  return text.replace(/%([0-7][0-9a-f])/gi, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function refuseMissing(name: string): never {
  throw refusal(name, "is required: it is part of the path");
}

function hasDotSegment(path: string): boolean {
  return /\/\.{1,2}(?:\/|$)/.test(path);
}

function countSlashes(text: string): number {
  let count = 0;
  for (let at = text.indexOf("/"); at !== -1; at = text.indexOf("/", at + 1)) count += 1;
  return count;
}
