import { describe, expect, it } from "vitest";
import type { AnyUpstreamRequest, ParameterStyle } from "../codegen.ts";
import { createRenderer } from "./render.ts";

const empty = "";
const string = "blue";
const array = ["blue", "black", "brown"];
const object = { R: 100, G: 200, B: 150 };

type In = "path" | "query" | "header" | "cookie";
type Case = readonly [place: In, style: ParameterStyle["style"], explode: boolean, color: unknown, wire: string];

/** Where the table has a value that this house refuses: an empty segment is another address, and "." is a step in a path. */
const refused = "(refused)";

/**
 * Every cell of OpenAPI 3.1.1, "Style Examples", that is not n/a, in every place that may have the style: 53 cases.
 *
 * In cookies exploded lists and maps are cookies of their own ("Appendix D"): the table's `&` would be part of a value.
 */
const table: readonly Case[] = [
  ["path", "matrix", false, empty, ";color"],
  ["path", "matrix", false, string, ";color=blue"],
  ["path", "matrix", false, array, ";color=blue,black,brown"],
  ["path", "matrix", false, object, ";color=R,100,G,200,B,150"],
  ["path", "matrix", true, empty, ";color"],
  ["path", "matrix", true, string, ";color=blue"],
  ["path", "matrix", true, array, ";color=blue;color=black;color=brown"],
  ["path", "matrix", true, object, ";R=100;G=200;B=150"],
  ["path", "label", false, empty, refused],
  ["path", "label", false, string, ".blue"],
  ["path", "label", false, array, ".blue,black,brown"],
  ["path", "label", false, object, ".R,100,G,200,B,150"],
  ["path", "label", true, empty, refused],
  ["path", "label", true, string, ".blue"],
  ["path", "label", true, array, ".blue.black.brown"],
  ["path", "label", true, object, ".R=100.G=200.B=150"],
  ["path", "simple", false, empty, refused],
  ["path", "simple", false, string, "blue"],
  ["path", "simple", false, array, "blue,black,brown"],
  ["path", "simple", false, object, "R,100,G,200,B,150"],
  ["path", "simple", true, empty, refused],
  ["path", "simple", true, string, "blue"],
  ["path", "simple", true, array, "blue,black,brown"],
  ["path", "simple", true, object, "R=100,G=200,B=150"],
  ["header", "simple", false, empty, ""],
  ["header", "simple", false, string, "blue"],
  ["header", "simple", false, array, "blue,black,brown"],
  ["header", "simple", false, object, "R,100,G,200,B,150"],
  ["header", "simple", true, empty, ""],
  ["header", "simple", true, string, "blue"],
  ["header", "simple", true, array, "blue,black,brown"],
  ["header", "simple", true, object, "R=100,G=200,B=150"],
  ["query", "form", false, empty, "color="],
  ["query", "form", false, string, "color=blue"],
  ["query", "form", false, array, "color=blue,black,brown"],
  ["query", "form", false, object, "color=R,100,G,200,B,150"],
  ["query", "form", true, empty, "color="],
  ["query", "form", true, string, "color=blue"],
  ["query", "form", true, array, "color=blue&color=black&color=brown"],
  ["query", "form", true, object, "R=100&G=200&B=150"],
  ["query", "spaceDelimited", false, array, "color=blue%20black%20brown"],
  ["query", "spaceDelimited", false, object, "color=R%20100%20G%20200%20B%20150"],
  ["query", "pipeDelimited", false, array, "color=blue%7Cblack%7Cbrown"],
  ["query", "pipeDelimited", false, object, "color=R%7C100%7CG%7C200%7CB%7C150"],
  ["query", "deepObject", true, object, "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"],
  ["cookie", "form", false, empty, "color="],
  ["cookie", "form", false, string, "color=blue"],
  ["cookie", "form", false, array, "color=blue,black,brown"],
  ["cookie", "form", false, object, "color=R,100,G,200,B,150"],
  ["cookie", "form", true, empty, "color="],
  ["cookie", "form", true, string, "color=blue"],
  ["cookie", "form", true, array, "color=blue; color=black; color=brown"],
  ["cookie", "form", true, object, "R=100; G=200; B=150"],
];

const slots = { path: "params", query: "query", header: "headers", cookie: "cookies" } as const;
const styles = { path: "paramStyle", query: "queryStyle", header: "headerStyle", cookie: "cookieStyle" } as const;

/** What stands on the wire for a parameter: its part of the rendered request. */
function sent(place: In, color: unknown, style: ParameterStyle, parts: Partial<AnyUpstreamRequest> = {}): string {
  const render = createRenderer({
    basePath: "",
    credentialNames: new Set(),
    dryRunParameter: undefined,
    random: { uuid: () => "", bytes: (length) => new Uint8Array(length) },
  });
  const path = place === "path" ? "/shapes/{color}/end" : "/shapes";
  const request = {
    method: "get",
    path,
    [slots[place]]: { color },
    [styles[place]]: { color: style },
    ...parts,
  } as const;
  const { target, headers } = render(request, false);
  if (place === "path") return target.slice("/shapes/".length, -"/end".length);
  return place === "query" ? target.slice("/shapes?".length) : (headers[1] ?? "(none)");
}

