import { inspect } from "node:util";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GatewayError } from "../errors.ts";
import { encodeSegment, fillTemplate, parseTemplate } from "./segment.ts";

const [nul, del, loneSurrogate] = ["\u0000", "\u007f", "\ud800"];

/** What has been used to leave a path segment, against some server, proxy or router. */
const refused: readonly unknown[] = [
  ...[
    "",
    ".",
    "..",
    "...//",
    "../",
    "..\\",
    "/",
    "\\",
    "//",
    "/..",
    "\\..",
    "./.",
    "../..",
    "..//..",
    "a/b",
    "a\\b",
    "a/../b",
  ],
  ...[
    "../../etc/passwd",
    "..\\..\\windows",
    "/etc/passwd",
    "\\\\host\\share",
    "http://evil.example/",
    "//evil.example",
  ],
  ...[
    "%2e",
    "%2E",
    "%2e%2e",
    "%2E%2e",
    ".%2e",
    "%2e.",
    "%2e%2e%2f",
    "..%2f",
    "..%2F",
    "%2f",
    "%2F",
    "a%2fb",
    "%5c",
    "%5C",
    "..%5c",
  ],
  ...["%252e", "%252e%252e", "%252E%252E%252F", "%252f", "%255c", "%2500", "%%32%65", "%%32%66", "%%35c"],
  ...["%00", "a%00b", "%00.json", "%0d%0a", "%0a", "%09", "%1f", "%7f"],
  ...["%c0%ae", "%C0%AE%C0%AE", "%c0%af", "%c1%9c", "%e0%80%ae", "%e0%80%af", "%f0%80%80%ae"],
  ...["..;", ".;", "..;/", "..;a=b", "..%3b", "%2e%2e;", " ..", ".. ", "\t..", ". ", "..%20", "%20..", ".%09"],
  ...[
    nul,
    `a${nul}`,
    `..${nul}`,
    "a\nb",
    "a\r\nX: y",
    "a\tb",
    del,
    "\u0085",
    "\u001b[2J",
    loneSurrogate,
    `a${loneSurrogate}b`,
  ],
  ...[
    undefined,
    null,
    {},
    [],
    ["a"],
    { toString: () => "x" },
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1n,
    Symbol.iterator,
    () => "x",
  ],
];

/** Odd, but one segment for everybody. */
const accepted: readonly (readonly [value: unknown, segment: string])[] = [
  ["SUMMER20", "SUMMER20"],
  ["550e8400-e29b-41d4-a716-446655440000", "550e8400-e29b-41d4-a716-446655440000"],
  ["a.b", "a.b"],
  [".well-known", ".well-known"],
  ["...", "..."],
  ["..a", "..a"],
  ["a..", "a.."],
  ["~me", "~me"],
  ["a b", "a%20b"],
  ["100%", "100%25"],
  ["50% off", "50%25%20off"],
  ["a?b#c", "a%3Fb%23c"],
  ["a&b=c;d", "a%26b%3Dc%3Bd"],
  ["a:b@c", "a%3Ab%40c"],
  ["!'()*", "%21%27%28%29%2A"],
  ['[x]{y}|^`<>"', "%5Bx%5D%7By%7D%7C%5E%60%3C%3E%22"],
  ["é", "%C3%A9"],
  ["😀", "%F0%9F%98%80"],
  ["．．／", "%EF%BC%8E%EF%BC%8E%EF%BC%8F"],
  ["%E2%82%AC", "%25E2%2582%25AC"],
  ["constructor", "constructor"],
  [0, "0"],
  [-1.5, "-1.5"],
  [1e21, "1e%2B21"],
  [true, "true"],
  [false, "false"],
];

describe("a path value", () => {
  it.each(refused.map((value) => ({ value, label: inspect(value) })))(
    "refuses $label, naming the input",
    ({ value }) => {
      const act = () => encodeSegment("code", value);
      expect(act).toThrow(GatewayError);
      expect(act).toThrow(/^code must|^code is required/);
      expect(act).toThrow(
        expect.objectContaining({
          code: "invalid_argument",
          meta: { issues: [expect.objectContaining({ path: "code" })] },
        }),
      );
    },
  );

  it("does not repeat the value that it refuses", () => {
    expect(() => encodeSegment("code", "../secret-value")).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("secret") }),
    );
  });

  it.each(accepted)("sends %j as %s", (value, segment) => {
    expect(encodeSegment("code", value)).toBe(segment);
  });

  it("is refused, or decodes to itself and adds no structure, whatever it is", () => {
    const template = parseTemplate("/v1/vouchers/{code}/redemptions");
    const hostile = fc.string({
      unit: fc.constantFrom(
        "a",
        ".",
        "/",
        "\\",
        "%",
        "2",
        "e",
        "f",
        "5",
        "c",
        "0",
        ";",
        " ",
        "?",
        "#",
        "é",
        "\u0000",
        "\ud800",
      ),
    });
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), hostile), (code) => {
        let path: string;
        try {
          path = fillTemplate(template, { code });
        } catch (error) {
          expect(error).toBeInstanceOf(GatewayError);
          return;
        }
        expect(path).toMatch(/^\/v1\/vouchers\/(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})+\/redemptions$/);
        const segments = path.split("/");
        expect(segments).toHaveLength(5);
        expect(decodeURIComponent(segments[3] as string)).toBe(code);
        expect(new URL(`http://upstream.example${path}`).pathname).toBe(path);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("a path template", () => {
  it.each([
    "v1/x",
    "",
    "//evil.example/x",
    "/v1/../x",
    "/v1/./x",
    "/a b",
    "/a?b=c",
    "/a#b",
    "/a%2fb",
    "/{a",
    "/a}",
    "/é",
    "/a\\b",
  ])("is refused as %j", (path) => {
    expect(() => parseTemplate(path)).toThrow("is not an absolute path");
  });

  it("refuses values that make a dot segment only together", () => {
    const template = parseTemplate("/files/{a}{b}");
    expect(fillTemplate(template, { a: "x", b: "y" })).toBe("/files/xy");
    expect(() => fillTemplate(parseTemplate("/files/{a}."), { a: "." })).toThrow("dot segment");
    expect(() => fillTemplate(parseTemplate("/files/.{a}"), { a: "%2e" })).toThrow("encoded");
  });

  it("fills several placeholders, in one segment too", () => {
    const template = parseTemplate("/v1/{tenant}/files/{name}.{extension}");
    expect(fillTemplate(template, { extension: "pdf", name: "a b", tenant: 7 })).toBe("/v1/7/files/a%20b.pdf");
  });

  it("takes only own values, not what objects inherit", () => {
    expect(() => fillTemplate(parseTemplate("/v1/{constructor}"), {})).toThrow("constructor is required");
  });
});
