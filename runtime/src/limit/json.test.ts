import { describe, expect, it } from "vitest";
import { checkJson } from "./json.ts";

/** JSON text of arrays in arrays; `levels` counts the scalar's container too. */
const nested = (levels: number) => JSON.parse(`${"[".repeat(levels)}1${"]".repeat(levels)}`) as unknown;

describe("checkJson", () => {
  it("refuses more than 40 levels and says where", () => {
    expect(checkJson(nested(40))).toBeUndefined();
    const error = checkJson({ params: { arguments: { rows: [nested(40)] } } });
    expect(error).toMatchObject({ code: "limit_exceeded", meta: { limit: "depth", max: 40 } });
    expect(error?.message).toBe(
      "The request is nested more than 40 levels deep, at params.arguments.rows.0.0.0.0.0…. Send it flatter.",
    );
  });

  it("refuses objects nested more than 40 levels", () => {
    const text = `${'{"a":'.repeat(41)}1${"}".repeat(41)}`;
    expect(checkJson(JSON.parse(text))?.code).toBe("limit_exceeded");
    expect(checkJson(JSON.parse(text.slice(5, -1)))).toBeUndefined();
  });

  it("is not exhausted by a million levels", () => {
    expect(checkJson(nested(1_000_000))?.meta).toMatchObject({ limit: "depth" });
  });

  it("refuses more than 20,000 values, containers counted", () => {
    const flat = (count: number) => ({ rows: Array.from({ length: count }, () => 1) });
    expect(checkJson(flat(19_998))).toBeUndefined();
    expect(checkJson(flat(19_999))).toMatchObject({
      code: "limit_exceeded",
      meta: { limit: "values", max: 20_000, path: "rows" },
    });
    const wide = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`k${index}`, null]));
    expect(checkJson(wide)?.message).toBe("The request holds more than 20000 values. Send it in parts.");
  });

  it("refuses keys of more than 256 characters without repeating them", () => {
    expect(checkJson({ ["k".repeat(256)]: 1 })).toBeUndefined();
    const error = checkJson({ a: { ["k".repeat(1_000_000)]: 1 } });
    expect(error).toMatchObject({ code: "limit_exceeded", meta: { limit: "key_chars", max: 256, path: "a" } });
    expect(error?.message).toBe("A key in a has 1000000 characters; at most 256 are accepted.");
  });

  it.each([
    ["at the top", '{"__proto__":{"confirm":true}}', ""],
    ["below", '{"arguments":{"items":[{"__proto__":1}]}}', "arguments.items.0"],
    ["written with an escape", '{"\\u005f_proto__":1}', ""],
  ])("refuses the key __proto__ %s", (_name, text, path) => {
    expect(checkJson(JSON.parse(text))).toMatchObject({ code: "invalid_argument", meta: { path } });
  });

  it.each([
    ["as the whole value", '"\\ud800"', ""],
    ["in a value", '{"a":["x","\\udc00y"]}', "a.1"],
    ["at the end of a value", '{"a":"x\\ud83c"}', "a"],
  ])("refuses half a surrogate pair %s", (_name, text, path) => {
    expect(checkJson(JSON.parse(text))).toMatchObject({ code: "invalid_argument", meta: { path } });
  });

  it("refuses half a surrogate pair in a key, with a message that is well-formed itself", () => {
    const error = checkJson(JSON.parse('{"a":{"\\ud800":1}}'));
    expect(error).toMatchObject({ code: "invalid_argument", meta: { path: "a" } });
    expect(error?.message.isWellFormed()).toBe(true);
  });

  it("repeats only the beginning of long keys on the way", () => {
    const error = checkJson({ ["k".repeat(200)]: "\ud800" });
    expect(error?.meta.path).toBe(`${"k".repeat(40)}…`);
  });

  it.each([
    ["null", null],
    ["a number", 1.5],
    ["an empty object", {}],
    [
      "an ordinary call",
      { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "x", arguments: { a: [1, "🎟", null] } } },
    ],
    ["keys of objects' own methods", { constructor: 1, toString: 2, hasOwnProperty: 3 }],
  ])("accepts %s", (_name, value) => {
    expect(checkJson(value)).toBeUndefined();
  });
});
