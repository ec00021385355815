import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseExactly } from "./json.ts";

const again = (text: string) => JSON.stringify(parseExactly(text).exact);

describe("exact JSON", () => {
  it("refuses what is no JSON, and what is nested too deeply", () => {
    expect(() => parseExactly("{")).toThrow(SyntaxError);
    expect(() => parseExactly("")).toThrow(SyntaxError);
    expect(() => parseExactly(`${"[".repeat(257)}${"]".repeat(257)}`)).toThrow(RangeError);
    expect(() => parseExactly(`${"[".repeat(100_000)}${"]".repeat(100_000)}`)).toThrow(RangeError);
  });

  it("takes what is nested as deep as the limit, and brackets in strings for text", () => {
    expect(() => parseExactly(`${"[".repeat(256)}${"]".repeat(256)}`)).not.toThrow();
    expect(() => parseExactly(JSON.stringify(`"\\${"[".repeat(1000)}`))).not.toThrow();
  });

  it.each([
    "9007199254740993",
    "-9007199254740993",
    "12345678901234567890123",
    "0.12345678901234567890",
    "1e400",
    "-1E+400",
    "1e-400",
    "1.7976931348623159e308",
    "3.14159265358979323846",
  ])("keeps %s, which a double cannot hold", (number) => {
    expect(again(`{"id":${number},"list":[${number}]}`)).toBe(`{"id":${number},"list":[${number}]}`);
  });

  it.each([
    "9007199254740992",
    "20.00",
    "1e3",
    "1E-3",
    "0.1",
    "-0",
    "1234567890.12345",
    "0.30000000000000004",
    "5e-324",
  ])("leaves %s a number", (number) => {
    expect(parseExactly(`[${number}]`).exact).toEqual([Number(number)]);
  });

  it("does not take digits in strings for numbers", () => {
    const text = '{"12345678901234567890":"12345678901234567890","q":"\\"12345678901234567890"}';
    const { plain, exact } = parseExactly(text);
    expect(exact).toBe(plain);
  });

  it("does not let __proto__ become a prototype", () => {
    const { exact } = parseExactly('{"__proto__":{"admin":true},"n":9007199254740993}');
    expect((exact as { admin?: unknown }).admin).toBeUndefined();
  });

  it("writes out any whole number as the number that was read, whatever stands around it", () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt()), fc.json(), (numbers, json) => {
        const text = `{"json":${json},"numbers":[${numbers.join(",")}]}`;
        expect(parseExactly(text).plain).toEqual(JSON.parse(text));
        const sources = /"numbers":\[(.*)\]\}$/.exec(again(text))?.[1]?.split(",").filter(Boolean) ?? [];
        expect(sources.map((source) => BigInt(source.includes("e") ? Number(source) : source))).toEqual(numbers);
      }),
    );
  });
});
