import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GatewayError } from "../errors.ts";
import { encodeQuery } from "./query.ts";

const array = ["blue", "black", "brown"];
const object = { R: 100, G: 200, B: 150 };

describe("a query", () => {
  it.each([
    ["NUL", { q: "a\u0000b" }],
    ["half a surrogate pair", { q: "\ud800" }],
    ["a number that is none", { q: Number.NaN }],
    ["an object in a list", { q: [{ a: 1 }] }],
    ["a list in a list", { q: [[1]] }],
    ["an object in an object", { q: { a: { b: 1 } } }],
    ["a bad key", { q: { "\ud800": 1 } }],
  ])("refuses %s, naming the input", (_what, query) => {
    expect(() => encodeQuery(query)).toThrow(GatewayError);
    expect(() => encodeQuery(query)).toThrow(/^q must/);
  });

  it("refuses an exploded object that would set another parameter or the reserved one", () => {
    expect(() => encodeQuery({ filter: { tenant: "other" }, tenant: "mine" })).toThrow("filter must not");
    expect(() => encodeQuery({ filter: { dry_run: "false" } }, {}, new Set(["dry_run"]))).toThrow("filter must not");
    expect(() => encodeQuery({ filter: { "Dry_Run[0]": 1 } }, {}, new Set(["dry_run"]))).toThrow("filter must not");
  });

  it.each([
    ["form", true, "", "color="],
    ["form", true, "blue", "color=blue"],
    ["form", true, array, "color=blue&color=black&color=brown"],
    ["form", true, object, "R=100&G=200&B=150"],
    ["form", false, "", "color="],
    ["form", false, "blue", "color=blue"],
    ["form", false, array, "color=blue,black,brown"],
    ["form", false, object, "color=R,100,G,200,B,150"],
    ["spaceDelimited", false, array, "color=blue%20black%20brown"],
    ["spaceDelimited", false, object, "color=R%20100%20G%20200%20B%20150"],
    ["spaceDelimited", true, array, "color=blue&color=black&color=brown"],
    ["pipeDelimited", false, array, "color=blue%7Cblack%7Cbrown"],
    ["pipeDelimited", false, object, "color=R%7C100%7CG%7C200%7CB%7C150"],
    ["pipeDelimited", true, array, "color=blue&color=black&color=brown"],
    ["deepObject", true, object, "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"],
  ] as const)("writes style %s, explode %s, %j as OpenAPI's table does", (style, explode, color, expected) => {
    expect(encodeQuery({ color }, { color: { style, explode } })).toBe(expected);
  });

  it("explodes form by default and nothing else", () => {
    expect(encodeQuery({ a: [1, 2] })).toBe("a=1&a=2");
    expect(encodeQuery({ a: [1, 2] }, { a: { style: "form" } })).toBe("a=1&a=2");
    expect(encodeQuery({ a: [1, 2] }, { a: { style: "pipeDelimited" } })).toBe("a=1%7C2");
    expect(encodeQuery({ a: [1, 2] }, { a: { style: "spaceDelimited" } })).toBe("a=1%202");
    expect(encodeQuery({ a: { b: 1 } }, { a: { style: "deepObject" } })).toBe("a%5Bb%5D=1");
  });

  it("goes deeper than the table with brackets, as Rails, PHP, Stripe and qs read them", () => {
    const write = (f: unknown) => decodeURIComponent(encodeQuery({ f }, { f: { style: "deepObject" } }));
    expect(write({ a: { b: 1 }, c: [2, 3] })).toBe("f[a][b]=1&f[c][]=2&f[c][]=3");
    expect(write(["a", { b: 1 }, null])).toBe("f[]=a&f[1][b]=1");
  });

  it("leaves out what is undefined, null or empty", () => {
    const query = {
      a: undefined,
      b: null,
      c: [],
      d: {},
      e: [null, undefined],
      f: { x: null },
      g: 0,
      h: false,
      i: [null, 1],
    };
    expect(encodeQuery(query)).toBe("g=0&h=false&i=1");
    expect(encodeQuery({ a: [] }, { a: { explode: false } })).toBe("");
  });

  it("encodes by RFC 3986, delimiters inside values too", () => {
    expect(encodeQuery({ q: "a b+c&d=e,f#g?!'()*~é" })).toBe("q=a%20b%2Bc%26d%3De%2Cf%23g%3F%21%27%28%29%2A~%C3%A9");
    expect(encodeQuery({ q: ["a,b", "c"] }, { q: { explode: false } })).toBe("q=a%2Cb,c");
    expect(encodeQuery({ "a[b]&c": 1 })).toBe("a%5Bb%5D%26c=1");
    expect(encodeQuery({ q: "x\r\nHost: evil" })).toBe("q=x%0D%0AHost%3A%20evil");
  });

  it("is read back by any parser as what was given", () => {
    const text = fc.string({ unit: "grapheme" }).filter((value) => !value.includes("\0"));
    const values = fc.dictionary(text, fc.oneof(text, fc.array(text, { minLength: 1 }), fc.integer(), fc.boolean()));
    fc.assert(
      fc.property(values, (query) => {
        const encoded = encodeQuery(query);
        expect(encoded).toMatch(/^[A-Za-z0-9._~%=&-]*$/);
        const read = [...new URLSearchParams(encoded)];
        expect(read).toEqual(
          Object.entries(query).flatMap(([name, value]) => [value].flat().map((item) => [name, String(item)])),
        );
      }),
    );
  });
});
