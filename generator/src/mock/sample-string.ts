import type { JsonSchemaObject } from "../ir/tool.ts";
import { toRegExp } from "../schema/pattern.ts";

/** A text of each format. What JSON Schema does not define is what APIs mean by it. */
const byFormat: Readonly<Record<string, (salt: number) => string>> = {
  "date-time": (salt) => `2026-01-${day(salt)}T12:00:00Z`,
  date: (salt) => `2026-01-${day(salt)}`,
  time: () => "12:00:00Z",
  duration: () => "P1D",
  uuid: (salt) => `00000000-0000-4000-8000-${String(salt + 1).padStart(12, "0")}`,
  email: (salt) => `ada${salt || ""}@example.com`,
  "idn-email": () => "ada@example.com",
  hostname: () => "api.example.com",
  "idn-hostname": () => "api.example.com",
  ipv4: () => "192.0.2.1",
  ipv6: () => "2001:db8::1",
  uri: (salt) => `https://example.com/${salt || ""}`,
  url: (salt) => `https://example.com/${salt || ""}`,
  "uri-reference": () => "/things/1",
  iri: () => "https://example.com/",
  "iri-reference": () => "/things/1",
  "uri-template": () => "/things/{id}",
  "json-pointer": () => "/things/0",
  "relative-json-pointer": () => "0",
  regex: () => "^[a-z]+$",
  byte: () => "YQ==",
  binary: () => "a",
};

function day(salt: number): string {
  return String((salt % 28) + 1).padStart(2, "0");
}

/** Texts that common patterns take, tried in this order. */
const guesses = [
  "text",
  "abc",
  "ABC",
  "A",
  "a",
  "abc123",
  "ABC-123",
  "1",
  "123",
  "12345",
  "000000",
  "2026-01-01",
  "en",
  "en-US",
  "EUR",
  "DE",
  "v1",
  "1.0.0",
  "#ffffff",
  "+4915112345678",
  "https://example.com/",
  "ada@example.com",
  "example.com",
  "/a",
  "a/b",
  "a_b",
  "a-b",
  "a:b",
  "0123456789abcdef0123456789abcdef",
  "0123456789abcdef01234567",
  "00000000-0000-4000-8000-000000000001",
  "12:00",
  "12:00:00",
  "1h",
  "1d",
  "2026-01-01T12:00:00Z",
  "10.0.0.0/8",
  "192.0.2.1",
  "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
  "",
];

/** A text within its lengths; of its format, or one that its pattern takes, where one is known. */
export function sampleString(schema: JsonSchemaObject, salt: number): string {
  const { format, pattern } = schema;
  const atLeast = Number(schema.minLength ?? 0);
  const atMost = Number(schema.maxLength ?? Number.POSITIVE_INFINITY);
  const hasLength = (text: string) => text.length >= atLeast && text.length <= atMost;
  if (typeof format === "string" && byFormat[format] !== undefined) return byFormat[format](salt);
  if (typeof pattern === "string") {
    const test = toTest(pattern);
    const found = [...guesses, ...drawn(pattern, atLeast)].find((text) => hasLength(text) && test(text));
    if (found !== undefined) return found;
  }
  const text = salt === 0 ? "text" : `text${salt}`;
  return text.padEnd(Math.min(atLeast, longMax), "x").slice(0, Math.max(0, Math.min(atMost, longMax)));
}

/** Characters of a text that is made as long as asked: what asks for more gets no more. */
const longMax = 100_000;

function toTest(pattern: string): (text: string) => boolean {
  try {
    const compiled = toRegExp(pattern);
    return (text) => compiled.test(text);
  } catch {
    return () => true;
  }
}

/** Texts drawn along the pattern: groups' first alternatives, the first character of classes, each as often as it must be, or as often as the length wants. */
function drawn(pattern: string, atLeast: number): readonly string[] {
  return [0, 1, atLeast].map((more) => {
    const tokens = pattern
      .replace(/^\^|\$$/g, "")
      .matchAll(/(\\.|\[(?:\\.|[^\]\\])*\]|\((?:\?[:=!])?|\)|\||.)(\{(\d+)(?:,(\d*))?\}|[*+?])?/gsu);
    let text = "";
    for (const [, atom = "", quantifier, low] of tokens) {
      if (/^[()|]/.test(atom)) continue;
      const least = quantifier === undefined ? 1 : low === undefined ? (quantifier === "+" ? 1 : 0) : Number(low);
      text += characterOf(atom).repeat(Math.min(quantifier === undefined ? 1 : Math.max(least, more), longMax));
    }
    return text;
  });
}

function characterOf(atom: string): string {
  if (atom === "\\d") return "1";
  if (atom === "\\w" || atom === ".") return "a";
  if (atom === "\\s") return " ";
  if (atom.startsWith("\\")) return atom.slice(1);
  if (!atom.startsWith("[")) return atom;
  if (atom.startsWith("[^")) return ["a", "1", "-"].find((one) => new RegExp(atom, "u").test(one)) ?? "~";
  const inside = atom.slice(1, -1);
  return inside.startsWith("\\") ? characterOf(inside.slice(0, 2)) : (inside[0] ?? "a");
}
