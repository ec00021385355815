import { describe, expect, it } from "vitest";
import { encodeBody } from "./body.ts";

const random = { uuid: () => "", bytes: (length: number) => new Uint8Array(length).fill(0xab) };
const text = (body: ReturnType<typeof encodeBody>) => Buffer.from(body.bytes).toString("utf8");

describe("a body", () => {
  it.each(["application/x-www-form-urlencoded", "multipart/form-data"] as const)(
    "refuses what %s cannot hold",
    (contentType) => {
      expect(() => encodeBody({ body: ["a"], contentType }, random)).toThrow("body must be an object");
      expect(() => encodeBody({ body: { a: "\u0000" }, contentType }, random)).toThrow(/^a must not contain NUL/);
      expect(() => encodeBody({ body: { "\ud800": 1 }, contentType }, random)).toThrow(/must be well-formed/);
    },
  );

  it("is JSON by default, as it was validated, without undefined members", () => {
    const body = encodeBody({ body: { b: 1, a: undefined, c: { d: undefined, e: "é" }, f: [] } }, random);
    expect(body.contentType).toBe("application/json");
    expect(text(body)).toBe('{"b":1,"c":{"e":"é"},"f":[]}');
    expect(text(encodeBody({ body: null }, random))).toBe("null");
  });

  it("writes form fields, lists by repeating the name", () => {
    const given = { a: "x y&z=+", b: [1, 2], c: undefined, d: null };
    const body = encodeBody({ body: given, contentType: "application/x-www-form-urlencoded" }, random);
    expect(text(body)).toBe("a=x%20y%26z%3D%2B&b=1&b=2");
  });

  it("writes multipart that a stranger reads back", async () => {
    const body = encodeBody(
      { body: { 'na"me\r\n': "line 1\r\nline 2", b: [1, true] }, contentType: "multipart/form-data" },
      random,
    );
    const form = await new Response(body.bytes as Uint8Array<ArrayBuffer>, {
      headers: { "content-type": body.contentType },
    }).formData();
    expect([...form]).toEqual([
      ['na"me\r\n', "line 1\r\nline 2"],
      ["b", "1"],
      ["b", "true"],
    ]);
  });
});