describe("OpenAPI's style table", () => {
  it.each(table)("%s, %s, explode %s: %j is sent as %s", (place, style, explode, color, wire) => {
    const write = () => sent(place, color, { ...(style && { style }), explode });
    if (wire === refused) expect(write).toThrow(/^color must not be empty/);
    else expect(write()).toBe(wire);
  });

  it("is what is done where a place's default is not named", () => {
    expect(sent("path", array, {})).toBe("blue,black,brown");
    expect(sent("header", object, {})).toBe("R,100,G,200,B,150");
    expect(sent("query", array, {})).toBe("color=blue&color=black&color=brown");
    expect(sent("cookie", array, {})).toBe("color=blue; color=black; color=brown");
  });
});

describe("a parameter with content", () => {
  const value = { a: ["é", 1], "/": null };
  const json = '{"a":["é",1],"/":null}';

  it("is its JSON text, encoded as its place needs it", () => {
    expect(decodeURIComponent(sent("query", value, { style: "json" }))).toBe(`color=${json}`);
    expect(sent("header", value, { style: "json" })).toBe('{"a":["\\u00e9",1],"/":null}');
    expect(JSON.parse(decodeURIComponent(sent("cookie", value, { style: "json" }).slice("color=".length)))).toEqual(
      value,
    );
    expect(decodeURIComponent(sent("path", { a: ["é"] }, { style: "json" }))).toBe('{"a":["é"]}');
    expect(() => sent("path", value, { style: "json" })).toThrow("color must be one path segment");
  });
});

describe("a composite in the path", () => {
  const every = (["simple", "label", "matrix"] as const).flatMap((style) =>
    [true, false].map((explode): ParameterStyle => ({ style, explode })),
  );

  it.each([["..", "."], ["a/b"], ["%2e%2e"], ["a\\b"], [""], ["a", "..;x"], ["\u0000"]].map((items) => [items]))(
    "refuses %j in a list, in a map and as a name",
    (items) => {
      for (const style of every) {
        expect(() => sent("path", items, style)).toThrow(/^color must/);
        expect(() => sent("path", { a: items.at(-1) }, style)).toThrow(/^color must/);
        expect(() => sent("path", { [items.at(-1) as string]: 1 }, style)).toThrow(/^color must/);
      }
    },
  );

  it("encodes what would separate, so that a value stays one value", () => {
    expect(sent("path", ["a,b", "c"], {})).toBe("a%2Cb,c");
    expect(sent("path", { "a=b;c": "d,e" }, { style: "matrix", explode: true })).toBe(";a%3Db%3Bc=d%2Ce");
    expect(() => sent("path", ["a.b"], { style: "label", explode: true })).toThrow('must not contain "."');
    expect(sent("path", ["a.b"], { style: "label" })).toBe(".a.b");
  });

  it("refuses a list or map without anything in it, and one inside another", () => {
    for (const style of every) {
      expect(() => sent("path", [], style)).toThrow("color must not be empty");
      expect(() => sent("path", { a: null }, style)).toThrow("color must not be empty");
      expect(() => sent("path", [["a"]], style)).toThrow(/^color must be a string/);
    }
  });

  it("cannot make a dot segment with what stands around it", () => {
    const path = "/shapes/.{color}/end";
    expect(() => sent("path", "a", { style: "matrix" }, { path })).toThrow("changed the structure of the path");
  });
});

describe("a composite in headers and cookies", () => {
  it.each(["a,b", "a\r\nX: y", "é"])("refuses %j, which it cannot encode", (text) => {
    for (const place of ["header", "cookie"] as const) {
      expect(() => sent(place, [text], { explode: false })).toThrow(/^color must/);
      expect(() => sent(place, { [text]: 1 }, { explode: true })).toThrow(/^color must/);
      expect(() => sent(place, { a: text }, { explode: true })).toThrow(/^color must/);
    }
  });

  it("refuses a name that would end a pair, or stand for another cookie", () => {
    expect(() => sent("header", { "a=b": 1 }, { explode: true })).toThrow('must not hold "="');
    expect(() => sent("cookie", { "a=b": 1 }, { explode: true })).toThrow(/^color must have members whose names/);
    expect(() => sent("cookie", { "a; b": 1 }, { explode: true })).toThrow(/^color must have members whose names/);
    const other = { cookies: { color: { session: "x" }, session: "y" } };
    expect(() => sent("cookie", undefined, { explode: true }, other)).toThrow("named like another cookie");
  });

  it("refuses a cookie's name that is none: the definition is broken", () => {
    expect(() => sent("cookie", "", {}, { cookies: { "a;b": 1 } })).toThrow("must not set the cookie");
  });
});
