import type { ParameterStyle, Styles } from "../codegen.ts";
import { percentEncode } from "./percent.ts";
import { refusal, toText } from "./primitive.ts";
import { isExploded, joinSimple, presentItems, presentMembers, toJsonText } from "./style.ts";

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
export function fillTemplate(
  template: PathTemplate,
  params: Readonly<Record<string, unknown>>,
  styles: Styles = {},
): string {
  const { literals, names } = template;
  let path = literals[0] as string;
  for (let index = 0; index < names.length; index += 1) {
    const name = names[index] as string;
    const value = Object.hasOwn(params, name) ? params[name] : undefined;
    const style = Object.hasOwn(styles, name) ? (styles[name] as ParameterStyle) : {};
    path += encodeParameter(name, value, style) + (literals[index + 1] as string);
  }
  // Cannot be while `encodeSegment` holds. Were it ever wrong, another endpoint would be called with our credentials.
  if (names.length > 0 && (countSlashes(path) !== template.slashes || hasDotSegment(path))) {
    throw new Error(`The values of ${names.join(", ")} changed the structure of the path.`);
  }
  return path;
}

/**
 * Write one path parameter by OpenAPI's style table. Every text of a list or map is encoded, or refused, like a segment of its own.
 *
 * @throws GatewayError `invalid_argument` naming the input.
 * @see OpenAPI 3.1.1, "Style Examples"; RFC 6570, sections 3.2.2, 3.2.5 and 3.2.7
 */
function encodeParameter(name: string, value: unknown, style: ParameterStyle): string {
  if (style.style === "json") return encodeSegment(name, toJsonText(name, value ?? refuseMissing(name)));
  const explode = isExploded(style, "simple");
  const encode = (text: unknown) => encodeSegment(name, text);
  const written = (text: string | undefined) => text ?? refuseEmpty(name);
  const isComposite = typeof value === "object" && value !== null;
  switch (style.style) {
    case "label": {
      const whole = (text: unknown) => (explode ? withoutDots(name, encode(text)) : encode(text));
      const separator = explode ? "." : ",";
      const separators = { items: separator, members: separator };
      return `.${isComposite ? written(joinSimple(value, explode, whole, separators)) : encode(value)}`;
    }
    case "matrix":
      return isComposite
        ? written(matrixOf(name, value, explode, encode))
        : matrixPair(percentEncode(name), value, encode);
    default:
      return isComposite ? written(joinSimple(value, explode, encode)) : encode(value);
  }
}

function matrixOf(name: string, value: object, explode: boolean, encode: (text: unknown) => string) {
  const key = percentEncode(name);
  if (!explode) {
    const joined = joinSimple(value, false, encode);
    return joined === undefined ? undefined : `;${key}=${joined}`;
  }
  const pairs = Array.isArray(value)
    ? presentItems(value).map((item) => `;${key}=${encode(item)}`)
    : presentMembers(value).map(([member, item]) => `;${encode(member)}=${encode(item)}`);
  return pairs.length === 0 ? undefined : pairs.join("");
}

/** RFC 6570, section 3.2.7: an empty value stands without its sign. */
function matrixPair(key: string, value: unknown, encode: (text: unknown) => string): string {
  return value === "" ? `;${key}` : `;${key}=${encode(value)}`;
}

function withoutDots(name: string, text: string): string {
  if (text.includes(".")) throw refusal(name, 'must not contain "." in one of its items: it is what separates them');
  return text;
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
  if (text === "") refuseEmpty(name);
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

function refuseEmpty(name: string): never {
  throw refusal(name, "must not be empty: it is part of the path");
}

function refuseMissing(name: string): never {
  throw refusal(name, "is required: it is part of the path");
}

/** Some servers cut `;parameters` off a segment before they look at it. */
function hasDotSegment(path: string): boolean {
  return /\/\.{1,2}(?:;[^/]*)?(?:\/|$)/.test(path);
}

function countSlashes(text: string): number {
  let count = 0;
  for (let at = text.indexOf("/"); at !== -1; at = text.indexOf("/", at + 1)) count += 1;
  return count;
}
